"""The rules for activities."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from esn_pulse.items import ActivityItem
from esn_pulse.rules.schemas import Activity
from esn_pulse.rules.verdicts import judge
from tests.records import as_read

URL = "https://activities.esn.org/activity/boat-party-20885"


def activity(**fields: Any) -> ActivityItem:
    """Make an activity without a fault, then change it."""
    faultless = ActivityItem(
        url=URL,
        section_id=7,
        listed_by=[7],
        event_slug="boat-party-20885",
        title="Boat Party",
        description="Dance.\nSwim.",
        start_date="08/11/2023",
        end_date="10/11/2023",
        city="İzmir",
        country="Türkiye",
        participants="1,250",
        activity_goal="Meet.",
        outcomes="Met.",
        registration_url="https://forms.example.org/boat?x=1&y=ü",
        image_url="https://activities.esn.org/files/boat.jpg",
        organisers=["esn-metu", "esn-isik-0"],
        partners=["Kızılay"],
        types=["Game or Social Activity", "Trip"],
        causes=["Culture"],
        sdgs=["SDG 3"],
        objectives=["Mental Health & Well-Being"],
    )
    return replace(faultless, **fields)


def stored(item: ActivityItem) -> Activity:
    """Return the row of an activity that must be free of errors."""
    verdict = judge(item)
    assert verdict.errors == {}
    assert isinstance(verdict.row, Activity)
    return verdict.row


def repaired(field: str, value: Any) -> Any:
    """Return what is stored for a broken value, when nothing but that field was touched."""
    item = activity(**{field: value})
    verdict = judge(item)
    assert list(verdict.errors) == [field]
    assert verdict.row is not None
    row, faultless = verdict.row.model_dump(), stored(activity()).model_dump()
    assert {k: v for k, v in row.items() if k != field} == {
        k: v for k, v in faultless.items() if k != field
    }
    assert getattr(item, field) == value, "the item shows what the page said"
    return row[field]


def test_a_faultless_activity_is_stored_as_it_is() -> None:
    item = activity()
    expected = as_read(item) | {
        "start_date": date(2023, 11, 8),
        "end_date": date(2023, 11, 10),
        "participants": 1250,
    }
    assert stored(item).model_dump() == expected


def test_an_activity_needs_no_more_than_slug_title_description_and_start() -> None:
    row = stored(
        ActivityItem(
            *(URL, None, [], [], [], []),
            *("boat-party-20885", "Boat Party", "Dance.", "08/11/2023"),
        )
    )
    assert row.model_dump(exclude={"url", "event_slug", "title", "description"}) == {
        "section_id": None,
        "listed_by": [],
        "listed_by_countries": [],
        "start_date": date(2023, 11, 8),
        "end_date": date(2023, 11, 8),
        "is_online": False,
        "online_platform": None,
        "city": None,
        "country": None,
        "participants": None,
        "activity_goal": None,
        "outcomes": None,
        "registration_url": None,
        "image_url": None,
        "organisers": [],
        "partners": [],
        "types": [],
        "causes": [],
        "sdgs": [],
        "objectives": [],
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", None),
        ("title", ""),
        ("event_slug", None),
        ("event_slug", ""),
        ("event_slug", "boat party"),
        ("event_slug", "boat/party"),
        pytest.param("event_slug", "b" * 256, id="event_slug too long"),
        ("start_date", None),
        ("start_date", ""),
        ("start_date", "soon"),
        ("start_date", "2023-11-08"),
        ("start_date", "31/02/2023"),
        ("start_date", "11/13/2023"),
        ("start_date", "08/11/23"),
        ("start_date", "08/11/2023 18:00"),
        ("start_date", "٠٨/١١/٢٠٢٣"),
        ("url", "/activity/boat-party-20885"),
        pytest.param("url", "https://example.org/" + "a" * 236, id="url too long"),
    ],
)
def test_what_an_activity_can_not_be_stored_without(field: str, value: str | None) -> None:
    verdict = judge(activity(**{field: value}))
    assert verdict.row is None
    assert list(verdict.errors) == [field]


@pytest.mark.parametrize("start", ["08/11/2023", "8/11/2023"])
def test_a_one_day_activity_ends_on_the_day_it_starts(start: str) -> None:
    row = stored(activity(start_date=start, end_date=None))
    assert (row.start_date, row.end_date) == (date(2023, 11, 8), date(2023, 11, 8))


@pytest.mark.parametrize("end", ["07/11/2023", "08/10/2023", "30/02/2024", "tomorrow", ""])
def test_a_broken_end_date_is_not_stored(end: str) -> None:
    assert repaired("end_date", end) is None


def test_an_activity_may_end_on_the_day_it_starts() -> None:
    assert stored(activity(end_date="08/11/2023")).end_date == date(2023, 11, 8)


@pytest.mark.parametrize("description", ["", None])
def test_an_empty_description_is_stored_empty_and_reported(description: str | None) -> None:
    assert repaired("description", description) == ""


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("0", 0),
        ("7", 7),
        ("007", 7),
        ("1250", 1250),
        ("1,250", 1250),
        ("1.250", 1250),
        ("1 250", 1250),
        ("1'250", 1250),
        ("1’250", 1250),
        ("1,234,567", 1234567),
        ("2147483647", 2147483647),
    ],
)
def test_participants_may_have_thousands_separators(text: str, count: int) -> None:
    assert stored(activity(participants=text)).participants == count


def test_missing_participants_are_unknown_and_no_error() -> None:
    assert stored(activity(participants=None)).participants is None


@pytest.mark.parametrize(
    "text",
    [
        "-5",
        "many",
        "12 people",
        "1,25",
        "1,2500",
        ",250",
        "1.5",
        "٣",
        "½",
        "",
        "2147483648",
        pytest.param("9" * 5000, id="more digits than Python converts"),
    ],
)
def test_unreadable_participants_are_not_stored(text: str) -> None:
    assert repaired("participants", text) is None


@pytest.mark.parametrize("field", ["registration_url", "image_url"])
@pytest.mark.parametrize(
    "address",
    [
        "www.example.org",
        "mailto:board@example.org",
        "javascript:alert(1)",
        "ftp://example.org/list",
        "https://",
        "http://[broken",
        "http:forms.gle/x",
        "https:///forms.gle/x",
        "https://https://forms.gle/x",
        "https://TBA",
        "TBA",
        pytest.param("https://example.org/" + "a" * 2000, id="too long"),
    ],
)
def test_an_address_that_no_browser_opens_is_not_stored(field: str, address: str) -> None:
    assert repaired(field, address) is None


def test_an_address_is_stored_as_the_page_writes_it() -> None:
    address = "HTTPS://Forms.Example.org:443/Öffnen?a=b c#d"
    assert stored(activity(registration_url=address)).registration_url == address


@pytest.mark.parametrize(
    ("field", "length"),
    [
        ("title", 255),
        ("online_platform", 255),
        ("city", 100),
        ("country", 100),
    ],
)
def test_a_text_too_long_for_its_column_is_cut(field: str, length: int) -> None:
    assert getattr(stored(activity(**{field: "ü" * length})), field) == "ü" * length
    assert repaired(field, "ü" * (length + 1)) == "ü" * length
    assert repaired(field, "ü" * (length - 1) + " ü") == "ü" * (length - 1)


@pytest.mark.parametrize("field", ["description", "activity_goal", "outcomes"])
def test_long_texts_may_be_of_any_length(field: str) -> None:
    assert getattr(stored(activity(**{field: "ü" * 20_000})), field) == "ü" * 20_000


@pytest.mark.parametrize(
    ("field", "given", "kept"),
    [
        ("organisers", ["a b", "esn-metu", "", "c/d", "esn-bilgi", "e" * 256], None),
        ("sdgs", ["SDG 18", "SDG 3", "Partners"], ["SDG 3"]),
        ("causes", ["Culture", "c" * 101], ["Culture", "c" * 100]),
        ("types", ["t" * 101, "Trip"], ["t" * 100, "Trip"]),
        ("partners", ["Kızılay", "p" * 256], ["Kızılay", "p" * 255]),
        ("objectives", ["o" * 201, "Inclusion"], ["o" * 200, "Inclusion"]),
    ],
)
def test_a_broken_element_of_a_list_does_not_take_the_others_with_it(
    field: str, given: list[str], kept: list[str] | None
) -> None:
    assert repaired(field, given) == (kept or ["esn-metu", "esn-bilgi"])


@pytest.mark.parametrize(
    ("text", "goal"),
    [
        *((f"SDG {number}", f"SDG {number}") for number in range(1, 18)),
        ("Goal 3: Good health and well-being", "SDG 3"),
        ("Goal 17: Partnerships for the goals", "SDG 17"),
        ("SDG03", "SDG 3"),
        ("sdg-7", "SDG 7"),
        ("4", "SDG 4"),
        ("2030 Agenda, goal 12", "SDG 12"),
    ],
)
def test_a_goal_is_known_by_its_number(text: str, goal: str) -> None:
    assert stored(activity(sdgs=[text])).sdgs == [goal]


@pytest.mark.parametrize("text", ["SDG 0", "SDG 18", "SDG 170", "SDG 3.4", "Good health", "٣", ""])
def test_a_goal_that_does_not_exist_is_left_out(text: str) -> None:
    assert repaired("sdgs", [text]) == []


def test_every_broken_field_is_reported_once() -> None:
    verdict = judge(activity(title="", participants="-1", sdgs=["SDG 0", "SDG 99"], end_date="?"))
    assert verdict.row is None
    assert verdict.errors.keys() == {"title", "participants", "sdgs", "end_date"}
    assert verdict.errors["sdgs"] == "names no Sustainable Development Goal from 1 to 17"
    assert verdict.found["sdgs"] == "'SDG 0'; 'SDG 99'"


def test_what_was_found_is_shown_but_not_at_any_length() -> None:
    assert judge(activity(participants="-5")).found == {"participants": "'-5'"}
    assert judge(activity(registration_url="x" * 5000)).found["registration_url"] == (
        f"'{'x' * 78}…"
    )


def test_what_is_missing_has_no_value() -> None:
    verdict = judge(activity(title=None))
    assert (verdict.errors["title"], verdict.found["title"]) == ("is missing", "")


def test_a_broken_start_does_not_make_the_end_broken() -> None:
    assert judge(activity(start_date="?", end_date="01/01/2023")).errors.keys() == {"start_date"}
