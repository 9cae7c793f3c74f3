import psycopg
import pytest

from esn_pulse.database.schema import dictionary
from esn_pulse.database.schema.dictionary import View, describe
from tests.conftest import PROJECT, Crawl

PAGE = PROJECT / "docs" / "data-dictionary.md"


@pytest.fixture(scope="module")
def views(migrated_template: str) -> list[View]:
    with psycopg.connect(migrated_template) as connection:
        return describe(connection)


def test_everything_is_explained(views: list[View]) -> None:
    assert len(views) > 10
    for view in views:
        assert view.comment.endswith("."), view.name
        for column in view.columns:
            assert column.comment.endswith("."), f"{view.name}.{column.name}"


def test_every_view_has_its_place(views: list[View]) -> None:
    placed = {view.name: view.group for view in views}

    assert dictionary._FURTHER not in placed.values()
    assert len({*placed.values()}) == len(placed)
    assert len({title for _, title, _ in placed.values()}) == 6


def test_the_page_says_what_the_database_says(crawl: Crawl, database: str) -> None:
    ended = crawl("data_dictionary", DATABASE_URL=database)

    assert (ended.returncode, ended.stderr) == (0, "")
    again = "scrapy data_dictionary > docs/data-dictionary.md"
    assert ended.stdout == PAGE.read_text(encoding="utf-8"), f"write it anew: {again}"


def test_a_view_without_comment_or_place_comes_last(
    database: str, connection: psycopg.Connection
) -> None:
    connection.execute('CREATE VIEW bi.a_new_one AS SELECT 1 AS "first"')
    views = describe(connection)

    assert views[-1].name == "a_new_one"
    assert (views[-1].comment, views[-1].columns[0].comment) == ("", "")
    assert "\n- Further views: [a_new_one](#a_new_one)\n" in dictionary.as_markdown(views)
