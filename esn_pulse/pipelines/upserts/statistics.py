"""Upserts of a section's statistics."""

from psycopg import AsyncConnection, sql
from psycopg.types.json import Jsonb
from pydantic import BaseModel

from esn_pulse.pipelines.upserts.records import (
    Record,
    assignments,
    changed,
    columns,
    names,
    reporting,
)
from esn_pulse.rules.schemas import CauseCount, ParticipantCount, Statistics, TypeCount

# The table of each list of counts; the first field of its model is the label.
_COUNTS: dict[str, tuple[str, type[BaseModel]]] = {
    "causes": ("section_cause_statistics", CauseCount),
    "types": ("section_type_statistics", TypeCount),
    "participants": ("section_participant_statistics", ParticipantCount),
}
_OVERALL = columns(Statistics, "url", "section_id", *_COUNTS)

# A count that could not be read this time does not erase the known one.
_NEW_OR_KNOWN = "coalesce(EXCLUDED.{c}, t.{c})"

_SAVE_OVERALL = reporting(
    sql.SQL(
        """
    INSERT INTO section_overall_statistics AS t (section_id, {counts})
    SELECT section_id, {counts}
    FROM jsonb_populate_recordset(NULL::section_overall_statistics, %s)
    ON CONFLICT (section_id) DO UPDATE SET {changes}, scraped_at = now()
    """
    ).format(counts=names(_OVERALL), changes=assignments(_NEW_OR_KNOWN, _OVERALL)),
    "section_overall_statistics",
    "section_id",
    ["section_id", *_OVERALL],  # a new row may be one without a single readable count
)


def _replace_counts(table: str, model: type[BaseModel]) -> sql.Composed:
    label, *counts = columns(model)
    return sql.SQL(
        """
        WITH incoming AS (SELECT * FROM jsonb_populate_recordset(NULL::{table}, %(entries)s)),
        gone AS (
            DELETE FROM {table} AS t WHERE section_id = ANY (%(sections)s) AND NOT EXISTS (
                SELECT FROM incoming AS i
                WHERE i.section_id = t.section_id AND i.{label} = t.{label}
            )
            RETURNING t.section_id
        ), saved AS (
            INSERT INTO {table} AS t (section_id, {label}, {counts})
            SELECT section_id, {label}, {counts} FROM incoming
            ON CONFLICT (section_id, {label}) DO UPDATE SET {changes}, scraped_at = now()
            RETURNING t.*
        )
        SELECT section_id FROM gone
        UNION
        SELECT saved.section_id FROM saved
        LEFT JOIN {table} AS old USING (section_id, {label})
        WHERE ({old}) IS DISTINCT FROM ({new})
        """
    ).format(
        table=sql.Identifier(table),
        label=sql.Identifier(label),
        counts=names(counts),
        changes=assignments(_NEW_OR_KNOWN, counts),
        old=names([label, *counts], of="old"),
        new=names([label, *counts], of="saved"),
    )


_FORGET_TODAY = """
    DELETE FROM section_snapshots
    WHERE section_id = ANY (%s) AND day = (now() AT TIME ZONE 'UTC')::date
"""
# As stored, so that a count which could not be read is the known one here, too; and whatever both
# tables have, so that a new figure is only kept day by day where a migration wants it.
_SAVE_SNAPSHOTS = """
    INSERT INTO section_snapshots
    SELECT (jsonb_populate_record(
        NULL::section_snapshots,
        to_jsonb(t) || jsonb_build_object('day', (now() AT TIME ZONE 'UTC')::date)
    )).*
    FROM section_overall_statistics AS t WHERE section_id = ANY (%s)
"""

_REPLACE_COUNTS = {field: _replace_counts(*target) for field, target in _COUNTS.items()}
_LABELS = {field: columns(model)[0] for field, (_, model) in _COUNTS.items()}


async def save_statistics(connection: AsyncConnection, records: list[Record]) -> set[int]:
    """Replace the statistics of sections; returns the ids of those whose figures have changed."""
    if not records:
        return set()
    stored = await changed(connection, _SAVE_OVERALL, [Jsonb(records)])
    sections = [record["section_id"] for record in records]
    await connection.execute(_FORGET_TODAY, [sections])
    await connection.execute(_SAVE_SNAPSHOTS, [sections])
    for field, statement in _REPLACE_COUNTS.items():
        entries = {
            (record["section_id"], entry[_LABELS[field]]): entry
            | {"section_id": record["section_id"]}
            for record in records
            for entry in record[field]
        }
        parameters = {"entries": Jsonb(list(entries.values())), "sections": sections}
        stored |= await changed(connection, statement, parameters)
    return stored
