"""A section's page."""

from urllib.parse import quote

import psycopg
import pytest

from tests.web.dashboard.network import ACTIVITIES_OF_METU
from tests.web.dashboard.reading import counted, led, page, rows, tiles, words
from tests.web.servers import Site, served
from tests.web.visitors import Visitor

METU = "/sections/esn-metu"
ACTIVITY = "https://activities.example/activity"


def gaps(site: Site | Visitor, path: str) -> dict[str, list[str]]:
    """What is incomplete, and the links of each."""
    return {
        words(gap.css("h4")): gap.css("a::attr(href)").getall()
        for gap in page(site, path).css(".mend > li")
    }


def test_it_shows_what_the_tables_count(site: Site, reading: psycopg.Connection) -> None:
    activities, participants = counted(
        reading,
        "SELECT count(*), sum(participants) FROM activities JOIN activity_section_organisers"
        " ON activity_id = activities.id JOIN sections ON sections.id = section_id"
        " WHERE sections.name = 'ESN METU'",
    )
    shown = page(site, METU)
    assert activities == ACTIVITIES_OF_METU
    assert tiles(shown)["Activities"] == str(activities)
    assert tiles(shown)["Participants"] == str(participants)
    assert f"{activities} activities." in words(shown.css(".filters + .says"))


def test_it_says_where_the_section_stands(site: Site, reading: psycopg.Connection) -> None:
    rank, of_country = counted(
        reading,
        "SELECT rank_in_network, rank_in_country FROM bi.section_figures"
        " WHERE section = 'ESN Brno'",
    )
    shown = page(site, "/sections/esn-brno")
    assert tiles(shown)["Place in the Czech Republic"] == f"{of_country} of 2"
    assert tiles(shown)["Place in the network"] == f"{rank} of 7"
    ahead = round(100 * (7 - rank) / 6)
    assert f"ahead of {ahead} % of the other sections" in words(shown.css("#key-figures"))
    assert tiles(page(site, METU))["Place in Türkiye"] == "1 of 3"


def test_its_causes_stand_beside_those_of_the_network(site: Site) -> None:
    shown = page(site, METU).css("#causes")
    assert [words(one) for one in shown.css("thead th")] == [
        *("Cause", "Share", "Türkiye", "Whole network"),
    ]
    assert "the whole network" in words(shown.css(".legend"))


def test_what_is_incomplete_is_counted_and_leads_to_where_it_is_mended(
    metu: Visitor, operator: Visitor
) -> None:
    assert gaps(metu, METU) == {
        "4 activities missing of the 30 that it counts itself": [],
        "2 fields that break a rule": [
            *(f"{ACTIVITY}/sdgs",),
            *(f"{ACTIVITY}/title",),
        ],
        "1 page that could not be read": [f"{ACTIVITY}/broken"],
        "1 activity without a number of participants": [f"{ACTIVITY}/dinner-0"],
        "2 activities without a cause": [f"{ACTIVITY}/later", f"{ACTIVITY}/soon"],
        "Its profile lacks a university": ["https://accounts.example/section/acc-esn-metu"],
    }
    assert gaps(operator, METU) == gaps(metu, METU)
    assert list(gaps(operator, "/sections/bare")) == [
        "Its profile lacks coordinates for the map, a city, an e-mail address, a website,"
        " a university"
    ]


def test_what_is_incomplete_is_for_those_who_look_after_it(
    site: Site, metu: Visitor, czechia: Visitor
) -> None:
    for path, name in (METU, "ESN METU"), ("/countries/TR", "Türkiye"):
        shown = page(site, path)
        assert f"Those who look after {name} see here what to mend." in words(shown.css("main"))
        assert f"/sign-in?next={quote(path, safe='')}" in shown.css("main a::attr(href)").getall()
        assert gaps(site, path) == gaps(czechia, path) == {}
        assert "Those who look after" not in words(page(czechia, path).css("main"))
    assert gaps(metu, "/countries/TR") == gaps(metu, "/sections/esn-sisli") == {}


def test_nothing_is_said_of_signing_in_where_nobody_can(web_database: str) -> None:
    with served(web_database) as site:
        assert "Those who look after" not in words(page(site, METU).css("main"))


def test_what_is_too_much_for_a_page_leads_to_the_rest(
    site: Site, czechia: Visitor, reading: psycopg.Connection
) -> None:
    [lacking] = counted(
        reading,
        "SELECT count(*) FROM bi.activities WHERE countries @> ARRAY['CZ'] AND causes = '{}'",
    )
    found = gaps(czechia, "/countries/CZ")[f"{lacking} activities without a cause"]
    assert len(found) == 6
    shown = page(site, found[5].partition("#")[0])
    assert f"{lacking} activities." in words(shown.css(".filters + .says"))
    assert shown.css("#by-without [selected]::attr(value)").get() == "causes"


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/sections/odtu?page=2&start_date=2020-01-01", "?page=2&start_date=2020-01-01"),
        ("/sections/acc-esn-metu", ""),
        ("/organisations/esn-metu?x=%C5%9F", "?x=%C5%9F"),
        ("/organisations/odtu", ""),
    ],
)
def test_whatever_it_was_or_is_called_leads_to_it(site: Site, path: str, place: str) -> None:
    assert led(site, path) == (301, f"{METU}{place}")


def test_its_number_leads_to_it(site: Site, reading: psycopg.Connection) -> None:
    [number] = counted(reading, "SELECT id FROM sections WHERE name = 'ESN METU'")
    assert led(site, f"/sections/{number}?sort=title") == (301, f"{METU}?sort=title")
    answer = site.get("/sections/esn-nowhere")
    assert answer.status_code == 404
    assert "There is no section &#39;esn-nowhere&#39;" in answer.text


@pytest.mark.parametrize(
    ("path", "said", "activities"),
    [
        ("/sections/esn-merged", "has merged with another", [["Before"]]),
        ("/sections/esn-withdrew", "has withdrawn", []),
    ],
)
def test_one_that_has_left_says_so_and_keeps_what_it_did(
    site: Site, path: str, said: str, activities: list[list[str]]
) -> None:
    shown = page(site, path)
    assert said in words(shown.css(".lead"))
    assert "number" not in words(shown.css(".lead"))
    assert [row[:1] for row in rows(shown, "Activities")] == activities
    assert not shown.css(".mend")


def test_one_of_no_country_is_compared_with_the_network_only(site: Site) -> None:
    shown = page(site, "/sections/lost")
    assert "Place in the network" in tiles(shown)
    assert not [name for name in tiles(shown) if "Türkiye" in name]
    assert not shown.css(".crumbs a")
    assert "No activity is known here yet." in words(shown.css("main"))
