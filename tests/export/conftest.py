"""A database whose views have a few rows, and one with all that can be odd about a value."""

from collections.abc import Iterator
from typing import LiteralString

import psycopg
import pytest
from psycopg import sql

from esn_pulse.database.schema.views import identifier, known_views
from tests.conftest import create_database, database_name, drop_database

ROWS: tuple[LiteralString, ...] = (
    "INSERT INTO countries VALUES ('TR', 'Türkiye', 'tr', 'https://accounts.example/tr')",
    "INSERT INTO sections (country_code, name, accounts_platform_slug, accounts_url, latitude)"
    " VALUES ('TR', 'ESN METU', 'tr-anka-met', 'https://accounts.example/tr-anka-met', 39.925018)",
    "INSERT INTO activities (event_slug, url, title, description, start_date, is_future_event,"
    " is_online, is_valid, participants, country_code)"
    " VALUES ('x-1', 'https://a.example/x-1', '=1+1', 'One', current_date - 7, false, false, true,"
    " 12, 'TR'), ('x-2', 'https://a.example/x-2', 'Two', '', current_date - 8, false, true, true,"
    " NULL, NULL)",
    "INSERT INTO activity_section_organisers (activity_id, section_id)"
    " SELECT a.id, s.id FROM activities AS a, sections AS s",
    "INSERT INTO scraper_status (scraper_module, status, quality_score)"
    " VALUES ('AccountsScraper', 'completed', 99.5)",
)
ODDITIES: LiteralString = r"""
    CREATE VIEW bi.oddities AS SELECT * FROM (VALUES
        (1::smallint, 1::bigint, 'plain', ARRAY['a', 'b'], TRUE, 0.1234, 0.5::float8,
            DATE '2026-11-23', TIMESTAMPTZ '2026-11-23 04:05:06.789012+03'),
        (2, 9223372036854775807, '', '{}', FALSE, -0.0001, 'Infinity',
            '1989-10-16', '0001-01-01 00:00:00Z'),
        (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
        (4, -1, E'two\nlines\r\n"quoted", with a comma; \\ and \t', ARRAY['', NULL, '"{x},', '; '],
            TRUE, 99999999999.9999, 1e-300, '9999-12-31', '9999-12-31 23:59:59.999999Z'),
        (5, 0, 'Türkçe ığüşöç, Ελληνικά, 🎉👩‍👩‍👧', ARRAY['🎉'],
            FALSE, 0, 0, '2000-02-29', '2000-02-29Z'),
        (6, 0, '=HYPERLINK("http://example.org")', '{}', FALSE, 0, 0, '2000-02-29', '2000-02-29Z'),
        (7, 0, '\.', '{NULL}', FALSE, 0, 0, '2000-02-29', '2000-02-29Z'),
        (8, 0, ' spaces ', '{}', FALSE, 0, 0, '2000-02-29', '2000-02-29Z')
    ) AS rows (small, big, words, list, flag, share, double, day, moment)
"""
COMMENTS: tuple[LiteralString, ...] = (
    "COMMENT ON VIEW bi.oddities IS 'Odd things.'",
    "COMMENT ON COLUMN bi.oddities.words IS 'Words | signs.'",
)


def fill(conninfo: str) -> None:
    """Make a migrated database that one; it writes days and times in another way unless told."""
    with psycopg.connect(conninfo, autocommit=True) as connection:
        here = sql.Identifier(database_name(conninfo))
        for setting in "TimeZone = 'Asia/Tokyo'", "DateStyle = 'German'":
            connection.execute(sql.SQL("ALTER DATABASE {} SET ").format(here) + sql.SQL(setting))
        for statement in (*ROWS, ODDITIES, *COMMENTS):
            connection.execute(statement)
        for view in known_views():
            if view.is_materialised:
                refresh = sql.SQL("REFRESH MATERIALIZED VIEW {}")
                connection.execute(refresh.format(identifier(view.name)))


@pytest.fixture(scope="module")
def filled(server: str, migrated_template: str) -> Iterator[str]:
    """Address of such a database; what a test adds to it, it takes away again."""
    conninfo = create_database(server, database_name(migrated_template))
    try:
        fill(conninfo)
        yield conninfo
    finally:
        drop_database(server, conninfo)


@pytest.fixture
def connection(filled: str) -> Iterator[psycopg.Connection]:
    """Connection to it, each statement its own transaction."""
    with psycopg.connect(filled, autocommit=True) as connected:
        yield connected
