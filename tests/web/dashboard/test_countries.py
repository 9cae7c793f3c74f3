"""Countries, in a list and each by itself."""

import psycopg

from tests.web.dashboard.network import HOSTILE, LONG
from tests.web.dashboard.reading import heads, led, links, page, rows, tiles, words
from tests.web.servers import Site
from tests.web.visitors import Visitor


def names(site: Site, path: str, title: str) -> list[str]:
    return [row[0] for row in rows(page(site, path), title)]


def test_all_of_them_with_their_figures(site: Site, reading: psycopg.Connection) -> None:
    shown = page(site, "/countries")
    figures = reading.execute("SELECT * FROM bi.countries WHERE country_code = 'TR'")
    columns = [one.name for one in figures.description or ()]
    turkiye = dict(zip(columns, figures.fetchone() or (), strict=True))
    found = rows(shown, "Countries")
    assert [row[:2] for row in found] == [
        *(["Türkiye", "1"], ["The Czech Republic", "2"], ["France", "3"], ["Nowhere", "3"]),
    ]
    assert links(shown, "Countries")[0] == "/countries/TR"
    assert found[0][2:] == [
        str(turkiye["sections"]),
        str(turkiye["activities_365_days"]),
        str(turkiye["national_activities_365_days"]),
        str(turkiye["participants_365_days"]),
    ]


def test_the_list_has_the_period_that_is_asked_for(site: Site) -> None:
    shown = page(site, "/countries?start_date=1999-01-01&end_date=1999-12-31")
    assert [row[3:] for row in rows(shown, "Countries")] == [["0", "0", "0"]] * 4
    assert links(shown, "Countries")[0].endswith("?start_date=1999-01-01&end_date=1999-12-31")


def test_the_list_is_sorted_by_any_column(site: Site) -> None:
    first = page(site, "/countries")
    more = heads(first, "Countries")["Activities"]
    busiest = page(site, more)
    assert [row[0] for row in rows(busiest, "Countries")][:2] == ["Türkiye", "The Czech Republic"]
    assert busiest.css("th[aria-sort]::attr(aria-sort)").getall() == ["descending"]
    least = page(site, heads(busiest, "Countries")["Activities"])
    assert rows(least, "Countries")[-1][0] == "Türkiye"
    assert least.css("th[aria-sort]::attr(aria-sort)").getall() == ["ascending"]
    assert names(site, "/countries?by=nonsense", "Countries") == names(
        site, "/countries", "Countries"
    )


def test_a_country_is_shown_as_the_network_is(site: Site) -> None:
    shown = page(site, "/countries/CZ")
    assert words(shown.css("h1")) == "The Czech Republic"
    assert tiles(shown)["Sections"] == "2"
    assert tiles(shown)["Place in the network"] == "2 of 4"
    assert shown.css(".links a::attr(href)").getall()[0] == "https://cz.example/"


def test_its_sections_are_sorted_and_keep_the_period(site: Site) -> None:
    period = "?start_date=1999-01-01&end_date=1999-12-31"
    shown = page(site, f"/countries/TR{period}")
    assert links(shown, "The sections")[0].endswith(period)
    by_name = heads(shown, "The sections")["Section"]
    assert by_name.startswith(f"/countries/TR{period}&by=section")
    assert by_name.endswith("#its-sections")
    found = names(site, by_name.partition("#")[0], "The sections")
    assert found == [HOSTILE, "ESN METU", "ESN Şişli"]
    assert [row[2] for row in rows(shown, "The sections")] == ["0", "0", "0"]
    assert page(site, by_name.partition("#")[0]).css("#first::attr(value)").get() == "1999-01-01"


def test_its_activities_are_those_of_its_organisers(site: Site) -> None:
    found = names(site, "/countries/CZ?sort=title", "Activities")
    assert found == ["Before", LONG, "Long-Ago", "Quiz-0", "Quiz-1", "Quiz-2", "Soon"]
    assert names(site, "/countries/FR", "Activities") == []


def test_a_country_without_anything_says_so(operator: Visitor) -> None:
    shown = page(operator, "/countries/LI")
    assert {value for name, value in tiles(shown).items() if "Place" not in name} == {"0"}
    assert "No section is known here." in words(shown.css("#its-sections ~ .says"))
    assert "No activity is known here yet." in words(shown.css("main"))
    assert "Nothing is known to be incomplete." in words(shown.css("main"))


def test_a_code_in_small_letters_leads_to_its_country(site: Site) -> None:
    assert led(site, "/countries/tr?page=2&text=%C5%9F") == (
        301,
        "/countries/TR?page=2&text=%C5%9F",
    )
    answer = site.get("/countries/XX")
    assert answer.status_code == 404
    assert "There is no country &#39;XX&#39;. See /countries" in answer.text
