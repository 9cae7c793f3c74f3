"""What was read under an alias, on its way from one owner to another."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, LiteralString

from psycopg import AsyncConnection, sql
from psycopg.types.json import Jsonb

from esn_pulse.database.owners import BOTH, Owners, owners_of
from esn_pulse.items import ActivityItem, Owner, StatisticsItem
from esn_pulse.sources import ACTIVITIES

Row = dict[str, Any]

# How the names of the tables end that a section and a country both have.
_TABLES = (
    "listings",
    "overall_statistics",
    "cause_statistics",
    "type_statistics",
    "participant_statistics",
    "snapshots",
)
_MEMORY = ("last_scraped", "listing_read_at", "listing_digest", "alias_since")
# Of the snapshots only those of the days in question; when nobody knows which, all.
_SINCE = sql.SQL("""
    AND day >= coalesce((
        SELECT (alias_since AT TIME ZONE 'UTC')::date FROM {owners} WHERE {id} = %(owner)s
    ), '-infinity')
""")
_FORGET: LiteralString = """
    WITH known AS (SELECT * FROM {owners} WHERE {id} = %(owner)s)
    UPDATE {owners} AS o SET
        last_scraped = NULL, listing_read_at = NULL, listing_digest = NULL, alias_since = NULL
    FROM known AS k WHERE o.{id} = k.{id} RETURNING to_jsonb(k)
"""
_REMEMBER: LiteralString = """
    UPDATE {owners} AS o SET last_scraped = r.last_scraped, listing_read_at = r.listing_read_at,
        listing_digest = r.listing_digest, alias_since = r.alias_since
    FROM jsonb_populate_record(NULL::{owners}, %(memory)s) AS r WHERE o.{id} = %(owner)s
"""
_LIFT_LINKS = """
    DELETE FROM activity_section_organisers AS l WHERE section_id = %(owner)s
    RETURNING activity_id, is_named, is_listed, is_named AND NOT EXISTS (
        SELECT FROM activity_organisers AS o WHERE o.activity_id = l.activity_id
    ) AS is_old
"""
# Pages that an older version has read named the alias, and that is all that is left of it.
_KEEP_NAMED = """
    INSERT INTO activity_organisers (activity_id, organisation_slug, position)
    SELECT activity_id, %(alias)s, 1 + (
        SELECT count(*) FROM activity_organisers AS o WHERE o.activity_id = r.activity_id
    )
    FROM jsonb_to_recordset(%(links)s) AS r (activity_id integer, is_old boolean) WHERE is_old
    ON CONFLICT DO NOTHING
"""
# What names the new alias of whom they are taken from is not named by the old one.
_PUT_LINKS = """
    INSERT INTO activity_section_organisers AS l (activity_id, section_id, is_named, is_listed)
    SELECT activity_id, %(owner)s, is_named, is_listed
    FROM (
        SELECT activity_id, is_listed, is_named AND coalesce((
            SELECT bool_or(organisation_slug = %(alias)s) FROM activity_organisers AS o
            WHERE o.activity_id = r.activity_id
        ), TRUE) AS is_named
        FROM jsonb_to_recordset(%(links)s)
            AS r (activity_id integer, is_named boolean, is_listed boolean)
    ) AS moved WHERE is_named OR is_listed
    ON CONFLICT (activity_id, section_id) DO UPDATE SET
        is_named = l.is_named OR EXCLUDED.is_named, is_listed = l.is_listed OR EXCLUDED.is_listed
"""
# A national organisation's activities: what its listing shows, and what names it.
_LINK_ANEW = """
    INSERT INTO activity_section_organisers AS l (activity_id, section_id, is_named, is_listed)
    SELECT a.id, %(owner)s, FALSE, TRUE
    FROM section_listings AS s JOIN activities AS a ON a.event_slug = s.event_slug
    WHERE s.section_id = %(owner)s
    ON CONFLICT (activity_id, section_id) DO UPDATE SET is_listed = TRUE WHERE NOT l.is_listed
