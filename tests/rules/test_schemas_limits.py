"""Records with far too much of something, or with several things wrong."""

from typing import Any

import pytest

from esn_pulse.items import ActivityItem, SectionItem, StatisticsItem
from esn_pulse.rules.verdicts import judge

URL = "https://activities.esn.org/activity/x"
KNOWN: dict[str, Any] = {"types": [], "partners": [], "title": "x", "start_date": "01/02/2024"}


def activity(**own: Any) -> ActivityItem:
    return ActivityItem(URL, 1, [1], **KNOWN | own)


@pytest.mark.parametrize(
    "field", ["organisers", "partners", "types", "causes", "sdgs", "objectives"]
)
def test_a_thousand_names_are_stored_and_no_more(field: str) -> None:
    names = [f"SDG-{1 + number % 17}" for number in range(1001)]
    few = judge(activity(event_slug="x", description="x", **{field: names[:-1]}))
    many = judge(activity(event_slug="x", description="x", **{field: names}))

    assert few.errors == {}
    assert list(many.errors) == [field]
    assert getattr(many.row, field) == []


def test_a_hundred_thousand_broken_counts_are_one_error() -> None:
    counts = [{"cause_name": str(number), "total_count": "many"} for number in range(100_000)]
    verdict = judge(StatisticsItem(URL, 1, causes=counts))
    assert verdict.errors == {"causes": "has more than 1000 entries"}
    assert len(verdict.found["causes"]) == 80


def test_a_hundred_profiles_are_stored_and_no_more() -> None:
    profiles = {str(number): "https://esn.example" for number in range(101)}
    verdict = judge(SectionItem(URL, "TR", "x", name="x", social_media=profiles))
    assert verdict.errors == {"social_media": "has more than 100 entries"}
    assert verdict.found == {"social_media": f"{str(profiles)[:79]}…"}


def test_an_endless_email_is_too_long_before_it_is_looked_at() -> None:
    verdict = judge(SectionItem(URL, "TR", "x", name="x", email="é" * 10**6 + "@esn.example"))
    assert verdict.errors["email"] == "is longer than 255 characters"


def test_all_that_is_wrong_is_told_also_when_nothing_is_stored() -> None:
    verdict = judge(ActivityItem(URL, 1, [1], [], [], event_slug="x", participants="-1"))
    assert verdict.row is None
    assert verdict.errors.keys() == {"title", "start_date", "description", "participants"}
