"""Activities: a table of them, and each by itself."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from parsel import Selector

from tests.web.dashboard.network import HOSTILE, LONG
from tests.web.dashboard.reading import heads, led, links, page, rows, words
from tests.web.servers import Site

METU = "/sections/esn-metu"


def titles(shown: Selector) -> list[str]:
    return [row[0] for row in rows(shown, "Activities")]


def without_place(address: str) -> str:
    return address.partition("#")[0]


def test_what_is_to_come_stands_first_and_is_marked(site: Site) -> None:
    shown = page(site, METU)
    assert titles(shown)[:4] == ["Soon", "Later", "Dinner 00", "Dinner 01"]
    tags = [words(row.css(".tag")) for row in shown.css(".wide tbody tr")]
    assert tags[:3] == ["to come", "to come", ""]
    assert {*tags[3:]} == {""}
    assert links(shown, "Activities")[0] == "/activities/soon"
    assert rows(shown, "Activities")[0][3] == "ESN Brno, ESN METU, esn-turkiye"


def test_a_table_has_pages_that_keep_all_else(site: Site) -> None:
    query = "?start_date=2000-01-01&end_date=2100-01-01&sort=title&cause=Culture"
    first = page(site, METU + query)
    following = str(first.css(".pager [rel=next]::attr(href)").get())
    assert following.endswith("#activities-list")
    asked = parse_qs(urlsplit(following).query)
    assert asked == {**parse_qs(query[1:]), "page": ["2"]}
    second = page(site, without_place(following))
    both = titles(first) + titles(second)
    assert both == [f"Dinner {number:02}" for number in range(24)]
    assert words(second.css(".pager")) == "Previous Page 2 of 2 Next"
    assert not second.css(".pager [rel=next]")
    before = str(second.css(".pager [rel=prev]::attr(href)").get())
    assert titles(page(site, without_place(before))) == titles(first)


def test_beyond_the_last_page_one_is_led_back(site: Site) -> None:
    beyond = page(site, f"{METU}?page=999")
    assert words(beyond.css(".pager")) == "Previous Page 999 of 2 Next"
    back = page(site, str(beyond.css(".pager [rel=prev]::attr(href)").get()))
    assert words(back.css(".pager")) == "Previous Page 2 of 2 Next"


@pytest.mark.parametrize(
    ("column", "first", "then"),
    [
        ("Activity", ("ascending", "Assembly"), ("descending", "Soon")),
        ("When", ("descending", "Later"), ("ascending", "Long-Ago")),
        ("Participants", ("descending", "Assembly"), ("ascending", "Long-Ago")),
    ],
)
def test_a_column_is_sorted_by_and_then_the_other_way_round(
    site: Site, column: str, first: tuple[str, str], then: tuple[str, str]
) -> None:
    shown = page(site, "/activities?start_date=2000-01-01")
    for order, title in first, then:
        shown = page(site, without_place(heads(shown, "Activities")[column]))
        assert shown.css("th[aria-sort]::attr(aria-sort)").getall() == [order]
        assert words(shown.css("th[aria-sort]")) == column
        known = [one for one in titles(shown) if one not in {"Alone", HOSTILE, LONG}]
        assert known[0] == title
        assert shown.css("#first::attr(value)").get() == "2000-01-01"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("text=reun", ["Reunion"]),
        ("text=&cause=&type=&sdg=&online=&without=&start_date=&end_date=&country=", None),
        ("cause=Education+%26+Youth", ["Dinner 00", "Dinner 01"]),
        ("type=Game&cause=Education+%26+Youth", ["Dinner 00"]),
        ("online=true&text=dinner+0", ["Dinner 01", "Dinner 05", "Dinner 09"]),
        ("country=CZ", ["Soon", LONG, "Long-Ago", "Before", "Quiz-0", "Quiz-1", "Quiz-2"]),
        ("country=CZ&end_date={day}", ["Long-Ago"]),
        ("sdg=4", []),
        ("without=participants&country=TR", [HOSTILE, "Dinner 00"]),
    ],
)
def test_the_form_filters_and_shows_by_what(
    site: Site, query: str, found: list[str] | None
) -> None:
    # Days are those before or after today; 600 ago lies between "Long-Ago" and the quizzes.
    query = query.format(day=datetime.now(UTC).date() - timedelta(600))
    shown = page(site, f"/activities?{query}")
    if found is None:
        assert len(titles(shown)) == 20
        return
    assert {*titles(shown)} == {*found}
    for name, [value] in parse_qs(query).items():
        field = shown.css(f"form.filters [name={name}]")
        assert field.xpath("@value|option[@selected]/@value").get() == value
    if not found:
        assert "No activity is like that." in words(shown.css("main"))


def test_the_form_of_a_page_keeps_its_period_and_order(site: Site) -> None:
    shown = page(site, f"{METU}?start_date=2000-01-01&sort=title&page=2&text=dinner")
    hidden = shown.css("form[action='#activities-list'] [type=hidden]")
    kept = {one.attrib["name"]: one.attrib["value"] for one in hidden}
    assert kept == {"start_date": "2000-01-01", "sort": "title"}
    days = page(site, "/activities?start_date=2000-01-01").css("form.filters [name=start_date]")
    assert [one.attrib["type"] for one in days] == ["date"]


def test_the_same_is_there_as_csv_and_json(site: Site) -> None:
    shown = page(site, f"{METU}?cause=Culture&sort=-participants&text=dinner")
    csv, json = shown.css(".download a::attr(href)").getall()
    found = site.get(json).json()
    assert [one["title"] for one in found["rows"]][:20] == titles(shown)
    assert found["total"] == 24
    assert len(site.get(csv).text.splitlines()) == 25


@pytest.mark.parametrize("query", ["sdg=18", "page=0", "sort=nonsense", "online=perhaps"])
def test_what_can_not_be_is_refused(site: Site, query: str) -> None:
    for path in "/activities", METU, "/countries/TR":
        answer = site.get(f"{path}?{query}")
        assert answer.status_code == 422
        assert query.partition("=")[0] in answer.text


def test_an_activity_has_all_that_is_known(site: Site) -> None:
    shown = page(site, "/activities/dinner-1")
    assert words(shown.css("h1")) == "Dinner 01"
    assert words(shown.css(".lead")).endswith("· Online")
    facts = {words(one.css("dt")): words(one.css("dd")) for one in shown.css(".facts > div")}
    assert facts == {
        "Organisers": "ESN METU",
        "Participants": "11",
        "Types": "Trip",
        "Causes": "Culture, Education & Youth",
        "Sustainable Development Goals": "SDG 3",
    }
    assert shown.css(".prose::text").get() == "We ate.\nThen we talked."
    assert shown.css(".links a::attr(href)").get() == "https://activities.example/activity/dinner-1"


def test_each_organiser_leads_to_its_page(site: Site) -> None:
    def organisers(path: str) -> dict[str, str]:
        found = page(site, path).css(".facts dd:first-of-type a")
        return {words(one): str(one.attrib["href"]) for one in found}

    assert organisers("/activities/soon") == {
        "ESN METU": "/sections/esn-metu",
        "ESN Brno": "/sections/esn-brno",
        "esn-turkiye": "/countries/TR",
    }
    assert organisers("/activities/reunion") == {"esn-alumni": "/organisations/esn-alumni"}


def test_one_of_which_little_is_known_says_so(site: Site) -> None:
    shown = page(site, "/activities/alone")
    assert "·" not in words(shown.css(".lead"))
    facts = {words(one.css("dt")): words(one.css("dd")) for one in shown.css(".facts > div")}
    assert facts == {"Organisers": "not known", "Participants": "not reported yet"}
    assert not shown.css("h2")
    assert site.get("/activities/nothing").status_code == 404


def test_an_organisation_that_is_neither_has_its_activities(site: Site) -> None:
    shown = page(site, "/organisations/esn-alumni")
    assert titles(shown) == ["Reunion"]
    assert words(shown.css(".lead")) == "1 activity, 1 of them in the last 365 days."
    assert led(site, "/organisations/alumni?page=1") == (301, "/organisations/esn-alumni?page=1")
    assert led(site, "/organisations/tr?sort=title") == (301, "/countries/TR?sort=title")
    assert site.get("/organisations/nothing").status_code == 404
