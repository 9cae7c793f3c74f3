"""How much of an organisation's listing is read."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from esn_pulse.database.queries.listings import KnownActivity, KnownListing
from esn_pulse.exceptions import PageError
from esn_pulse.items import StatisticsItem
from esn_pulse.pages.listing import Card
from esn_pulse.visits.answers import Answer
from esn_pulse.visits.listing import Listing

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


def read(made: Listing, shown: list[Card], last_page: int) -> list[int]:
    """Let the listing read the next of the pages that it has asked for."""
    number = min((n for n in made._asked if made.page(n) is None), default=0)
    return list(made.read(number, shown, last_page))


def read_through(
    *pages: list[Card], again: Sequence[list[list[Card]]] = (), **known: Any
) -> Listing:
    """A listing that was read to its end; ``again`` is what its pages show when asked again."""
    made = listing(*known.pop("known", ()), **known)
    for shown in pages:
        read(made, shown, len(pages) - 1)
    for _ in pages:
        made.page_done()
    readings = iter(again)
    while numbers := list(made.once_more()):
        shown_now = next(readings)
        for number in numbers:
            list(made.read(number, shown_now[number], len(pages) - 1))
    return made


def test_when_all_is_known_the_first_page_is_enough() -> None:
    made = listing("a-1", "b-2", total=2)
    made.known = replace(made.known, total=2)

    assert read(made, cards("b-2"), 5) == []
    assert made.page_done()
    assert not made.is_whole
    assert not made.is_short
    assert made.pages_left == 5


def test_new_activities_may_make_up_the_difference() -> None:
    made = listing("a-1", total=2, digest="now")

    assert read(made, cards("b-2"), 5) == []


def test_one_that_was_renamed_is_none_that_is_new() -> None:
    """Otherwise it would make up for one that was registered late, and is on a later page."""
    made = listing("a-1", "b-2", total=3)
    renamed = cards("better-2")

    assert read(made, renamed, 5) == [1]
    assert [one.event_slug for one in made.former(renamed[0])] == ["b-2"]
    [known] = cards("a-1")
    assert made.former(known) == []


def test_pages_are_read_until_one_registered_late_is_found() -> None:
    made = listing("a-1", "b-2", "c-3", total=4)

    assert read(made, cards("c-3"), 5) == [1]
    assert not made.page_done()
    assert read(made, cards("b-2"), 5) == [2]
    assert read(made, cards("late-4"), 5) == []


def test_when_the_total_is_never_reached_all_pages_are_read() -> None:
    made = listing("a-1", "b-2", total=3)

    asked = [read(made, cards(*shown), 2) for shown in (["b-2"], ["a-1"], [])]

    assert asked == [[1], [2], []]
    assert not made.pages_left


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
    assert read(made, cards("b-2"), 2) == [1, 2]
    assert read(made, cards("a-1"), 2) == []


def test_all_pages_are_read_when_the_turn_of_the_listing_has_come() -> None:
    made = listing("a-1", total=1)
    made.known = KnownListing(made.known.activities, "then", is_due=True)

    assert read(made, cards("a-1"), 2) == [1, 2]


def test_all_pages_are_read_when_numbers_changed_and_nothing_new_explains_it() -> None:
    made = listing("a-1", "b-2", total=2, digest="now")

    assert read(made, cards("b-2"), 2) == [1]


@pytest.mark.parametrize("begins", [SINCE, None])
def test_pages_are_read_as_far_back_as_cards_are_looked_at(begins: date | None) -> None:
    made = listing("a-1", "b-2", "c-3", total=3)

    assert read(made, cards("c-3", begins=begins), 2) == [1]
    assert read(made, cards("b-2"), 2) == []


def test_the_last_card_of_a_page_tells_how_far_back_it_reaches() -> None:
    made = listing("a-1", "b-2", total=2)

    assert read(made, [*cards("b-2", begins=SINCE), *cards("a-1")], 5) == []


def test_a_failed_page_makes_all_others_needed() -> None:
    made = listing("a-1", "b-2", total=2)
    read(made, cards("b-2", begins=SINCE), 3)

    assert list(made.page_failed()) == [2, 3]
    assert not made.is_whole


def test_pages_are_asked_for_once_also_when_the_listing_grows_meanwhile() -> None:
    made = listing(total=None)

    assert read(made, cards("a-1"), 2) == [1, 2]
    assert read(made, cards("b-2"), 2) == []
    assert read(made, cards("b-2", "c-3"), 4) == [3, 4]


def test_a_pager_without_an_end_is_not_followed() -> None:
    made = listing(total=None)
    read(made, cards("a-1"), 1)

    with pytest.raises(PageError, match="no end: a page that shows nothing new names page 2"):
        read(made, cards("a-1"), 2)


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
    read(made, cards("b-2"), 1)

    assert [known.event_slug for known, _ in made.unseen()] == ["a-1"]


def test_of_what_a_whole_listing_lacks_its_own_page_tells_whether_it_is_gone() -> None:
    made = read_through(cards("b-2"), known=("a-1", "b-2", "c-3"), total=1)
    assert [(known.event_slug, why) for known, why in made.unseen()] == [
        ("a-1", "left"),
        ("c-3", "left"),
    ]

    made.answered("a-1", Answer.GONE, names_it=False)
    made.answered("c-3", Answer.READ, names_it=False)
    made.answered("b-2", Answer.GONE, names_it=True)  # it is on a card, so it only failed

    assert (made.gone(), made.left()) == (["a-1"], ["c-3"])


@pytest.mark.parametrize("answer", [Answer.FAILED, Answer.NOT_ASKED])
def test_what_could_not_be_asked_is_not_gone(answer: Answer) -> None:
    made = read_through([], known=("a-1",), total=0)
    made.answered("a-1", answer, names_it=False)

    assert made.gone() == made.left() == []


def test_a_card_that_leads_to_another_address_shows_what_is_there() -> None:
    made = read_through(cards("boat-1"), known=("boat-1",), total=1)
    made.answered("boat-1", Answer.READ, names_it=False, now_called="ship-1")

    assert made.seen() == []  # the rename is stored by itself
    assert made.gone() == made.left() == []


def test_what_names_the_organisation_though_its_listing_lacks_it_stays() -> None:
    made = read_through([], known=("a-1",), total=0)
    made.answered("a-1", Answer.READ, names_it=True)

    assert made.gone() == made.left() == []


def test_a_listing_of_which_not_all_was_read_takes_nothing_away() -> None:
    made = listing("a-1", "b-2", total=2)
    read(made, cards("b-2"), 1)
    made.answered("a-1", Answer.GONE, names_it=False)

    assert made.gone() == made.left() == []


DAY, DAY_BEFORE = date(2025, 5, 2), date(2025, 5, 1)


def on(day: date, *slugs: str) -> list[Card]:
    return cards(*slugs, begins=day)


def test_what_shows_as_many_as_the_statistics_count_is_whole_at_once() -> None:
    made = read_through(on(DAY, "a-1"), on(DAY, "b-2"), total=2)

    assert made.is_whole
    assert list(made.once_more()) == []


def test_pages_that_share_a_day_are_read_again_until_nothing_hides() -> None:
    made = read_through(
        on(DAY, "a-1", "b-2"),
        on(DAY, "b-2", "c-3"),
        on(DAY_BEFORE, "e-5"),
        again=[[on(DAY, "d-4", "b-2"), on(DAY, "c-3", "a-1")]],
        total=5,
    )

    assert made.is_whole
    assert {"a-1", "b-2", "c-3", "d-4", "e-5"} == made.cards.keys()


def test_two_readings_that_agree_are_enough() -> None:
    shown = [on(DAY, "a-1"), on(DAY, "b-2")]
    made = read_through(*shown, again=[shown], total=3)

    assert made.is_whole


def test_a_page_is_read_three_times_at_most_and_then_is_short() -> None:
    readings = [[on(DAY, "a-1"), on(DAY, slug)] for slug in ("b-2", "c-3", "d-4")]
    made = read_through(*readings[0], again=readings[1:], total=7, known=("e-5",))

    assert made.is_short
    assert made.shortfall == "it shows 4 activities, the statistics count 7"
    assert [why for _, why in made.unseen()] == [None]


def test_pages_that_share_no_day_hide_nothing() -> None:
    made = read_through(on(DAY, "a-1"), on(DAY_BEFORE, "b-2"), total=3)

    assert made.is_whole


def test_a_card_without_a_day_may_stand_anywhere() -> None:
    shown = [cards("a-1", begins=None), on(DAY_BEFORE, "b-2")]
    made = listing(total=3)
    for page in shown:
        read(made, page, 1)

    assert list(made.once_more()) == [0, 1]


def test_what_a_listing_lacks_is_asked_for_though_the_statistics_still_count_it() -> None:
    """They may lag behind; and whether it is gone its own page tells."""
    made = read_through(cards("b-2"), known=("a-1", "b-2"), total=2)
    made.known = replace(made.known, total=2)

    assert [(known.event_slug, why) for known, why in made.unseen()] == [("a-1", "left")]


@pytest.mark.parametrize(("before", "total"), [(2, 1), (7, 7), (None, 7), (2, None)])
def test_statistics_that_are_no_measure_hold_nothing_back(
    before: int | None, total: int | None
) -> None:
    made = listing("a-1", "b-2", total=total)
    made.known = replace(made.known, total=before)

    read(made, cards("b-2"), 0)
    assert list(made.once_more()) == []

    assert made.is_whole


def test_a_card_whose_page_could_not_be_read_is_not_done_with() -> None:
    made = listing(total=2)
    read(made, cards("a-1", "b-2"), 0)
    made.answered("b-2", Answer.FAILED, names_it=False)

    assert made.seen() == [
        {"event_slug": "a-1", "url": "/activity/a-1", "card": "shown of a-1"},
        {"event_slug": "b-2", "url": "/activity/b-2", "card": None},
    ]


def test_a_card_that_changes_and_moves_to_another_page_meanwhile_is_not_done_with() -> None:
    made = listing(total=None)
    read(made, cards("a-1"), 1)
    read(made, [Card("a-1", "/activity/a-1", "edited meanwhile", None)], 1)

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
