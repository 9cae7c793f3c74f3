"""What the migration to organisations makes of the aliases that are there."""

import psycopg

from tests.conftest import PROJECT
from tests.pipelines.factories import rows

FILL = """
    INSERT INTO sections (name, accounts_platform_slug, activities_platform_slug) VALUES
        ('ESN METU', 'tr-metu', 'esn-metu'), ('ESN Ege', 'tr-ege', NULL),
        ('ESN METU NCC', 'cy-metu', 'esn-metu'), ('ESN Koç', 'tr-koc', 'esn-koc');
"""


def test_an_alias_is_an_organisation_s_and_of_two_sections_the_first_one_s(
    empty_database: str,
) -> None:
    *before, organisations = sorted((PROJECT / "sql").glob("00*.sql"))[:18]
    with psycopg.connect(empty_database) as connection:
        for script in before:
            connection.execute(script.read_bytes())
        connection.execute(FILL)

        connection.execute(organisations.read_bytes())

        known = "SELECT slug, name, section_id, country_code FROM organisations ORDER BY slug"
        assert rows(connection, known) == [
            {"slug": "esn-koc", "name": None, "section_id": 4, "country_code": None},
            {"slug": "esn-metu", "name": None, "section_id": 1, "country_code": None},
        ]
