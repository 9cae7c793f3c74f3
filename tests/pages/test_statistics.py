import json
from typing import Any

import pytest
from scrapy.http import JsonResponse, TextResponse

from esn_pulse.exceptions import DriftError
from esn_pulse.items import StatisticsItem
from esn_pulse.pages.markup import as_page
from esn_pulse.pages.statistics import statistics
from esn_pulse.rules.verdicts import judge
from tests.pages import ACTIVITIES, answer, drupal_page

URL = f"{ACTIVITIES}/organisation/esn-metu/statistics"
FIGURES: dict[str, Any] = {
    "total_activities": {
        "values": [["Physical activities", 120], ["Online activities", "14"]],
        "total_num": 134,
    },
    "total_participants": {
        "values": [["Local students", 900], ["International students", 2700], ["Coordinators", 41]],
        "total_num": 3641,
    },
    "total_causes": {"values": [["Culture", 61], ["Health & Well-Being", "7"]]},
    "physical_causes": {"values": [["Culture", 60]]},
    "online_causes": {"values": [["Health & Well-Being", 2], ["Social Inclusion", 5]]},
    "physical_types": {"values": [["Game or Social Activity", 40], ["Trip", 3]]},
    "online_types": {"values": [["Training", 9], ["Trip", 1]]},
    "physical_participants": {"values": [["Local students", 800], ["Coordinators", 40]]},
    "online_participants": {"values": [["Local students", 100]]},
}


def page_of(figures: Any) -> TextResponse:
    """Make the page that shows figures, among Drupal's other settings."""
    settings = {"path": {"baseUrl": "/"}, "activities_statistics": figures}
    return settings_page(json.dumps(settings))


def settings_page(settings: str) -> TextResponse:
    return drupal_page(
        URL,
        '<h1>Statistics</h1><script type="application/json">{"total_activities": 1}</script>'
        '<script type="application/json" data-drupal-selector="drupal-settings-json">'
        f"{settings}</script><script>var after = {{}};</script>",
    )


def read(figures: Any) -> StatisticsItem:
    return statistics(page_of(figures), 7)


def overall(item: StatisticsItem) -> list[Any]:
    return [
        item.physical_activities,
        item.online_activities,
        item.total_local_students,
        item.total_international_students,
        item.total_coordinators,
    ]


EXPECTED = StatisticsItem(
    url=URL,
    section_id=7,
    physical_activities=120,
    online_activities="14",
    total_local_students=900,
    total_international_students=2700,
    total_coordinators=41,
    causes=[
        {"cause_name": "Culture", "total_count": 61, "physical_count": 60, "online_count": 0},
        {
            "cause_name": "Health & Well-Being",
            "total_count": "7",
            "physical_count": 0,
            "online_count": 2,
        },
        {
            "cause_name": "Social Inclusion",
            "total_count": 0,
            "physical_count": 0,
            "online_count": 5,
        },
    ],
    types=[
        {"activity_type": "Game or Social Activity", "physical_count": 40, "online_count": 0},
        {"activity_type": "Trip", "physical_count": 3, "online_count": 1},
        {"activity_type": "Training", "physical_count": 0, "online_count": 9},
    ],
    participants=[
        {"participant_type": "Local students", "physical_count": 800, "online_count": 100},
        {"participant_type": "Coordinators", "physical_count": 40, "online_count": 0},
    ],
)


def test_figures_are_read_from_the_settings_in_the_page() -> None:
    assert read(FIGURES) == EXPECTED


@pytest.mark.parametrize("body", [{"activities_statistics": FIGURES}, FIGURES])
@pytest.mark.parametrize("kind", [JsonResponse, TextResponse])
def test_figures_are_read_from_an_answer_that_is_json(kind: type[TextResponse], body: Any) -> None:
    page = as_page(kind(URL, body=b" \n" + json.dumps(body).encode() + b"\n"))
    assert statistics(page, 7) == EXPECTED


@pytest.mark.parametrize("figures", [None, [], {}])
def test_a_section_that_never_registered_an_activity_has_zeros(figures: Any) -> None:
    assert read(figures) == StatisticsItem(URL, 7)
    without = statistics(settings_page('{"path": {"baseUrl": "/"}}'), 7)
    assert without == StatisticsItem(URL, 7)


