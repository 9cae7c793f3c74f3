"""Whose each alias is, settled from all that is stored (docs/decisions.md, "Whose an alias is")."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from psycopg import AsyncConnection

from esn_pulse.database import locks
from esn_pulse.database.owners import BOTH, owners_of
from esn_pulse.database.queries.links import link_named
from esn_pulse.items import Owner
from esn_pulse.rules.belonging import Claimant
from esn_pulse.rules.names import comparable
from esn_pulse.run.claims import Claims, read_claims
from esn_pulse.run.moving import Move, hand_errors, lift, put

_SET_ALIAS = {
    owners: owners.statement("""
    UPDATE {owners} SET activities_platform_slug = %(alias)s::varchar, activities_url = %(url)s,
        can_scrape_activities = %(alias)s::varchar IS NOT NULL,
        last_validated_activities_slug = now()
    WHERE {id} = %(owner)s
    """)
    for owners in BOTH
}
# In a database from before several may have read what is under one alias; it is noted of one.
_READ_TOO = """
    SELECT s.id, o.slug
    FROM sections AS s JOIN organisations AS o ON o.slug = s.activities_platform_slug
    WHERE s.alias_since IS NULL AND num_nonnulls(o.section_id, o.country_code) > 0
        AND s.last_scraped >= s.last_validated_activities_slug
        AND NOT EXISTS (SELECT FROM organisations AS own WHERE own.section_id = s.id)
"""
# Not before, as the former one is still to tell since when what is to be moved was read.
_DATE_ALIAS = {
    owners: owners.statement("UPDATE {owners} SET alias_since = now() WHERE {id} = %s")
    for owners in BOTH
}
_DISOWN = """
    UPDATE organisations SET section_id = NULL, country_code = NULL
    WHERE section_id = ANY (%s) OR country_code = ANY (%s)
"""
_OWN = """
    INSERT INTO organisations (slug, section_id, country_code) VALUES (%s, %s, %s)
    ON CONFLICT (slug) DO UPDATE SET
        section_id = EXCLUDED.section_id, country_code = EXCLUDED.country_code
"""


@dataclass(frozen=True)
class Change:
    """A section or country that has another alias than was thought."""

    claimant: Claimant
    alias: str | None

    def __str__(self) -> str:
        name, former = self.claimant.name, self.claimant.alias
        if self.alias is None:
            return f"{former} is not {name}, which has no alias for now"
        return f"{self.alias} is {name}" + (f", and not {former}" if former else "")


@dataclass(frozen=True)
class Settlement:
    """What came of it.

    :ivar changes: aliases that changed hands.
    :ivar at_work: whom another run is visiting, so that nothing was changed; '' if none is.
    """

    changes: list[Change]
    at_work: str = ""


async def settle_aliases(connection: AsyncConnection, site: str) -> Settlement:
    """Give each alias to whom it belongs, with all that was read under it.

    :param site: the address of the activities site.
    """
    await connection.execute(locks.WAIT, (locks.ALIASES, 0))
    claims = await read_claims(connection)
    settled = claims.belonging.settle()
    changes = [Change(one, settled[one.owner]) for one in claims.claimants]
    changes = [change for change in changes if change.alias != change.claimant.alias]
    too = await (await connection.execute(_READ_TOO)).fetchall()
    read = {Owner(section_id): alias for section_id, alias in too} | claims.stored
    moves = _moves(claims, settled, read)
    if at_work := await _at_work(connection, claims, changes, moves):
        return Settlement([], at_work)
    loads = [await lift(connection, move) for move in moves]
    for change in changes:
        await _set_alias(connection, change, site)
    await _own(connection, claims, settled)
    for load in loads:
        await put(connection, load)
    await hand_errors(connection, moves)
    return Settlement(changes)


def _moves(
    claims: Claims, settled: Mapping[Owner, str | None], read: Mapping[Owner, str]
) -> list[Move]:
    """Tell what was read under an alias that is not its owner's.

    An alias that bore no name, or the owner's, and is nobody's now was replaced by another: what
    was read under it stays the owner's, unless that gets what another one has read.
    """
    owner_of = {alias: owner for owner, alias in settled.items() if alias}
    keys = {one.owner: one.key for one in claims.claimants}

    def is_wrong(owner: Owner, alias: str) -> bool:
        name = claims.names.get(alias)
        return alias in owner_of or (bool(name) and comparable(name or "") != keys[owner])

    left = {o: alias for o, alias in read.items() if settled.get(o) != alias}
    moving = {owner for owner, alias in left.items() if is_wrong(owner, alias)}
    while True:
        receiving = {owner_of[left[o]] for o in moving if left[o] in owner_of}
        if not (more := (receiving & left.keys()) - moving):
            break
        moving |= more
    return [
        Move(left[o], o, to, is_known=to is not None and read.get(to) == left[o])
        for o in moving
        for to in [owner_of.get(left[o])]
    ]


async def _at_work(
    connection: AsyncConnection, claims: Claims, changes: Iterable[Change], moves: Iterable[Move]
) -> str:
    """Lock all who are concerned; returns the name of one that another run is visiting."""
    names = {one.owner: one.name for one in claims.claimants}
    concerned = {change.claimant.owner for change in changes}
    concerned |= {owner for move in moves for owner in (move.of, move.to) if owner}
    for owner in concerned:
        lock = locks.of_owner(owner)
        taken = await (await connection.execute(locks.TRY_UNTIL_END, lock)).fetchone()
        if taken != (True,):
            return names[owner]
    return ""


async def _set_alias(connection: AsyncConnection, change: Change, site: str) -> None:
    owner, alias = change.claimant.owner, change.alias
    owners = owners_of(owner)
    values = {
        "owner": getattr(owner, owners.key),
        "alias": alias,
        "url": f"{site}/organisation/{alias}/activities" if alias else None,
    }
    await connection.execute(_SET_ALIAS[owners], values)


async def _own(
    connection: AsyncConnection, claims: Claims, settled: Mapping[Owner, str | None]
) -> None:
    """Note under which alias each is read from now on."""
    stored = claims.stored
    changed = {o: alias for o, alias in settled.items() if stored.get(o) != alias}
    sections = [o.section_id for o in changed if o.section_id is not None]
    countries = [o.country_code for o in changed if o.country_code is not None]
    await connection.execute(_DISOWN, [sections, countries])
    owned: set[str | None] = {alias for o, alias in stored.items() if o not in changed}
    for owner, alias in changed.items():
        if alias and owner.section_id is not None:
            await link_named(connection, alias)
        is_new = alias is not None and alias not in owned
        if is_new:  # of several to whom it is pinned the first one's
            owned.add(alias)
            await connection.execute(_OWN, [alias, *owner])
        if is_new or owner in stored:
            owners = owners_of(owner)
            await connection.execute(_DATE_ALIAS[owners], [getattr(owner, owners.key)])
