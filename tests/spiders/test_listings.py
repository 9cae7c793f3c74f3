"""How much of a section's listing is read."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from esn_pulse.database.listings import KnownActivity, KnownListing
from esn_pulse.exceptions import PageError
from esn_pulse.items import StatisticsItem
from esn_pulse.pages.listing import Card
from esn_pulse.spiders.listings import Listing

SINCE = date(2026, 1, 1)
LONG_AGO = SINCE - timedelta(days=1)


def cards(*slugs: str, begins: date | None = LONG_AGO) -> list[Card]:
    return [Card(slug, f"/activity/{slug}", f"shown of {slug}", begins) for slug in slugs]


def listing(
    *known: str, total: int | None, digest: str | None = "then", full: bool = False
) -> Listing:
    """A listing whose first page has been asked for."""
    activities = {s: KnownActivity(s, f"/activity/{s}", f"shown of {s}", None) for s in known}
    made = Listing(KnownListing(activities, "then", is_due=False), full, SINCE, total, digest)
    assert list(made.first()) == [0]
    return made


def test_when_all_is_known_the_first_page_is_enough() -> None:
    made = listing("a-1", "b-2", total=2)
    made.known = replace(made.known, total=2)

    assert list(made.read(cards("b-2"), 5)) == []
    assert made.page_done()
    assert not made.is_whole
    assert not made.lacks_some
    assert made.pages_left == 5


def test_new_activities_may_make_up_the_difference() -> None:
    made = listing("a-1", total=2, digest="now")

    assert list(made.read(cards("b-2"), 5)) == []


def test_one_that_was_renamed_is_none_that_is_new() -> None:
    """Otherwise it would make up for one that was registered late, and is on a later page."""
    made = listing("a-1", "b-2", total=3)
    renamed = cards("better-2")

    assert list(made.read(renamed, 5)) == [1]
    assert [one.event_slug for one in made.former(renamed[0])] == ["b-2"]
    [known] = cards("a-1")
    assert made.former(known) == []


def test_pages_are_read_until_one_registered_late_is_found() -> None:
    made = listing("a-1", "b-2", "c-3", total=4)

    assert list(made.read(cards("c-3"), 5)) == [1]
    assert not made.page_done()
    assert list(made.read(cards("b-2"), 5)) == [2]
    assert list(made.read(cards("late-4"), 5)) == []


def test_when_the_total_is_never_reached_all_pages_are_read() -> None:
    made = listing("a-1", "b-2", total=3)

    asked = [list(made.read(cards(*shown), 2)) for shown in (["b-2"], ["a-1"], [])]

    assert asked == [[1], [2], []]
    assert made.is_whole


@pytest.mark.parametrize(
    "made",
    [
        listing("a-1", "b-2", total=1),
        listing("a-1", "b-2", total=None),
        listing("a-1", "b-2", total=2, full=True),
    ],
    ids=["one was removed", "no usable total", "full"],
)
def test_all_pages_are_asked_for_at_once_when_all_are_needed(made: Listing) -> None:
    assert list(made.read(cards("b-2"), 2)) == [1, 2]
    assert list(made.read(cards("a-1"), 2)) == []
    assert made.is_whole


def test_all_pages_are_read_when_the_turn_of_the_listing_has_come() -> None:
    made = listing("a-1", total=1)
    made.known = KnownListing(made.known.activities, "then", is_due=True)

    assert list(made.read(cards("a-1"), 2)) == [1, 2]


def test_all_pages_are_read_when_numbers_changed_and_nothing_new_explains_it() -> None:
    made = listing("a-1", "b-2", total=2, digest="now")

    assert list(made.read(cards("b-2"), 2)) == [1]


@pytest.mark.parametrize("begins", [SINCE, None])
def test_pages_are_read_as_far_back_as_cards_are_looked_at(begins: date | None) -> None:
    made = listing("a-1", "b-2", "c-3", total=3)

    assert list(made.read(cards("c-3", begins=begins), 2)) == [1]
    assert list(made.read(cards("b-2"), 2)) == []


def test_the_last_card_of_a_page_tells_how_far_back_it_reaches() -> None:
    made = listing("a-1", "b-2", total=2)

    assert list(made.read([*cards("b-2", begins=SINCE), *cards("a-1")], 5)) == []


def test_a_failed_page_makes_all_others_needed() -> None:
    made = listing("a-1", "b-2", total=2)
    list(made.read(cards("b-2", begins=SINCE), 3))

    assert list(made.page_failed()) == [2, 3]
    assert not made.is_whole


def test_pages_are_asked_for_once_also_when_the_listing_grows_meanwhile() -> None:
    made = listing(total=None)

    assert list(made.read(cards("a-1"), 2)) == [1, 2]
    assert list(made.read(cards("b-2"), 2)) == []
    assert list(made.read(cards("b-2", "c-3"), 4)) == [3, 4]


def test_a_pager_without_an_end_is_not_followed() -> None:
    made = listing(total=None)
    made.read(cards("a-1"), 1)

    with pytest.raises(PageError, match="no end: a page that shows nothing new names page 2"):
        made.read(cards("a-1"), 2)


def test_an_activity_is_read_when_its_card_is_new_or_another_one() -> None:
    made = listing("a-1", total=1)
    [same, new] = cards("a-1", "b-2")

    assert made.why(same) is None
    assert made.why(new) == "new"
    assert made.why(Card("a-1", same.url, "another place", None)) == "card"
    made.full = True
    assert made.why(same) == "full"


def test_what_the_pages_left_out_would_show_is_known() -> None:
    made = listing("a-1", "b-2", total=2)
    list(made.read(cards("b-2"), 1))

    assert [known.event_slug for known in made.unseen()] == ["a-1"]


def test_what_a_whole_listing_does_not_show_is_not_there() -> None:
    made = listing("a-1", "b-2", total=1)
    list(made.read(cards("b-2"), 0))

    assert made.unseen() == []


def test_what_left_a_whole_listing_for_another_one_is_read() -> None:
    made = listing("a-1", "b-2", total=0)
    made.known.activities["b-2"] = replace(made.known.activities["b-2"], elsewhere=True)
    list(made.read([], 0))

    assert [(a.event_slug, a.why) for a in made.unseen()] == [("b-2", "left")]


def test_a_listing_that_shows_less_than_it_should_takes_nothing_away() -> None:
    made = listing("a-1", "b-2", total=2)
    made.known = replace(made.known, total=2)

    list(made.read(cards("b-2"), 0))

    assert made.lacks_some
    assert not made.is_whole
    assert [known.event_slug for known in made.unseen()] == ["a-1"]


@pytest.mark.parametrize(("before", "total"), [(2, 1), (7, 7), (None, 7), (2, None)])
def test_statistics_that_are_no_measure_hold_nothing_back(
    before: int | None, total: int | None
) -> None:
    made = listing("a-1", "b-2", total=total)
    made.known = replace(made.known, total=before)

    list(made.read(cards("b-2"), 0))

    assert made.is_whole


def test_a_card_whose_page_could_not_be_read_is_not_done_with() -> None:
    made = listing(total=2)
    list(made.read(cards("a-1", "b-2"), 0))
    made.page_not_read("b-2")

    assert made.seen() == [
        {"event_slug": "a-1", "url": "/activity/a-1", "card": "shown of a-1"},
        {"event_slug": "b-2", "url": "/activity/b-2", "card": None},
    ]


def test_a_card_that_changes_and_moves_to_another_page_meanwhile_is_not_done_with() -> None:
    made = listing(total=None)
    list(made.read(cards("a-1"), 1))
    list(made.read([Card("a-1", "/activity/a-1", "edited meanwhile", None)], 1))

    assert [seen["card"] for seen in made.seen()] == [None]


def counted(physical: object, **others: Any) -> Listing:
    made = Listing()
    made.count(StatisticsItem("", section_id=7, physical_activities=physical, **others))
    return made


@pytest.mark.parametrize(
    ("physical", "total"), [("1,250", 1250), (0, 0), ("many", None), (-1, None)]
)
def test_the_total_is_what_the_statistics_count(physical: object, total: int | None) -> None:
    assert counted(physical).total == total


def test_the_digest_tells_whether_any_number_of_activities_changed() -> None:
    culture = {"cause_name": "Culture", "total_count": 3}
    health = {"cause_name": "Health", "total_count": 1}
    trip = {"activity_type": "Trip", "physical_count": 4}
    before = counted(4, causes=[culture, health], types=[trip]).digest

    assert counted("4", causes=[health, culture], types=[trip]).digest == before
    for other in (
        counted(3, causes=[culture, health], types=[trip]),
        counted(4, causes=[culture], types=[trip]),
        counted(4, causes=[culture, health], types=[trip | {"physical_count": 3}]),
    ):
        assert other.digest != before
