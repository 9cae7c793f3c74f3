"""Upserts of activities, their relations, and the end of a section's visit."""

from psycopg import AsyncConnection, sql
from psycopg.types.json import Jsonb

from esn_pulse.countries import CountryNames
from esn_pulse.pipelines.upserts.records import Record, assignments, columns, names
from esn_pulse.schemas import Activity

# Lookup table, junction and key of each many-to-many relation, by the field with its names.
_RELATIONS = {
    "causes": {"lookup": "activity_causes", "junction": "activity_to_cause", "key": "cause_id"},
    "sdgs": {"lookup": "sdgs", "junction": "activity_to_sdg", "key": "sdg_id"},
    "objectives": {
        "lookup": "objectives",
        "junction": "activity_to_objective",
        "key": "objective_id",
    },
}
_ACTIVITY = [
    *columns(Activity, "section_id", "listed_by", "country", "organisers", *_RELATIONS),
    "country_code",
    "country_name",
    "is_valid",
]

_SAVE_ACTIVITIES = sql.SQL(
    """
    INSERT INTO activities AS t ({columns}, is_future_event)
    SELECT {columns}, start_date > CURRENT_DATE
    FROM jsonb_populate_recordset(NULL::activities, %s)
    ON CONFLICT (event_slug) DO UPDATE SET
        {changes},
        is_future_event = EXCLUDED.is_future_event,
        updated_at = CASE WHEN ({old}) IS DISTINCT FROM ({new}) THEN now() ELSE t.updated_at END,
        last_seen = now()
    WHERE EXCLUDED.is_valid OR NOT t.is_valid -- a broken page leaves a valid row as it is
    RETURNING event_slug, id
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
        )
    )
    INSERT INTO {junction} (activity_id, {key}) SELECT activity_id, {key} FROM wanted
    ON CONFLICT DO NOTHING
"""

# Organisers are known by alias; the sections whose listing showed the activity are linked too.
_REPLACE_ORGANISERS = """
    WITH wanted AS (
        SELECT r.id AS activity_id, s.id AS section_id,
            coalesce(s.activities_platform_slug = ANY (r.organisers), FALSE) AS is_named,
            s.id = ANY (r.listed_by) AS is_listed
        FROM jsonb_to_recordset(%(records)s)
            AS r (id integer, listed_by integer[], organisers text[])
        JOIN sections AS s
            ON s.id = ANY (r.listed_by) OR s.activities_platform_slug = ANY (r.organisers)
    ), no_longer_named AS (
        SELECT * FROM activity_section_organisers AS l
        WHERE activity_id = ANY (%(stored)s) AND NOT EXISTS (
            SELECT FROM wanted AS w
            WHERE w.activity_id = l.activity_id AND w.section_id = l.section_id
        )
    ), gone AS (
        DELETE FROM activity_section_organisers AS l USING no_longer_named AS n
        WHERE (l.activity_id, l.section_id) = (n.activity_id, n.section_id) AND NOT n.is_listed
    ), left_to_its_listing AS (
        UPDATE activity_section_organisers AS l SET is_named = FALSE FROM no_longer_named AS n
        WHERE (l.activity_id, l.section_id) = (n.activity_id, n.section_id) AND n.is_listed
    )
    INSERT INTO activity_section_organisers AS l (activity_id, section_id, is_named, is_listed)
    SELECT activity_id, section_id, is_named, is_listed FROM wanted
    ON CONFLICT (activity_id, section_id) DO UPDATE SET
        is_named = EXCLUDED.is_named, is_listed = l.is_listed OR EXCLUDED.is_listed
"""

_REPLACE_LISTED = """
    WITH shown AS (
        SELECT a.id AS activity_id, r.section_id
        FROM jsonb_to_recordset(%(records)s) AS r (section_id integer, event_slugs text[])
        JOIN activities AS a ON a.event_slug = ANY (r.event_slugs)
    ), no_longer_listed AS (
        SELECT * FROM activity_section_organisers AS l
        WHERE section_id = ANY (%(sections)s) AND NOT EXISTS (
            SELECT FROM shown AS s
            WHERE s.activity_id = l.activity_id AND s.section_id = l.section_id
        )
    ), gone AS (
        DELETE FROM activity_section_organisers AS l USING no_longer_listed AS n
        WHERE (l.activity_id, l.section_id) = (n.activity_id, n.section_id) AND NOT n.is_named
    ), left_to_its_page AS (
        UPDATE activity_section_organisers AS l SET is_listed = FALSE FROM no_longer_listed AS n
        WHERE (l.activity_id, l.section_id) = (n.activity_id, n.section_id) AND n.is_named
    )
    INSERT INTO activity_section_organisers (activity_id, section_id, is_named, is_listed)
    SELECT activity_id, section_id, FALSE, TRUE FROM shown
    ON CONFLICT (activity_id, section_id) DO UPDATE SET is_listed = TRUE
"""


async def save_activities(
    connection: AsyncConnection, records: list[Record], countries: CountryNames
) -> set[str]:
    """Insert or update activities and replace their relations.

    :returns: the slugs of those whose valid row from an earlier run stays as it is.
    """
    if not records:
        return set()
    for record in records:
        record["country_code"], record["country_name"] = countries.locate(record["country"])
    cursor = await connection.execute(_SAVE_ACTIVITIES, [Jsonb(records)])
    ids: dict[str, int] = dict(await cursor.fetchall())
    stored = [r | {"id": ids[r["event_slug"]]} for r in records if r["event_slug"] in ids]
    for field in _RELATIONS:
        await _replace_relation(connection, stored, field)
    organisers = [{c: r[c] for c in ("id", "listed_by", "organisers")} for r in stored]
    await connection.execute(
        _REPLACE_ORGANISERS, {"records": Jsonb(organisers), "stored": list(ids.values())}
    )
    return {record["event_slug"] for record in records} - ids.keys()


async def _replace_relation(connection: AsyncConnection, stored: list[Record], field: str) -> None:
    """Replace a relation of activities; names met for the first time get their rows."""
    pairs = [(record["id"], name) for record in stored for name in record[field]]
    parameters = {
        "stored": [record["id"] for record in stored],
        "ids": [activity_id for activity_id, _ in pairs],
        "names": [name for _, name in pairs],
    }
    tables = {name: sql.Identifier(value) for name, value in _RELATIONS[field].items()}
    for statement in _ADD_NAMES, _REPLACE_RELATION:
        await connection.execute(sql.SQL(statement).format(**tables), parameters)


async def save_visits(connection: AsyncConnection, records: list[Record]) -> None:
    """End sections' visits; what a listing showed is linked even if no page names its section."""
    if not records:
        return
    # What an incomplete listing does not show may stand on the page that is missing.
    sections = [record["section_id"] for record in records if record["complete"]]
    await connection.execute(_REPLACE_LISTED, {"records": Jsonb(records), "sections": sections})
    await connection.execute(
        "UPDATE sections SET last_scraped = now() WHERE id = ANY (%s)", [sections]
    )
