from collections.abc import Callable

import psycopg
import pytest

from esn_pulse.analysis.paging import Window
from esn_pulse.analysis.queries.problems import (
    Filters,
    listed,
    quality,
    quality_of_country,
    quality_of_section,
)
from esn_pulse.analysis.queries.sections import find

ALL = Window(limit=100)


@pytest.fixture
def amiss(changing: psycopg.Connection) -> psycopg.Connection:
    """Two fields of a section are broken, one of no one's; of a country a page can't be read."""
    changing.execute(
        "INSERT INTO public.validation_errors (section_id, field_name, error_message, url,"
        " resolved_at, created_at) VALUES (%(brno)s, 'email', 'is wrong', '/brno', NULL, now()),"
        " (%(brno)s, NULL, 'is wrong', '/brno', NULL, now()),"
        " (%(brno)s, 'city', 'was wrong', '/brno', now(), now()),"
        " (NULL, 'email', 'is wrong', '/x', NULL, now())",
        {"brno": find(changing, "esn-brno")},
    )
    changing.execute(
        "INSERT INTO public.failed_scrapes (url, country_code, error_message)"
        " VALUES ('/it', 'IT', 'timed out')"
    )
    return changing


def found(connection: psycopg.Connection, **given: object) -> list[tuple[str, str | None]]:
    page = listed(connection, Filters.model_validate(given), ALL)
    assert page.total == len(page.rows)
    return [(row.url, row.field) for row in page.rows]


def test_open_problems_are_filtered(amiss: psycopg.Connection) -> None:
    brno = find(amiss, "esn-brno")

    assert found(amiss, section=brno) == found(amiss, country="CZ")
    assert found(amiss, section=brno) == [("/brno", None), ("/brno", "email")]
    assert found(amiss, kind="unread page") == [("/it", None)]
    assert found(amiss, is_national=True) == found(amiss, country="IT") == [("/it", None)]
    assert found(amiss, country="IT", kind="broken field") == []
    assert len(found(amiss)) == 4
    pages = [listed(amiss, Filters(), Window(page=page, limit=3)).rows for page in (1, 2)]
    assert [(row.url, row.field) for rows in pages for row in rows] == found(amiss)


def test_what_was_found_is_nobody_s_to_read(amiss: psycopg.Connection) -> None:
    amiss.execute("UPDATE public.validation_errors SET value = 'c/o Ada Lovelace'")

    told = [row.model_dump_json() for row in listed(amiss, Filters(), ALL).rows]
    assert len(told) == 4
    assert "Lovelace" not in "".join(told)


def test_quality_is_of_one_or_of_all(
    amiss: psycopg.Connection, refreshed: Callable[[], None]
) -> None:
    refreshed()
    brno = find(amiss, "esn-brno")
    assert brno

    [of_czechia] = quality(amiss, "CZ")
    assert of_czechia == quality_of_section(amiss, brno)
    assert of_czechia.open_errors == 2
    assert [row.section for row in quality(amiss)] == [
        "ESN Ankara",
        "ESN Brno",
        "ESN Izmír",
        "ESN Milano",
    ]
    italy = quality_of_country(amiss, "IT")
    assert italy
    assert italy.open_failures == 1
    assert quality_of_country(amiss, "XX") is None
    assert quality_of_section(amiss, 999) is None
