"""Upserts of statistics."""

from typing import Any, LiteralString

from psycopg import AsyncConnection, sql
from psycopg.types.json import Jsonb
from pydantic import BaseModel

from esn_pulse.database.owners import BOTH, Owners
from esn_pulse.items import Owner
from esn_pulse.pipelines.upserts.records import (
    Record,
    assignments,
    changed,
    columns,
    names,
    reporting,
)
from esn_pulse.rules.schemas import CauseCount, ParticipantCount, Statistics, TypeCount

# How the table of each list of counts ends; the first field of its model is the label.
_COUNTS: dict[str, tuple[str, type[BaseModel]]] = {
    "causes": ("cause_statistics", CauseCount),
    "types": ("type_statistics", TypeCount),
    "participants": ("participant_statistics", ParticipantCount),
}
_OVERALL = columns(Statistics, "url", "section_id", "country_code", *_COUNTS)

# A count that could not be read this time does not erase the known one.
_NEW_OR_KNOWN = "coalesce(EXCLUDED.{c}, t.{c})"


def _save_overall(owners: Owners) -> sql.Composed:
    table = f"{owners.of}_overall_statistics"
    statement = sql.SQL(
        """
    INSERT INTO {table} AS t ({key}, {counts})
    SELECT {key}, {counts} FROM jsonb_populate_recordset(NULL::{table}, %s)
    ON CONFLICT ({key}) DO UPDATE SET {changes}, scraped_at = now()
    """
    ).format(
        table=sql.Identifier(table),
        key=sql.Identifier(owners.key),
        counts=names(_OVERALL),
        changes=assignments(_NEW_OR_KNOWN, _OVERALL),
    )
    # A new row may be one without a single readable count.
    return reporting(statement, table, owners.key, [owners.key, *_OVERALL])


def _replace_counts(owners: Owners, ending: str, model: type[BaseModel]) -> sql.Composed:
    label, *counts = columns(model)
    return sql.SQL(
        """
        WITH incoming AS (SELECT * FROM jsonb_populate_recordset(NULL::{table}, %(entries)s)),
        gone AS (
            DELETE FROM {table} AS t WHERE {key} = ANY (%(owners)s) AND NOT EXISTS (
                SELECT FROM incoming AS i WHERE i.{key} = t.{key} AND i.{label} = t.{label}
            )
            RETURNING t.{key}
        ), saved AS (
            INSERT INTO {table} AS t ({key}, {label}, {counts})
            SELECT {key}, {label}, {counts} FROM incoming
            ON CONFLICT ({key}, {label}) DO UPDATE SET {changes}, scraped_at = now()
            RETURNING t.*
        )
        SELECT {key} FROM gone
        UNION
        SELECT saved.{key} FROM saved LEFT JOIN {table} AS old USING ({key}, {label})
        WHERE ({old}) IS DISTINCT FROM ({new})
        """
    ).format(
        table=sql.Identifier(f"{owners.of}_{ending}"),
        key=sql.Identifier(owners.key),
        label=sql.Identifier(label),
        counts=names(counts),
        changes=assignments(_NEW_OR_KNOWN, counts),
        old=names([label, *counts], of="old"),
        new=names([label, *counts], of="saved"),
    )


_FORGET_TODAY: LiteralString = """
    DELETE FROM {snapshots} WHERE {key} = ANY (%s) AND day = (now() AT TIME ZONE 'UTC')::date
"""
# As stored, so that a count which could not be read is the known one here, too; and whatever both
# tables have, so that a new figure is only kept day by day where a migration wants it.
_SAVE_SNAPSHOTS: LiteralString = """
    INSERT INTO {snapshots}
    SELECT (jsonb_populate_record(
        NULL::{snapshots},
        to_jsonb(t) || jsonb_build_object('day', (now() AT TIME ZONE 'UTC')::date)
    )).*
    FROM {overall_statistics} AS t WHERE {key} = ANY (%s)
"""
_LABELS = {field: columns(model)[0] for field, (_, model) in _COUNTS.items()}
_STATEMENTS = {
    owners: (
        _save_overall(owners),
        [owners.statement(_FORGET_TODAY), owners.statement(_SAVE_SNAPSHOTS)],
        {field: _replace_counts(owners, *target) for field, target in _COUNTS.items()},
    )
    for owners in BOTH
}


async def save_statistics(connection: AsyncConnection, records: list[Record]) -> set[Owner]:
    """Replace the statistics of organisations; returns those whose figures have changed."""
    return {
        owners.owner(key)
        for owners in BOTH
        if (own := owners.own(records))
        for key in await _save(connection, own, owners)
    }


async def _save(connection: AsyncConnection, records: list[Record], owners: Owners) -> set[Any]:
    save_overall, snapshots, replace_counts = _STATEMENTS[owners]
    key = owners.key
    stored = await changed(connection, save_overall, [Jsonb(records)])
    keys = [record[key] for record in records]
    for statement in snapshots:
        await connection.execute(statement, [keys])
    for field, statement in replace_counts.items():
        entries = {
            (record[key], entry[_LABELS[field]]): entry | {key: record[key]}
            for record in records
            for entry in record[field]
        }
        parameters = {"entries": Jsonb(list(entries.values())), "owners": keys}
        stored |= await changed(connection, statement, parameters)
    return stored
