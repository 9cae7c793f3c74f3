"""The listing of a section's activities, and the slugs in addresses."""

from datetime import date

import pytest
from scrapy import Request
from scrapy.http import TextResponse

from esn_pulse.exceptions import DriftError
from esn_pulse.pages.listing import last_listing_page, listed_activities
from tests.pages import ACTIVITIES, answer, drupal_page

LISTING = f"{ACTIVITIES}/organisation/esn-metu/activities"


def listing(main: str, page: int = 0) -> TextResponse:
    return drupal_page(f"{LISTING}?page={page}", main)


def urls(page: TextResponse) -> list[str]:
    return [card.url for card in listed_activities(page)]


def card(slug: str, kind: str = "physical") -> str:
    return f"""
    <article class="node ct-{kind}-activity activities-mini-preview">
      <a href="/activity/{slug}"><img src="/files/styles/card/{slug}.jpg" alt=""></a>
      <h3 class="eg-c-card-title"><a href="/activity/{slug}">Party &amp; more</a></h3>
      <p>Follows <a href="/activity/earlier-1">this</a></p>
      <p class="act-organiser"><a href="/organisation/esn-metu">ESN METU</a></p>
      <div class="act-date"><time>08/11/2023</time></div>
      <span class="act-location-city">Ankara</span><span class="act-location-rest"> , TR</span>
    </article>"""


def test_each_activity_of_a_listing_is_met_once_in_page_order() -> None:
    page = listing(
        '<p>See also <a href="/activity/newest-99">the newest</a></p>'
        + card("boat-20885")
        + card("quiz-20884", "online")
        + card("boat-20885")
    )
    assert urls(page) == [
        f"{ACTIVITIES}/activity/boat-20885",
        f"{ACTIVITIES}/activity/quiz-20884",
    ]


def test_a_card_tells_what_the_listing_shows_of_an_activity() -> None:
    several = "<time>30/10/2023</time> - <time>02/11/2023</time>"
    bare = '<article class="activities-mini-preview"><a href="/activity/bare-3">x</a></article>'
    page = listing(
        card("boat-1")
        + card("trip-2").replace("<time>08/11/2023</time>", several)
        + bare
        + card("odd-4").replace("08/11/2023", "31/02/2023")
    )

    assert [(c.event_slug, c.shown, c.begins) for c in listed_activities(page)] == [
        ("boat-1", "Party & more | 08/11/2023 | Ankara | , TR", date(2023, 11, 8)),
        ("trip-2", "Party & more | 30/10/2023 - 02/11/2023 | Ankara | , TR", date(2023, 10, 30)),
        ("bare-3", " |  |  | ", None),
        ("odd-4", "Party & more | 31/02/2023 | Ankara | , TR", None),
    ]


def test_an_address_is_told_in_the_form_in_which_it_is_asked_for() -> None:
    page = listing(card("çay-1").replace('href="/activity/çay-1"', 'href=" /activity/çay-1 "'))
    [found] = listed_activities(page)

    assert (found.event_slug, found.url) == ("çay-1", Request(found.url).url)
    assert found.url == f"{ACTIVITIES}/activity/%C3%A7ay-1"


def test_of_a_card_as_long_as_a_book_the_beginning_is_kept() -> None:
    [long] = listed_activities(listing(card("boat-1").replace("Party", 999 * "Party")))
    assert len(long.shown) == 1000


def test_cards_without_a_title_link_are_known_by_any_link_to_an_activity() -> None:
    page = listing(
        '<article class="activities-mini-preview"><a href="/user">x</a>'
        '<a href="/activity/boat-1"><img src="/a.png"></a></article>'
        '<article class="activities-mini-preview"><h3><a href="/activity/quiz-2#photos">Quiz</a>'
        '</h3><a href="/activity/quiz-2">More</a></article>'
        '<a href="/activity/teaser-3">Teaser</a>'
    )
    assert urls(page) == [
        f"{ACTIVITIES}/activity/boat-1",
        f"{ACTIVITIES}/activity/quiz-2",
    ]


