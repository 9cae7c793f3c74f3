"""Who may have an alias on activities.esn.org, and what the site calls whoever has it."""

from dataclasses import dataclass
from typing import Any, LiteralString

from psycopg import AsyncConnection, Connection

from esn_pulse.items import Owner
from esn_pulse.rules.belonging import Belonging, Claimant

# A country is pinned by its letters, which no section's accounts slug consists of.
_CLAIMANTS: LiteralString = """
    SELECT s.id, NULL, s.name, s.activities_platform_slug, p.activities_platform_slug,
        s.left_at IS NULL AND coalesce(s.state, '') NOT IN ('merged', 'withdrew'),
        s.accounts_platform_slug
    FROM sections AS s
    LEFT JOIN section_slug_overrides AS p ON p.accounts_platform_slug = s.accounts_platform_slug
    UNION ALL
    SELECT NULL, c.country_code, 'ESN ' || c.name, c.activities_platform_slug,
        p.activities_platform_slug, TRUE, lower(c.country_code)
    FROM countries AS c
    LEFT JOIN section_slug_overrides AS p ON p.accounts_platform_slug = lower(c.country_code)
"""
_ORGANISATIONS: LiteralString = """
    SELECT slug, name, gone_at IS NOT NULL, section_id, country_code FROM organisations
"""


@dataclass(frozen=True)
class Claims:
    """Everything that decides whose an alias is.

    :ivar claimants: all sections and countries.
    :ivar names: of the organisations that the site has, by alias; None where none was seen.
    :ivar gone: the same of those whose page was gone when it was asked for last; whatever cards out
        of a cache may say, these bear no name.
    :ivar stored: under which alias what is stored of whom was read.
    """

    claimants: list[Claimant]
    names: dict[str, str | None]
    gone: dict[str, str | None]
    stored: dict[Owner, str]

    @property
    def belonging(self) -> Belonging:
        """What follows from all that."""
        return Belonging(self.claimants, self.names | dict.fromkeys(self.gone))


async def read_claims(connection: AsyncConnection) -> Claims:
    """Read all of it, in a run."""
    claimants = await (await connection.execute(_CLAIMANTS)).fetchall()
    return _claims(claimants, await (await connection.execute(_ORGANISATIONS)).fetchall())


def claims(connection: Connection) -> Claims:
    """Read the same, for what is not a run."""
    claimants = connection.execute(_CLAIMANTS).fetchall()
    return _claims(claimants, connection.execute(_ORGANISATIONS).fetchall())


def _claims(claimants: list[tuple[Any, ...]], organisations: list[tuple[Any, ...]]) -> Claims:
    return Claims(
        [Claimant(Owner(section, country), *rest) for section, country, *rest in claimants],
        {slug: name for slug, name, is_gone, *_ in organisations if not is_gone},
        {slug: name for slug, name, is_gone, *_ in organisations if is_gone},
        {Owner(*owner): slug for slug, _, _, *owner in organisations if any(owner)},
    )
