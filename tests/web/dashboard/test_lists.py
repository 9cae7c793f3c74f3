"""Lists of all countries and all sections."""

import psycopg
import pytest

from tests.web.dashboard.reading import heads, links, page, rows
from tests.web.servers import Site

PERIOD = "?start_date=1999-01-01&end_date=1999-12-31"


def test_all_sections_of_the_network_are_listed(site: Site, reading: psycopg.Connection) -> None:
    shown = page(site, "/sections?by=section")
    expected = reading.execute(
        "SELECT section, coalesce(country, ''), coalesce(city, '') FROM bi.sections"
        " WHERE is_counted"
    ).fetchall()
    found = [tuple(row[:3]) for row in rows(shown, "The sections")]
    assert sorted(found) == sorted((s, c[:1].upper() + c[1:], p) for s, c, p in expected)
    assert [row[0].casefold() for row in found] == sorted(row[0].casefold() for row in found)
    assert "/sections/esn-metu" in links(shown, "The sections")
    assert heads(shown, "The sections")["Country"] == "/sections?by=country"


@pytest.mark.parametrize(
    ("path", "title", "column"),
    [("/countries", "Countries", 3), ("/sections", "The sections", 3), ("/countries/TR", "", 2)],
)
@pytest.mark.parametrize("period", ["", PERIOD])
def test_its_files_have_what_is_shown(
    site: Site, path: str, title: str, column: int, period: str
) -> None:
    shown = page(site, f"{path}{period}")
    listed = rows(shown, title or "The sections")
    csv, json = shown.css(".download a::attr(href)").getall()[:2]
    found = site.get(json).json()["rows"]
    assert [f"{row['activities_in_period']:,}" for row in found] == [row[column] for row in listed]
    assert len(site.get(csv).text.splitlines()) == len(listed) + 1
