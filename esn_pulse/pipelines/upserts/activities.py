"""Upserts of activities and their relations."""

from typing import LiteralString

from psycopg import AsyncConnection, sql
from psycopg.types.json import Jsonb

from esn_pulse.pipelines.upserts.organisations import add_organisations, present_slugs
from esn_pulse.pipelines.upserts.records import (
    Record,
    SaveOutcome,
    assignments,
    changed,
    columns,
    names,
)
from esn_pulse.rules.countries import CountryNames
from esn_pulse.rules.schemas import Activity

# Lookup table, junction and key of each many-to-many relation, by the field with its names.
_RELATIONS = {
    "types": {"lookup": "activity_types", "junction": "activity_to_type", "key": "type_id"},
    "causes": {"lookup": "activity_causes", "junction": "activity_to_cause", "key": "cause_id"},
    "sdgs": {"lookup": "sdgs", "junction": "activity_to_sdg", "key": "sdg_id"},
    "objectives": {
        "lookup": "objectives",
        "junction": "activity_to_objective",
        "key": "objective_id",
    },
}
_ACTIVITY = [
    *columns(
        Activity,
        *("section_id", "listed_by", "listed_by_countries", "country", "organisers"),
        *_RELATIONS,
    ),
    "country_code",
    "country_name",
    "activity_type",
    "is_valid",
]

_SAVE_ACTIVITIES = sql.SQL(
    """
    INSERT INTO activities AS t ({columns}, is_future_event)
    SELECT {columns}, start_date > (now() AT TIME ZONE 'UTC')::date
    FROM jsonb_populate_recordset(NULL::activities, %s)
    ON CONFLICT (event_slug) DO UPDATE SET
        {changes},
        is_future_event = EXCLUDED.is_future_event,
        updated_at = CASE WHEN ({old}) IS DISTINCT FROM ({new}) THEN now() ELSE t.updated_at END,
        last_seen = now(),
        last_read = now()
    WHERE EXCLUDED.is_valid OR NOT t.is_valid -- a broken page leaves a valid row as it is
    RETURNING event_slug, id, updated_at = now() -- the last: in this transaction, so changed
    """
).format(
    columns=names(_ACTIVITY),
    changes=assignments("EXCLUDED.{c}", _ACTIVITY),
    old=names(_ACTIVITY, of="t"),
    new=names(_ACTIVITY, of="excluded"),
)

_ADD_NAMES = """
    INSERT INTO {lookup} (name)
    SELECT DISTINCT name FROM unnest(%(names)s::text[]) AS met (name)
    WHERE NOT EXISTS (SELECT FROM {lookup} AS known WHERE known.name = met.name)
    ORDER BY name
    ON CONFLICT DO NOTHING
"""
_REPLACE_RELATION = """
    WITH wanted AS (
        SELECT DISTINCT w.activity_id, l.id AS {key}
        FROM unnest(%(ids)s::int[], %(names)s::text[]) AS w (activity_id, name)
        JOIN {lookup} AS l ON l.name = w.name
    ), gone AS (
        DELETE FROM {junction} AS j WHERE activity_id = ANY (%(stored)s) AND NOT EXISTS (
            SELECT FROM wanted AS w WHERE w.activity_id = j.activity_id AND w.{key} = j.{key}
        ) RETURNING activity_id
    ), added AS (
        INSERT INTO {junction} (activity_id, {key}) SELECT activity_id, {key} FROM wanted
        ON CONFLICT DO NOTHING RETURNING activity_id
    )
    SELECT activity_id FROM gone UNION SELECT activity_id FROM added
"""

_REPLACE_ORGANISERS: LiteralString = """
    WITH wanted AS (
        SELECT r.id AS activity_id, o.slug, o.position::integer
        FROM jsonb_to_recordset(%(records)s) AS r (id integer, organisers text[])
        CROSS JOIN LATERAL unnest(r.organisers) WITH ORDINALITY AS o (slug, position)
    ), gone AS (
        DELETE FROM activity_organisers AS l WHERE activity_id = ANY (%(stored)s) AND NOT EXISTS (
            SELECT FROM wanted AS w
            WHERE w.activity_id = l.activity_id AND w.slug = l.organisation_slug
        ) RETURNING activity_id
    ), saved AS (
        INSERT INTO activity_organisers AS l (activity_id, organisation_slug, position)
        SELECT activity_id, slug, position FROM wanted
        ON CONFLICT (activity_id, organisation_slug) DO UPDATE SET position = EXCLUDED.position
        WHERE l.position <> EXCLUDED.position
        RETURNING activity_id
    )
    SELECT activity_id FROM gone UNION SELECT activity_id FROM saved
"""

_OF_LINKS = ("id", "event_slug", "url", "listed_by", "listed_by_countries", "organisers")

