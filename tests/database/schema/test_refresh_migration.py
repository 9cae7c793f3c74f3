"""What the migration to refreshes makes of the data that are there."""

from datetime import UTC, datetime

import psycopg

from tests.conftest import PROJECT
from tests.pipelines.factories import rows

FILL = """
    INSERT INTO sections (name, accounts_platform_slug) VALUES ('ESN METU', 'tr-metu');
    INSERT INTO activities
        (event_slug, url, title, description, start_date, is_future_event, is_online, last_seen)
        SELECT slug, '/activity/' || slug, 'X', '', '2024-01-01', FALSE, FALSE, '2026-05-04Z'
        FROM unnest(ARRAY['boat-1', 'no-longer-listed-3']) AS slug;
    INSERT INTO section_listings VALUES (1, 'boat-1'), (1, 'never-read-2');
"""


def test_what_is_stored_is_taken_over(empty_database: str) -> None:
    *before, refresh = sorted((PROJECT / "sql").glob("000[1-6]_*.sql"))
    with psycopg.connect(empty_database) as connection:
        for script in before:
            connection.execute(script.read_bytes())
        connection.execute(FILL)

        connection.execute(refresh.read_bytes())

        last_read = {"last_read": datetime(2026, 5, 4, tzinfo=UTC)}
        kept = "SELECT last_read, removed_at IS NOT NULL AS is_removed FROM activities ORDER BY id"
        assert rows(connection, kept) == [
            last_read | {"is_removed": False},
            last_read | {"is_removed": True},
        ]
        # Without a card an activity is read again, and without a date its listing to the end.
        listing = "SELECT event_slug, url, card FROM section_listings ORDER BY 1"
        assert rows(connection, listing) == [
            {"event_slug": "boat-1", "url": "/activity/boat-1", "card": None},
            {"event_slug": "never-read-2", "url": None, "card": None},
        ]
        assert rows(connection, "SELECT listing_read_at, listing_digest FROM sections") == [
            {"listing_read_at": None, "listing_digest": None}
        ]
