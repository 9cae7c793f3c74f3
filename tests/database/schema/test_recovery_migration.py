"""What the migration to the recovery tables makes of the data that are there."""

import psycopg

from tests.conftest import PROJECT
from tests.pipelines.factories import rows, values

FILL = """
    INSERT INTO countries VALUES ('TR', 'Türkiye', 'tr', 'https://a.example/country/tr');
    INSERT INTO sections (country_code, name, accounts_platform_slug)
        VALUES ('TR', 'ESN METU', 'tr-metu'), ('TR', 'ESN Ege', 'tr-ege');
    INSERT INTO activities
        (event_slug, url, title, description, start_date, is_future_event, is_online)
        SELECT slug, '', 'X', '', '2024-01-01', FALSE, FALSE
        FROM unnest(ARRAY['boat-1', 'quiz-2']) AS slug;
    INSERT INTO activity_section_organisers (activity_id, section_id, is_named, is_listed)
        VALUES (1, 1, TRUE, TRUE), (1, 2, TRUE, FALSE), (2, 1, FALSE, TRUE);
    INSERT INTO validation_errors (url, field_name, error_message, raw_data) VALUES
        ('/country/tr', 'email', 'X', '{"section_count": 3}'),
        ('/section/tr-metu', 'email', 'X', '{"accounts_platform_slug": "tr-metu"}'),
        ('/activity/boat-1', 'title', 'X', '{"section_id": 1, "listed_by": [1]}'),
        ('/statistics', 'causes', 'X', '{"section_id": 1, "physical_activities": 0}');
"""


def test_what_is_stored_is_taken_over(empty_database: str) -> None:
    *before, recovery = sorted((PROJECT / "sql").glob("000[1-5]_*.sql"))
    with psycopg.connect(empty_database) as connection:
        for script in before:
            connection.execute(script.read_bytes())
        connection.execute(FILL)

        connection.execute(recovery.read_bytes())

        assert values(connection, "SELECT item FROM validation_errors ORDER BY id") == [
            "CountryItem",
            "SectionItem",
            "ActivityItem",
            "StatisticsItem",
        ]
        assert rows(connection, "SELECT * FROM section_listings ORDER BY event_slug") == [
            {"section_id": 1, "event_slug": "boat-1"},
            {"section_id": 1, "event_slug": "quiz-2"},
        ]