# Sections are known by alias; those whose listing shows the activity are linked too.
_REPLACE_SECTIONS = sql.SQL("""
    WITH records AS (
        SELECT * FROM jsonb_to_recordset(%(records)s)
            AS r (id integer, event_slug text, url text, listed_by integer[],
                listed_by_countries text[], organisers text[])
    ), listed_by_countries AS (
        INSERT INTO country_listings (country_code, event_slug, url)
        SELECT c.country_code, r.event_slug, r.url
        FROM records AS r JOIN countries AS c ON c.country_code = ANY (r.listed_by_countries)
        ON CONFLICT DO NOTHING
    ), listed AS (
        -- Should the run be killed before the visit's end, the next one knows what to look for.
        INSERT INTO section_listings (section_id, event_slug, url)
        SELECT s.id, r.event_slug, r.url
        FROM records AS r JOIN sections AS s ON s.id = ANY (r.listed_by)
        ON CONFLICT DO NOTHING
    ), grounds AS (
        SELECT r.id AS activity_id, s.id AS section_id, TRUE AS is_named, FALSE AS is_listed
        FROM records AS r JOIN sections AS s ON s.activities_platform_slug = ANY (r.organisers)
        UNION ALL
        SELECT r.id, s.id, FALSE, TRUE
        FROM records AS r JOIN sections AS s ON s.id = ANY (r.listed_by)
        UNION ALL
        SELECT r.id, l.section_id, FALSE, TRUE
        FROM records AS r JOIN section_listings AS l ON l.event_slug = r.event_slug
    ), wanted AS (
        SELECT activity_id, section_id, bool_or(is_named) AS is_named,
            bool_or(is_listed) AS is_listed
        FROM grounds GROUP BY activity_id, section_id
    ), no_longer_named AS (
        SELECT * FROM activity_section_organisers AS l
        WHERE activity_id = ANY (%(stored)s) AND NOT EXISTS (
            SELECT FROM wanted AS w
            WHERE w.activity_id = l.activity_id AND w.section_id = l.section_id
        )
    ), gone AS (
        DELETE FROM activity_section_organisers AS l USING no_longer_named AS n
        WHERE (l.activity_id, l.section_id) = (n.activity_id, n.section_id) AND NOT n.is_listed
        RETURNING l.activity_id
    ), left_to_its_listing AS (
        UPDATE activity_section_organisers AS l SET is_named = FALSE FROM no_longer_named AS n
        WHERE (l.activity_id, l.section_id) = (n.activity_id, n.section_id)
            AND n.is_listed AND n.is_named
        RETURNING l.activity_id
    ), added AS (
        INSERT INTO activity_section_organisers AS l
            (activity_id, section_id, is_named, is_listed)
        SELECT activity_id, section_id, is_named, is_listed FROM wanted
        ON CONFLICT (activity_id, section_id) DO UPDATE SET
            is_named = EXCLUDED.is_named, is_listed = l.is_listed OR EXCLUDED.is_listed
        WHERE l.is_named <> EXCLUDED.is_named OR EXCLUDED.is_listed > l.is_listed
        RETURNING activity_id
    )
    SELECT activity_id FROM gone
    UNION SELECT activity_id FROM left_to_its_listing
    UNION SELECT activity_id FROM added
""").format()


async def save_activities(
    connection: AsyncConnection, records: list[Record], countries: CountryNames
) -> dict[str, SaveOutcome]:
    """Insert or update activities and replace their relations.

    :returns: what came of them, by slug; one is missing if its valid row from an earlier run stays.
    """
    if not records:
        return {}
    for record in records:
        record["country_code"], record["country_name"] = countries.locate(record["country"])
        record["activity_type"] = next(iter(record["types"]), None)  # the first on the page
    await _know_organisers(connection, records)
    cursor = await connection.execute(_SAVE_ACTIVITIES, [Jsonb(records)])
    rows: list[tuple[str, int, bool]] = await cursor.fetchall()
    ids = {slug: activity_id for slug, activity_id, _ in rows}
    new_or_changed = {activity_id for _, activity_id, changes in rows if changes}
    stored = [r | {"id": ids[r["event_slug"]]} for r in records if r["event_slug"] in ids]
    for field in _RELATIONS:
        new_or_changed |= await _replace_relation(connection, stored, field)
    parameters = {
        "records": Jsonb([{column: record[column] for column in _OF_LINKS} for record in stored]),
        "stored": list(ids.values()),
    }
    for statement in (_REPLACE_ORGANISERS, _REPLACE_SECTIONS):
        new_or_changed |= await changed(connection, statement, parameters)
    return {
        slug: SaveOutcome.STORED if activity_id in new_or_changed else SaveOutcome.UNCHANGED
        for slug, activity_id in ids.items()
    }


async def _know_organisers(connection: AsyncConnection, records: list[Record]) -> None:
    """Let organisers go by their present aliases, and be known."""
    named = [*{slug for record in records for slug in record["organisers"]}]
    await add_organisations(connection, named)
    present = await present_slugs(connection, named)
    for record in records:
        slugs = (present.get(slug, slug) for slug in record["organisers"])
        record["organisers"] = list(dict.fromkeys(slugs))


async def _replace_relation(
    connection: AsyncConnection, stored: list[Record], field: str
) -> set[int]:
    """Replace a relation of activities; names met for the first time get their rows.

    :returns: the ids of the activities whose relation has changed.
    """
    pairs = [(record["id"], name) for record in stored for name in record[field]]
    parameters = {
        "stored": [record["id"] for record in stored],
        "ids": [activity_id for activity_id, _ in pairs],
        "names": [name for _, name in pairs],
    }
    tables = {name: sql.Identifier(value) for name, value in _RELATIONS[field].items()}
    await connection.execute(sql.SQL(_ADD_NAMES).format(**tables), parameters)
    return await changed(connection, sql.SQL(_REPLACE_RELATION).format(**tables), parameters)
