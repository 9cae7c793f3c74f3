"""What a verdict says of a broken field: a rule in the same words, and the value apart from it."""

from collections import defaultdict
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from esn_pulse.items import ActivityItem, PulseItem, SectionItem, StatisticsItem
from esn_pulse.rules.verdicts import judge

COUNTS = "total_count", "physical_count", "online_count"

digits = st.text("0123456789", min_size=1, max_size=30)
parts = (
    st.text(max_size=5) | digits | st.sampled_from([*"@:/.,-'[]()% ", "http://", ".com", "x" * 99])
)
texts = st.lists(parts, min_size=1, max_size=8).map("".join)
numbers = st.integers() | st.floats() | st.booleans()
URL = "https://activities.esn.org/activity/x"
odd = st.none() | texts | numbers | st.lists(texts, max_size=3) | st.just("9" * 5000)


def activity(value: Any) -> ActivityItem:
    fields = dict.fromkeys(vars(ActivityItem("", 1, [], [], [])), value)
    lists = {name: [value, "", value, None] for name in ("organisers", "types", "causes", "sdgs")}
    return ActivityItem(**fields | lists | {"asked_url": ""})


def section(value: Any) -> SectionItem:
    fields = dict.fromkeys(vars(SectionItem("", "", "")), value)
    return SectionItem(**fields | {"social_media": {"x": value, str(value): ""}, "asked_url": ""})


def statistics(value: Any) -> StatisticsItem:
    fields = dict.fromkeys(vars(StatisticsItem("", 1)), value)
    counts = [{"cause_name": value, **dict.fromkeys(COUNTS, value)}, {}]
    return StatisticsItem(**fields | {"causes": counts, "asked_url": ""})


@pytest.mark.parametrize("make", [activity, section, statistics])
def test_a_field_has_few_messages_whatever_is_found(make: Any) -> None:
    told: defaultdict[str, set[str]] = defaultdict(set)

    @settings(max_examples=300)
    @given(odd)
    def check(value: Any) -> None:
        item: PulseItem = make(value)
        verdict = judge(item)
        assert verdict.found.keys() == verdict.errors.keys()
        for field, message in verdict.errors.items():
            told[field] |= {*message.split("; ")}

    check()

    # One a rule and type: were the value in it, there would be as many as examples.
    assert {field: rules for field, rules in told.items() if len(rules) > 20} == {}
    assert max(map(len, told.values())) > 2


@pytest.mark.parametrize(
    ("field", "values", "rule"),
    [
        ("participants", texts.map("x{}".format), "is not a whole number"),
        ("start_date", texts.map("x{}".format), "is not a date in the form dd/mm/yyyy"),
        ("registration_url", texts.map("x{}".format), "is not an http(s) address"),
        (
            "sdgs",
            texts.map(lambda text: ["x", text + "SDG 99", text + "x"]),
            "names no Sustainable",
        ),
        ("causes", st.integers(1001, 2000).map(["x"].__mul__), "has more than 1000 entries"),
    ],
)
def test_values_of_a_kind_have_one_message(
    field: str, values: st.SearchStrategy[Any], rule: str
) -> None:
    told: set[str] = set()

    @settings(max_examples=50)
    @given(values)
    def check(value: Any) -> None:
        item = ActivityItem(URL, 1, [1], [], [], **{field: value})
        told.add(judge(item).errors[field])

    check()

    [message] = told
    assert message.startswith(rule)


def test_the_message_for_a_broken_address_does_not_repeat_it() -> None:
    addresses = [
        "a",
        "a@b",
        "(x)%@esn.example",
        "a b@esn.example",
        "a@esn..example",
        ".a@esn.example",
    ]
    told = {judge(SectionItem("https://a", "TR", "x", email=a)).errors["email"] for a in addresses}

    assert told == {"is not an e-mail address"}


def test_rules_and_values_of_a_field_are_told_once_and_in_order() -> None:
    goals: list[Any] = ["SDG 99", None, "SDG 0", "SDG 99"]
    there = judge(ActivityItem("https://a", 1, [1], [], [], sdgs=goals))
    back = judge(ActivityItem("https://a", 1, [1], [], [], sdgs=goals[::-1]))

    rules = "is missing; names no Sustainable Development Goal from 1 to 17"
    assert there.errors["sdgs"] == back.errors["sdgs"] == rules
    assert there.found["sdgs"] == "'SDG 99'; 'SDG 0'"