def test_a_label_counts_and_not_its_position() -> None:
    figures = {
        "total_activities": {
            "values": [["ONLINE  activities ", 14], ["Physical\u00a0activities", 3]]
        },
        "total_participants": {"values": [["Coordinators", 5], ["Local students", 6]]},
    }
    assert overall(read(figures)) == [3, 14, 6, 0, 5]


def test_the_position_counts_when_no_label_is_known() -> None:
    figures = {
        "total_activities": {"values": [["Face to face", 3], ["Remote", 14]]},
        "total_participants": {"values": [["Locals", 6], ["Foreigners", "7"], ["Helpers", 8]]},
    }
    assert overall(read(figures)) == [3, 14, 6, "7", 8]


def test_an_unknown_label_is_not_taken_for_the_one_in_whose_place_it_stands() -> None:
    item = read(
        {
            "total_activities": {"values": [["Physical activities", 3], ["Hybrid", 14]]},
            "total_participants": {"values": [["Volunteers", 6], ["Coordinators", 5]]},
        }
    )
    assert overall(item) == [3, "Hybrid: 14", "Volunteers: 6", 0, 5]
    verdict = judge(item)
    assert verdict.row is not None
    assert verdict.row.model_dump()["online_activities"] is None
    assert "is not a whole number" in verdict.errors["online_activities"]


def test_an_unknown_label_in_another_place_is_only_a_new_one() -> None:
    values = [["Hybrid", 14], ["Physical activities", 3]]
    assert overall(read({"total_activities": {"values": values}}))[:2] == [3, 0]


def test_an_unknown_label_does_no_harm_where_none_is_missing() -> None:
    values = [["Hybrid", 9], ["Online activities", 14], ["Physical activities", 3]]
    assert overall(read({"total_activities": {"values": values}}))[:2] == [3, 14]


@pytest.mark.parametrize("values", [[["Online activities", 4]], {"3": ["Online activities", 4]}])
def test_a_count_that_its_list_leaves_out_is_zero(values: Any) -> None:
    assert overall(read({"total_activities": {"values": values}})) == [0, 4, 0, 0, 0]


def test_counts_are_clean_but_not_yet_judged() -> None:
    values = [["Physical activities", " 1,250\u00a0"], ["Online activities", "many"]]
    assert overall(read({"total_activities": {"values": values}}))[:2] == ["1,250", "many"]


def test_a_count_of_nothing_is_zero() -> None:
    values = [["Physical activities", None], ["Online activities", 3]]
    assert overall(read({"total_activities": {"values": values}}))[:2] == [0, 3]


@pytest.mark.parametrize(
    "broken",
    [
        None,
        3,
        "text",
        [],
        {},
        {"values": None},
        {"values": "text"},
        {"values": 3},
        {"values": [None, 3, "ab", [], ["Culture"], {"Culture": 3}]},
    ],
)
@pytest.mark.parametrize("name", FIGURES)
def test_a_list_that_is_none_counts_as_empty(name: str, broken: Any) -> None:
    assert read({name: broken}) == StatisticsItem(URL, 7)


def test_labels_are_clean_and_a_row_without_one_is_left_out() -> None:
    values = [[" Health\u00a0&amp; ", 1], ["", 2], ["\u200b ", 3], [2026, 4]]
    rows = read({"physical_types": {"values": values}}).types
    assert [(row["activity_type"], row["physical_count"]) for row in rows] == [
        ("Health &amp;", 1),
        ("2026", 4),
    ]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("", "no settings"),
        ("{'activities_statistics': 1}", "not valid JSON"),
        ('{"activities_statistics": {', "not valid JSON"),
        pytest.param('{"a":' * 100_000, "not valid JSON", id="nested too deep"),
        pytest.param('{"a":' + "1" * 5000 + "}", "not valid JSON", id="number too long"),
        ("[]", "not a JSON object"),
        ("null", "not a JSON object"),
        ('"text"', "not a JSON object"),
    ],
)
def test_a_page_whose_settings_can_not_be_read_has_drifted(settings: str, message: str) -> None:
    with pytest.raises(DriftError, match=message):
        statistics(settings_page(settings), 7)


@pytest.mark.parametrize(
    "body", ["", "[]", "null", "<html></html>", "<p>Down for maintenance</p>", "{", "{1}"]
)
def test_another_page_has_drifted(body: str) -> None:
    with pytest.raises(DriftError):
        statistics(answer(URL, body), 7)
