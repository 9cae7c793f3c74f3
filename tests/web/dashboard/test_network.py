"""The page of the network, and what all pages have."""

import psycopg
import pytest

from esn_pulse.web.sign_in.people import Belongings
from tests.web.dashboard.network import HOSTILE, LONG
from tests.web.dashboard.reading import counted, led, page, tiles, words
from tests.web.servers import Site, served
from tests.web.visitors import signed_in

PAGES = [
    *("/", "/countries", "/countries/TR", "/countries/LI", "/sections", "/sections/esn-metu"),
    "/sections/bare",
    *("/sections/esn-hostile", "/sections/esn-long", "/activities", "/activities/hostile"),
    *("/activities/long", "/activities/alone", "/organisations/esn-alumni", "/search"),
    *("/search?q=esn", "/api/docs", "/sign-in"),
]


def test_it_shows_what_the_tables_count(site: Site, reading: psycopg.Connection) -> None:
    shown = tiles(page(site, "/"))
    sections, countries = counted(
        reading,
        "SELECT (SELECT count(*) FROM sections WHERE left_at IS NULL), count(*) FROM countries",
    )
    activities, participants = counted(
        reading, "SELECT count(*), sum(participants) FROM activities"
    )
    national = "SELECT count(*) FROM activity_organisers WHERE organisation_slug = 'esn-turkiye'"
    assert shown == {
        "Sections": str(sections),
        "Activities": str(activities),
        "National activities": str(*counted(reading, national)),
        "Participants": f"{participants:,}",
        "Countries": str(countries),
    }


def test_a_period_changes_the_figures_and_stays_in_all_links(site: Site) -> None:
    all_time = page(site, "/?start_date=1989-10-16&end_date=2100-01-01")
    none = page(site, "/?start_date=1999-01-01&end_date=1999-12-31")
    assert "Causes, 1 Jan 1999 to 31 Dec 1999" in words(none.css("#causes h3"))
    assert "No section of the network had an activity" in words(none.css("#sections"))
    assert len(all_time.css("#sections tbody tr")) == 5
    query = "?start_date=1989-10-16&end_date=2100-01-01"
    for figure in "map", "sections", "countries":
        found = all_time.css(f"#{figure} tbody a::attr(href)").getall()
        assert found
        assert all(one.endswith(query) for one in found)
    assert all_time.css("#first::attr(value)").get() == "1989-10-16"
    assert all_time.css("#last::attr(value)").get() == "2100-01-01"


def test_each_preset_is_a_period_and_says_when_it_is_chosen(site: Site) -> None:
    presets = page(site, "/").css(".presets a")
    assert words(presets[0]) == "Last 365 days"
    for preset in presets:
        shown = page(site, str(preset.attrib["href"]))
        # On 31 December this year is the last 365 days.
        same = [words(one) for one in presets if one.attrib["href"] == preset.attrib["href"]]
        assert words(shown.css(".presets [aria-current]")) == " ".join(same)


def test_a_country_that_is_chosen_is_where_one_is_led_with_the_period(site: Site) -> None:
    chosen = "country=TR&start_date=2020-01-01&end_date=2020-12-31"
    status, path = led(site, f"/?{chosen}")
    assert (status, path) == (303, "/countries/TR?start_date=2020-01-01&end_date=2020-12-31")
    assert led(site, "/?country=CZ&start_date=&end_date=") == (303, "/countries/CZ")
    assert led(site, "/?country=")[0] == 200


def test_countries_are_chosen_by_name_wherever_one_is(site: Site) -> None:
    for path in "/", "/countries/CZ":
        shown = page(site, path)
        names = shown.css("#country option::text").getall()
        assert names == ["All countries", "The Czech Republic", "France", "Nowhere", "Türkiye"]
        assert shown.xpath("//form[.//select[@id='country']]/@action").get() == "/"
    assert shown.css("#country [selected]::attr(value)").getall() == ["CZ"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("start_date=2026-13-01", "start_date: "),
        ("start_date=2026-02-01&end_date=2026-01-01", "ends (2026-01-01) before it begins"),
    ],
)
def test_a_period_that_is_none_is_refused(site: Site, query: str, said: str) -> None:
    for path in "/", "/countries/TR", "/sections/esn-metu", "/activities":
        answer = site.get(f"{path}?{query}")
        assert answer.status_code == 422
        assert said in answer.text


