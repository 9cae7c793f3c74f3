import psycopg

from esn_pulse.analysis.paging import Window
from esn_pulse.analysis.queries.organisations import Filters, listed, one

ALL = Window(limit=100)


def slugs(connection: psycopg.Connection, **given: str) -> list[str]:
    found = listed(connection, Filters.model_validate(given), ALL)
    assert found.total == len(found.rows)
    return [row.organisation_slug for row in found.rows]


def test_they_are_filtered_by_kind_and_country(reading: psycopg.Connection) -> None:
    everyone = slugs(reading)

    assert slugs(reading, kind="other") == ["committee", "esn-international"]
    assert slugs(reading, kind="national organisation") == ["esn-italy", "esn-turkey"]
    assert slugs(reading, country="TR") == ["esn-ankara", "esn-izmir", "esn-turkey"]
    assert slugs(reading, country="TR", kind="section") == ["esn-ankara", "esn-izmir"]
    assert len(everyone) == 8
    pages = [listed(reading, Filters(), Window(page=page, limit=3)).rows for page in (1, 2, 3, 4)]
    assert [row.organisation_slug for page in pages for row in page] == everyone


def test_one_is_found_by_what_it_is_and_was_called(changing: psycopg.Connection) -> None:
    italy = one(changing, "esn-italy")

    assert italy
    assert italy.former_slugs == ["esn-italia"]
    assert one(changing, "esn-italia") == italy
    assert one(changing, "nobody") is None
    changing.execute("INSERT INTO public.organisations (slug) VALUES ('esn-italia')")
    another = one(changing, "esn-italia")
    assert another
    assert another.organisation_slug == "esn-italia"