def test_a_card_without_a_title_link_is_not_lost_among_others() -> None:
    page = listing(
        card("boat-1")
        + '<article class="activities-mini-preview"><a href="/activity/quiz-2"><img></a></article>'
    )
    assert urls(page) == [
        f"{ACTIVITIES}/activity/boat-1",
        f"{ACTIVITIES}/activity/quiz-2",
    ]


@pytest.mark.parametrize("href", ["/activity/", "http://[broken/activity/x", "/blog/activity/x"])
def test_a_link_to_nothing_is_no_activity(href: str) -> None:
    title = f'<h3 class="eg-c-card-title"><a href="{href}">?</a></h3>'
    page = listing(f'<article class="activities-mini-preview">{title}</article>{card("boat-1")}')
    assert urls(page) == [f"{ACTIVITIES}/activity/boat-1"]


def test_a_section_may_list_nothing() -> None:
    assert listed_activities(listing("<p>No activities yet.</p>")) == []


@pytest.mark.parametrize(
    "main",
    [
        '<p>Boat Party</p><nav class="pager"><a href="?page=1">2</a></nav>',
        '<script src="/app.js"></script><div id="app"></div>',
        '<article class="activities-mini-preview"><a href="/activities/boat-1">x</a></article>',
    ],
    ids=["pager", "filled by JavaScript", "other links"],
)
def test_a_listing_without_activities_that_must_have_some_has_drifted(main: str) -> None:
    with pytest.raises(DriftError, match="no card"):
        listed_activities(listing(main))


def test_links_without_cards_are_a_drift_where_there_were_cards_before() -> None:
    links = '<div><a href="/activity/boat-1">Boat Party</a></div>'

    with pytest.raises(DriftError, match="no card"):
        listed_activities(listing(links), had_some=True)
    assert listed_activities(listing(links)) == []  # such as those of a side bar


def test_a_section_may_have_removed_its_activities() -> None:
    side_bar = '<aside><a href="/activity/boat-1">Activity of the month</a></aside>'
    assert listed_activities(listing(f"<p>No activities.</p>{side_bar}"), had_some=True) == []


def test_a_listing_without_any_link_has_drifted() -> None:
    with pytest.raises(DriftError, match="no card"):
        listed_activities(answer(LISTING, "<p>No activities yet.</p>"))


LAST = '<li><a href="{}" title="Go to last page"><span>Last »</span></a></li>'
NUMBERS = (
    '<li><a href="?page=1" title="Go to page 2">2</a></li>'
    '<li><a href="?page=8" title="Go to page 9">9</a></li>'
    '<li><a href="?page=1" title="Go to next page">›</a></li>'
)


@pytest.mark.parametrize(
    ("items", "last"),
    [
        (NUMBERS + LAST.format("?page=27"), 27),
        (LAST.format("/organisation/esn-metu/activities?sort=new&amp;page=3"), 3),
        (LAST.format("?page=0%2C5"), 5),
        (NUMBERS + LAST.format("?page=7"), 7),
        (NUMBERS, 8),
        (LAST.format("?page=last"), 0),
        (LAST.format("?page=-3"), 0),
        (LAST.format("?page=٣"), 0),
        (LAST.format("?page=" + "9" * 5000), 0),
        (LAST.format("?"), 0),
        (LAST.format("http://[broken?page=3"), 0),
        ("<li>1</li>", 0),
    ],
    ids=str,
)
def test_the_pager_tells_the_last_page(items: str, last: int) -> None:
    menu = '<nav class="menu"><a href="?page=99" title="Go to last page">Archive</a></nav>'
    pager = f'<nav class="pager" aria-label="Pages"><ul>{items}</ul></nav>'
    assert last_listing_page(listing(menu + card("boat-1") + pager)) == last


def test_without_a_pager_there_is_one_page() -> None:
    assert last_listing_page(listing(card("boat-1") + '<a href="?page=4">Older</a>')) == 0
