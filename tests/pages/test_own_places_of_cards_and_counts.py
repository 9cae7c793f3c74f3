"""Parts of cards and rows of statistics, each there or not: none stands in for another."""

import json
from datetime import date
from itertools import chain, combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from esn_pulse.pages.listing import Card, last_listing_page, listed_activities
from esn_pulse.pages.statistics import statistics
from esn_pulse.rules.verdicts import judge
from tests.pages import ACTIVITIES, drupal_page

LISTING = f"{ACTIVITIES}/organisation/esn-metu/activities"
PARTS = {
    "title": '<h5 class="eg-c-card-title"><a href="/activity/SLUG">Boat SLUG</a></h5>',
    "image": '<a href="/activity/SLUG"><picture><img src="/SLUG.jpg"></picture></a>',
    "start": '<p class="act-date"><time>08/11/2023</time> - <time>10/11/2023</time></p>',
    "city": '<span class="act-location-city">Ankara</span>',
    "rest": '<span class="act-location-rest"> , TR</span>',
}
SUBSETS = list(chain.from_iterable(combinations(PARTS, size) for size in range(len(PARTS) + 1)))
EVERYTHING = "".join(PARTS.values())


def card(slug: str, there: tuple[str, ...], inside: str = "") -> str:
    parts = "".join(PARTS[name].replace("SLUG", slug) for name in there)
    return f'<article class="activities-mini-preview">{inside}{parts}</article>'


def expected(slug: str, there: tuple[str, ...]) -> list[Card]:
    """Tell what is read of a card: nothing when no link says which activity it is."""
    if not {"title", "image"} & set(there):
        return []
    texts = {
        "title": f"Boat {slug}",
        "start": "08/11/2023 - 10/11/2023",
        "city": "Ankara",
        "rest": ", TR",
    }
    shown = " | ".join(text if name in there else "" for name, text in texts.items())
    begins = date(2023, 11, 8) if "start" in there else None
    return [Card(slug, f"{ACTIVITIES}/activity/{slug}", shown, begins)]


@pytest.mark.parametrize("there", SUBSETS, ids="+".join)
@pytest.mark.parametrize("tag", ["aside", "nav", "footer"])
def test_a_card_shows_its_own_parts_whatever_stands_around(
    there: tuple[str, ...], tag: str
) -> None:
    inner = card("inner-3", tuple(PARTS))
    main = (
        f"<{tag}>{card('menu-9', tuple(PARTS))}{EVERYTHING}</{tag}>{EVERYTHING}"
        f"{card('first-1', tuple(PARTS))}{card('boat-2', there, inside=inner)}{EVERYTHING}"
    )
    assert listed_activities(drupal_page(LISTING, main)) == [
        *expected("first-1", tuple(PARTS)),
        *expected("boat-2", there),
        *expected("inner-3", tuple(PARTS)),
    ]


def test_a_card_whose_links_lead_to_several_activities_is_none_of_them() -> None:
    links = '<a href="/activity/earlier-1">before</a><a href="/activity/later-3">after</a>'
    page = drupal_page(LISTING, card("boat-2", ("start",), links) + card("quiz-4", ("title",)))
    assert [found.event_slug for found in listed_activities(page)] == ["quiz-4"]


@pytest.mark.parametrize(
    ("shown", "begins"),
    [
        ("<time>soon</time> - <time>10/11/2023</time>", None),
        ("<time></time> - <time>10/11/2023</time>", None),
        ("31.10.2023 - 10/11/2023", None),
        ("08/11/2023 - soon", date(2023, 11, 8)),
    ],
)
def test_the_last_day_is_not_taken_for_the_first(shown: str, begins: date | None) -> None:
    markup = f'<p class="act-date">{shown}</p>'
    [found] = listed_activities(drupal_page(LISTING, card("boat-2", ("title",), markup)))
    assert found.begins == begins


@pytest.mark.parametrize("tag", ["aside", "footer", "article"])
def test_the_pager_is_that_of_the_listing(tag: str) -> None:
    pager = '<nav class="pager"><a href="?page={}" title="Go to last page">Last</a></nav>'
    other = f"<{tag}>{pager.format(99)}</{tag}>"
    assert last_listing_page(drupal_page(LISTING, other)) == 0
    assert last_listing_page(drupal_page(LISTING, other + pager.format(3))) == 3


ROWS = {
    "total_activities": {
        "Physical activities": "physical_activities",
        "Online activities": "online_activities",
    },
    "total_participants": {
        "Local students": "total_local_students",
        "International students": "total_international_students",
        "Coordinators": "total_coordinators",
    },
}
COUNTS = {label: 10 + n for n, label in enumerate(chain.from_iterable(ROWS.values()))}
OTHERS = [["Hybrid", 98], ["Alumni", 99]]


@settings(max_examples=200)
@given(
    st.sets(st.sampled_from(list(COUNTS)), min_size=1),
    st.lists(st.sampled_from(OTHERS), unique_by=str),
    st.randoms(use_true_random=False),
)
def test_a_row_that_is_missing_takes_no_other_row_s_count(
    there: set[str], others: list[Any], chance: Any
) -> None:
    figures: dict[str, Any] = {}
    for name, labels in ROWS.items():
        values = [[label, COUNTS[label]] for label in labels if label in there] + others
        chance.shuffle(values)
        figures[name] = {"values": values if labels.keys() & there else []}
    settings = json.dumps({"total_activities": OTHERS, "activities_statistics": figures})
    page = drupal_page(
        LISTING, f'<script data-drupal-selector="drupal-settings-json">{settings}</script>'
    )
    verdict = judge(statistics(page, 7))
    assert verdict.row is not None
    row = verdict.row.model_dump()
    for name, labels in ROWS.items():
        shown = [label for label, _ in figures[name]["values"]]
        for place, (label, column) in enumerate(labels.items()):
            unsure = label not in there and shown[place : place + 1] in (
                ["Hybrid"],
                ["Alumni"],
            )
            absent = None if unsure else 0
            assert row[column] == (COUNTS[label] if label in there else absent)
            assert (column in verdict.errors) is unsure


def test_other_settings_are_no_statistics() -> None:
    settings = json.dumps({"total_activities": {"values": [["Physical activities", 5]]}})
    page = drupal_page(
        LISTING, f'<script data-drupal-selector="drupal-settings-json">{settings}</script>'
    )
    assert statistics(page, 7).physical_activities == 0
