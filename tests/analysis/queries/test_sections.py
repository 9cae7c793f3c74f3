from collections.abc import Callable
from datetime import UTC, datetime

import psycopg
import pytest

from esn_pulse.analysis.paging import Window
from esn_pulse.analysis.queries.sections import (
    Filters,
    Section,
    figures,
    find,
    listed,
    of_country,
    one,
)

ALL = Window(limit=100)


def names(rows: list[Section]) -> list[str]:
    return [row.section for row in rows]


def number(connection: psycopg.Connection, alias: str) -> int:
    query = "SELECT id FROM public.sections WHERE activities_platform_slug = %s"
    [(key,)] = connection.execute(query, [alias]).fetchall()
    return int(key)


@pytest.mark.parametrize("name", ["esn-izmir", "tr-esn-izmir", "esn-smyrna"])
def test_a_section_is_found_by_all_its_names(reading: psycopg.Connection, name: str) -> None:
    izmir = number(reading, "esn-izmir")

    assert find(reading, name) == find(reading, str(izmir)) == izmir


@pytest.mark.parametrize("name", ["ESN Izmír", "esn-italy", "committee", "", "%", "0", "-1", "1.0"])
def test_no_section_is_found_by_anything_else(reading: psycopg.Connection, name: str) -> None:
    assert find(reading, name) is None


def test_an_alias_wins_over_a_name_on_accounts_and_over_what_was(
    changing: psycopg.Connection,
) -> None:
    changing.execute(
        "INSERT INTO public.sections (name, accounts_platform_slug) VALUES ('X', 'esn-brno')"
    )
    changing.execute(
        "INSERT INTO public.sections (name, accounts_platform_slug, activities_platform_slug)"
        " VALUES ('Y', 'y', 'esn-smyrna'), ('Z', 'z', 'esn-brno')"
    )

    assert find(changing, "esn-brno") == number_of(changing, "ESN Brno")
    assert find(changing, "esn-smyrna") == number_of(changing, "Y")
    assert find(changing, "z") == number_of(changing, "Z")


def number_of(connection: psycopg.Connection, name: str) -> int:
    [(key,)] = connection.execute("SELECT id FROM public.sections WHERE name = %s", [name])
    return int(key)


def test_every_section_is_found_by_the_slug_that_it_is_given(
    reading: psycopg.Connection,
) -> None:
    for row in listed(reading, Filters(), ALL).rows:
        assert find(reading, row.section_slug) == row.section_id
        assert one(reading, row.section_id) == row


def test_sections_are_listed_by_name_and_page_by_page(reading: psycopg.Connection) -> None:
    everyone = listed(reading, Filters(), ALL)
    pages = [listed(reading, Filters(), Window(page=page, limit=3)) for page in (1, 2, 3)]

    assert names(everyone.rows) == ["ESN Ankara", "ESN Brno", "ESN Izmír", "ESN Milano"]
    assert [row for page in pages for row in page.rows] == everyone.rows
    assert {page.total for page in [everyone, *pages]} == {4}


def test_sections_are_sorted_by_what_they_do(reading: psycopg.Connection) -> None:
    rows = listed(reading, Filters(), ALL, "-activities").rows

    figures = [row.activities or 0 for row in rows]
    assert figures == sorted(figures, reverse=True)
    assert names(listed(reading, Filters(), ALL, "country").rows) == [
        "ESN Brno",
        "ESN Milano",
        "ESN Ankara",
        "ESN Izmír",
    ]


def test_filters_leave_the_others_out(changing: psycopg.Connection) -> None:
    changing.execute("UPDATE public.sections SET state = 'withdrew' WHERE name = 'ESN Brno'")
    now = datetime.now(UTC)
    changing.execute(
        "UPDATE public.sections SET last_scraped = %s WHERE name LIKE '%%Izmír'", [now]
    )

    def found(**given: str) -> list[str]:
        return names(listed(changing, Filters.model_validate(given), ALL).rows)

    assert found(country="TR") == ["ESN Ankara", "ESN Izmír"]
    assert found(state="withdrew") == found(is_counted="false") == ["ESN Brno"]
    assert found(freshness="this week") == ["ESN Izmír"]
    assert found(freshness="never", is_counted="true") == ["ESN Ankara", "ESN Milano"]
    assert found(country="CZ", freshness="this week") == []
    assert names(of_country(changing, "TR")) == ["ESN Ankara", "ESN Izmír"]
    assert of_country(changing, "CZ") == []


def test_it_is_said_where_a_section_stands(changing: psycopg.Connection) -> None:
    changing.execute(
        "CREATE OR REPLACE TEMP VIEW counted AS SELECT s.id, s.country_code, ("
        " SELECT count(*) FROM public.activities AS a"
        " JOIN public.activity_section_organisers AS l ON l.activity_id = a.id"
        " WHERE l.section_id = s.id AND a.is_valid AND a.removed_at IS NULL AND start_date"
        " BETWEEN (now() AT TIME ZONE 'UTC')::date - 364 AND (now() AT TIME ZONE 'UTC')::date"
        ") AS activities FROM public.sections AS s"
    )
    counted = {key: (code, n) for key, code, n in changing.execute("SELECT * FROM counted")}
    assert len({n for _, n in counted.values()}) == 4  # otherwise participants decide, too

    for key, (code, activities) in counted.items():
        standing = figures(changing, key)
        assert standing
        assert (standing.activities_365_days, standing.sections_in_network) == (activities, 4)
        less = [c for c, n in counted.values() if n < activities]
        assert standing.rank_in_network == 4 - len(less)
        assert standing.percentile_in_network == round(len(less) / 3, 4)
        others = [c for c, _ in counted.values()].count(code) - 1
        assert standing.sections_in_country == others + 1
        expected = less.count(code) / others if others else None
        assert standing.percentile_in_country == expected


def test_growth_is_how_much_more_there_is(
    changing: psycopg.Connection, refreshed: Callable[[], None]
) -> None:
    changing.execute("DELETE FROM public.activities")
    brno = number(changing, "esn-brno")
    for year, participants in {0: (9, 9, 9), 1: (6, 12)}.items():
        for count in participants:
            changing.execute(
                "WITH new AS (INSERT INTO public.activities (event_slug, url, title, description,"
                " start_date, is_future_event, is_online, participants)"
                " SELECT gen_random_uuid(), '', '', '', date_trunc('year', now() AT TIME ZONE"
                " 'UTC')::date - make_interval(years => %s), false, false, %s RETURNING id)"
                " INSERT INTO public.activity_section_organisers SELECT id, %s FROM new",
                [year, count, brno],
            )
    refreshed()

    grown, quiet = figures(changing, brno), figures(changing, number(changing, "esn-izmir"))
    assert grown
    assert (grown.activities_growth, grown.participants_growth) == (0.5, 0.5)
    assert quiet
    assert (quiet.activities_growth, quiet.participants_growth) == (None, None)


def test_who_does_not_count_has_no_figures(changing: psycopg.Connection) -> None:
    brno = number(changing, "esn-brno")
    changing.execute("UPDATE public.sections SET left_at = now() WHERE id = %s", [brno])

    assert figures(changing, brno) is None
    section = one(changing, brno)
    assert section
    assert (section.is_counted, section.activities) == (False, None)
    assert one(changing, 999) is None
    assert figures(changing, 999) is None