@pytest.mark.parametrize("path", PAGES)
def test_every_page_says_what_it_is_and_runs_nothing_of_others(site: Site, path: str) -> None:
    shown = page(site, path)
    assert len(shown.css("h1")) == len(shown.css("main")) == 1
    assert shown.css("title::text").get(default="").endswith(" · ESN PULSE")
    assert shown.css("html::attr(lang)").get() == "en"
    for script in shown.css("script"):
        assert script.attrib.get("src", "").startswith("/static/") or (
            script.attrib["type"] == "application/json"
        )
    assert not shown.css("main img, [onerror], [style]")
    assert not shown.css("title *")
    ids = shown.css("[id]::attr(id)").getall()
    assert len(ids) == len({*ids})
    for name in shown.css("[aria-labelledby]::attr(aria-labelledby), label::attr(for)").getall():
        assert name in ids
    for broken in "NaN", "undefined", "Infinity":
        assert broken not in words(shown.css("main"))


@pytest.mark.parametrize(
    "path", [one for one in PAGES if one != "/api/docs"]
)  # its examples are of the real one
def test_every_link_within_leads_to_a_page(site: Site, path: str) -> None:
    for link in {*page(site, path).css("a::attr(href)").getall()}:
        if link.startswith("/"):
            answer = site.get(link.partition("#")[0])
            assert answer.status_code in {200, 301}, link


def test_names_are_text_whatever_is_in_them(site: Site) -> None:
    for path in "/sections/esn-hostile", "/activities/hostile":
        assert words(page(site, path).css("h1")) == HOSTILE
        assert page(site, path).css("title::text").get() == f"{HOSTILE} · ESN PULSE"
    found = page(site, "/search?q=%3Cscript%3E%22%26")
    assert found.css("#find::attr(value)").get() == '<script>"&'
    assert LONG in words(page(site, "/activities/long").css("h1"))


def test_the_public_address_is_the_canonical_one(web_database: str, site: Site) -> None:
    with served(web_database, WEB_URL="https://pulse.example") as public:
        shown = page(public, "/sections/esn-metu?page=2")
        found = page(public, "/countries").css("link[rel=canonical]::attr(href)").get()
    assert shown.css("link[rel=canonical]::attr(href)").getall() == [
        "https://pulse.example/sections/esn-metu"
    ]
    assert found == "https://pulse.example/countries"
    assert not page(site, "/").css("link[rel=canonical]")


def test_the_menu_says_where_one_is(site: Site) -> None:
    def current(path: str) -> list[tuple[str, str]]:
        shown = page(site, path).css("header nav [aria-current]")
        return [(words(one), str(one.attrib["aria-current"])) for one in shown]

    assert current("/") == [("Network", "page")]
    assert current("/countries") == [("Countries", "page")]
    assert current("/countries/TR") == [("Countries", "true")]
    assert current("/activities/soon") == [("Activities", "true")]
    assert current("/api/docs") == [("API", "page")]
    assert current("/sections/esn-metu") == [("Sections", "true")]
    assert current("/search") == []


def test_the_documentation_has_an_example_of_each(site: Site) -> None:
    examples = page(site, "/api/docs").css(".operation > .download a::attr(href)").getall()
    assert "/api/v1/search?q=erasmus" in examples
    assert "/api/v1/countries/TR/sections" in examples
    assert not [one for one in examples if "{" in one]


@pytest.mark.parametrize("path", ["/", "/api/v1/countries"])
def test_who_has_signed_in_gets_the_head_alone_and_nothing_twice(
    site: Site, web_database: str, path: str
) -> None:
    anna = signed_in(site, web_database, "anna", Belongings())
    whole, head = anna.get(path), anna.get(path, "HEAD")
    again = anna.get(path, If_None_Match=whole.headers["ETag"])

    assert (whole.status_code, head.status_code, again.status_code) == (200, 200, 304)
    assert (head.content, again.content) == (b"", b"")
    assert head.headers["ETag"] == whole.headers["ETag"]
    assert {one.headers["Cache-Control"] for one in (whole, head, again)} == {"private, no-store"}