"""
_FAILURES: LiteralString = """
    UPDATE failed_scrapes SET {key} = NULL WHERE {key} = %(owner)s AND scraper_module = %(module)s
    RETURNING id
"""
_HAND_FAILURES = """
    UPDATE failed_scrapes SET section_id = %(section_id)s, country_code = %(country_code)s
    WHERE id = ANY (%(ids)s)
"""
# Nobody asks for them again.
_CLOSE_FAILURES = """
    UPDATE failed_scrapes SET will_retry = FALSE, resolved_at = now()
    WHERE id = ANY (%(ids)s) AND resolved_at IS NULL
"""
_ERRORS: LiteralString = """
    SELECT id, item, raw_data FROM validation_errors
    WHERE ({key} = %(owner)s OR raw_data -> %(listed_by)s @> to_jsonb(%(owner)s::{type}))
        AND item = ANY (%(items)s)
"""
_HAND_ERROR = """
    UPDATE validation_errors SET section_id = %(section_id)s, country_code = %(country_code)s,
        raw_data = %(raw)s,
        resolved_at = CASE WHEN %(is_ownerless)s THEN coalesce(resolved_at, now())
            ELSE resolved_at END
    WHERE id = %(id)s
"""
_STATEMENTS = {
    owners: {
        name: owners.statement(template)
        for name, template in {
            "forget": _FORGET,
            "remember": _REMEMBER,
            "failures": _FAILURES,
            "errors": _ERRORS,
        }.items()
    }
    for owners in BOTH
}
_LISTED_BY = {"section_id": "listed_by", "country_code": "listed_by_countries"}
_ITEMS = [ActivityItem.__name__, StatisticsItem.__name__]


@dataclass(frozen=True)
class Move:
    """What was read under an alias is ``of`` one owner, and goes ``to`` another, or to nobody.

    ``is_known`` is whether the other one has read it, too, so that its own stands.
    """

    alias: str
    of: Owner
    to: Owner | None
    is_known: bool = False


@dataclass
class Load:
    """What is on its way."""

    move: Move
    memory: Row
    tables: dict[str, list[Row]] = field(default_factory=dict)
    links: list[Row] = field(default_factory=list)
    failures: list[int] = field(default_factory=list)


async def lift(connection: AsyncConnection, move: Move) -> Load:
    """Take away from its owner what was read under an alias."""
    owners = owners_of(move.of)
    statements, parameters = _STATEMENTS[owners], _parameters(owners, move.of)
    tables = {name: await _take(connection, owners, name, parameters) for name in _TABLES}
    [(known,)] = await (await connection.execute(statements["forget"], parameters)).fetchall()
    load = Load(move, {column: known[column] for column in _MEMORY}, tables)
    if owners.key == "section_id":
        links = await (await connection.execute(_LIFT_LINKS, parameters)).fetchall()
        names = ("activity_id", "is_named", "is_listed", "is_old")
        load.links = [dict(zip(names, link, strict=True)) for link in links]
    failed = await (await connection.execute(statements["failures"], parameters)).fetchall()
    load.failures = [failure for (failure,) in failed]
    return load


async def put(connection: AsyncConnection, load: Load) -> None:
    """Give what was lifted to its new owner."""
    owner = load.move.to
    links = {"links": Jsonb(load.links), "alias": load.move.alias}
    await connection.execute(_KEEP_NAMED, links)
    if owner is not None:
        owners = owners_of(owner)
        parameters = _parameters(owners, owner)
        for name, rows in load.tables.items():
            if name == "snapshots" or not load.move.is_known:
                await _give(connection, owners, name, rows, parameters["owner"])
        if not load.move.is_known:
            memory = parameters | {"memory": Jsonb(load.memory)}
            await connection.execute(_STATEMENTS[owners]["remember"], memory)
        if owners.key == "section_id":
            await connection.execute(_PUT_LINKS, parameters | links)
            await connection.execute(_LINK_ANEW, parameters)
    failures = (owner or Owner())._asdict() | {"ids": load.failures}
    await connection.execute(_HAND_FAILURES, failures)
    if owner is None:
        await connection.execute(_CLOSE_FAILURES, failures)


async def hand_errors(connection: AsyncConnection, moves: Iterable[Move]) -> None:
    """Let broken records belong to the new owners, all at once: several may list an activity."""
    to = {move.of: move.to or Owner() for move in moves}
    errors: dict[int, tuple[str, Row]] = {}
    for owner in to:
        owners = owners_of(owner)
        found = await connection.execute(_STATEMENTS[owners]["errors"], _parameters(owners, owner))
        errors |= {error: (item, raw) for error, item, raw in await found.fetchall()}
    for error, (item, raw) in errors.items():
        await _hand_error(connection, error, item, _reowned(raw, to))


def _parameters(owners: Owners, owner: Owner) -> Row:
    return {
        "owner": getattr(owner, owners.key),
        "module": ACTIVITIES.module,
        "listed_by": _LISTED_BY[owners.key],
        "items": _ITEMS,
    }


async def _take(
    connection: AsyncConnection, owners: Owners, name: str, parameters: Row
) -> list[Row]:
    statement = sql.SQL(
        "DELETE FROM {table} AS t WHERE {key} = %(owner)s {since} RETURNING to_jsonb(t)"
    ).format(
        table=sql.Identifier(f"{owners.of}_{name}"),
        key=sql.Identifier(owners.key),
        since=_SINCE.format(owners=sql.Identifier(owners.table), id=sql.Identifier(owners.id))
        if name == "snapshots"
        else sql.SQL(""),
    )
    rows = await (await connection.execute(statement, parameters)).fetchall()
    return [{c: v for c, v in row.items() if c not in ("id", owners.key)} for (row,) in rows]


async def _give(
    connection: AsyncConnection, owners: Owners, name: str, rows: Iterable[Row], owner: int | str
) -> None:
    """Store rows as another owner's; what that one has itself stays."""
    owned = [row | {owners.key: owner} for row in rows]
    if owned:
        statement = sql.SQL(
            "INSERT INTO {table} ({columns}) SELECT {columns}"
            " FROM jsonb_populate_recordset(NULL::{table}, %s) ON CONFLICT DO NOTHING"
        ).format(
            table=sql.Identifier(f"{owners.of}_{name}"),
            columns=sql.SQL(", ").join(map(sql.Identifier, owned[0])),
        )
        await connection.execute(statement, [Jsonb(owned)])


def _reowned(raw: Row, to: Mapping[Owner, Owner]) -> Row:
    """Return a record as it was read, by whom it belongs to now."""
    if "listed_by" not in raw:
        owner = Owner(raw["section_id"], raw.get("country_code"))
        return raw | to.get(owner, owner)._asdict()
    listed = [
        *(Owner(section_id=one) for one in raw["listed_by"]),
        *(Owner(country_code=one) for one in raw.get("listed_by_countries", ())),
    ]
    now = dict.fromkeys(to.get(one, one) for one in listed)
    sections = [one.section_id for one in now if one.section_id is not None]
    return raw | {
        "section_id": next(iter(sections), None),
        "listed_by": sections,
        "listed_by_countries": [one.country_code for one in now if one.country_code is not None],
    }


async def _hand_error(connection: AsyncConnection, error: int, item: str, raw: Row) -> None:
    country = next(iter(raw.get("listed_by_countries", ())), raw.get("country_code"))
    owner = Owner(raw["section_id"], None if raw["section_id"] is not None else country)
    values = owner._asdict() | {
        "id": error,
        "raw": Jsonb(raw),
        "is_ownerless": item == StatisticsItem.__name__ and owner == Owner(),
    }
    await connection.execute(_HAND_ERROR, values)
