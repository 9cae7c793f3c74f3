"""Aliases that operators have pinned: ``section_slug_overrides``."""

import psycopg

_PINS = """
    SELECT accounts_platform_slug, activities_platform_slug FROM section_slug_overrides ORDER BY 1
"""
_PIN = """
    INSERT INTO section_slug_overrides (accounts_platform_slug, activities_platform_slug)
    VALUES (%s, %s)
    ON CONFLICT (accounts_platform_slug) DO UPDATE
        SET activities_platform_slug = excluded.activities_platform_slug
"""
_FREE = """
    DELETE FROM section_slug_overrides WHERE accounts_platform_slug = %s
    RETURNING activities_platform_slug
"""


def pins(connection: psycopg.Connection) -> dict[str, str]:
    """Return the pinned aliases: of sections by slugs of accounts.esn.org, of countries by letters.

    These are lower-case letters, such as ``tr``.
    """
    return dict(connection.execute(_PINS).fetchall())


def pin(connection: psycopg.Connection, pinned_as: str, alias: str) -> None:
    """Pin an alias, in place of the one that was pinned."""
    connection.execute(_PIN, [pinned_as, alias])


def free(connection: psycopg.Connection, pinned_as: str) -> str | None:
    """Pin nothing to somebody any more; returns what was pinned, None if nothing was."""
    freed = connection.execute(_FREE, [pinned_as]).fetchone()
    return freed[0] if freed else None
