"""Which records count as stored anew: those that are, or have changed in any of their tables."""

from typing import Any

import pytest

from esn_pulse.items import ActivityItem, PulseItem, StatisticsItem
from esn_pulse.pipelines.upserts import SaveOutcome
from esn_pulse.rules.verdicts import Verdict
from tests.pipelines.factories import (
    activity,
    checked,
    country,
    save,
    save_sections,
    section,
    statistics,
    visit,
)

STORED, UNCHANGED = SaveOutcome.STORED, SaveOutcome.UNCHANGED
KEPT, REJECTED = SaveOutcome.KEPT, SaveOutcome.REJECTED


async def outcomes(database: str, *items: PulseItem | Verdict) -> list[SaveOutcome]:
    """Store items one after the other; returns what came of each."""
    return [outcome for item in items for outcome in await save(database, item)]


async def test_a_country(database: str) -> None:
    known = country("TR", social_media={"x": "https://x.com/esn"})

    assert await outcomes(
        database,
        known,
        known,
        country("TR", section_count=None),  # its page failed: nothing new
        country("TR"),
        country("TR", section_count=4),
    ) == [STORED, UNCHANGED, UNCHANGED, STORED, STORED]


async def test_a_section_and_its_alias(database: str) -> None:
    known = section(city="Ankara")
    await save(database, country("TR"))

    assert await outcomes(
        database,
        known,
        checked(known, "esn-metu"),
        checked(known, "esn-metu"),
        known,  # no proof this time
        section(complete=False),
        checked(known, "esn-metu-0"),
        checked(known, None),
        section(city="İzmir"),
    ) == [STORED, STORED, UNCHANGED, UNCHANGED, UNCHANGED, STORED, STORED, STORED]


async def test_an_activity_s_own_columns(database: str) -> None:
    [metu] = await save_sections(database, "esn-metu")

    assert await outcomes(
        database,
        activity(metu),
        activity(metu),
        activity(metu, participants="3"),
        activity(metu, participants="many"),  # broken; the valid row stays
        activity(metu, "broken-2", participants="many"),
        activity(metu, "broken-2", participants="many"),
        activity(metu, "broken-2", participants="3"),
        activity(metu, "none-3", title=None),
    ) == [
        STORED,
        UNCHANGED,
        STORED,
        KEPT,
        STORED,
        UNCHANGED,
        STORED,
        REJECTED,
    ]


@pytest.mark.parametrize("field", ["causes", "sdgs", "objectives"])
async def test_a_relation_alone(database: str, field: str) -> None:
    [metu] = await save_sections(database, "esn-metu")

    def related(*names: str) -> ActivityItem:
        changes: dict[str, Any] = {field: list(names)}
        return activity(metu, **changes)

    assert await outcomes(
        database,
        related("SDG 1"),
        related("SDG 1", "SDG 2"),
        related("SDG 2", "SDG 1"),
        related("SDG 2"),
    ) == [STORED, STORED, UNCHANGED, STORED]


async def test_organisers_alone(database: str) -> None:
    metu, ege = await save_sections(database, "esn-metu", "esn-ege")
    named = activity(metu, organisers=["esn-ege"])
    await save(database, activity(metu))

    assert await outcomes(database, named, named, activity(metu)) == [STORED, UNCHANGED, STORED]

    # Its listing keeps a section that the page names no longer, be it on record or just seen.
    await save(database, named, visit(ege, "boat-party-1"))
    assert await outcomes(database, activity(metu), activity(metu)) == [STORED, UNCHANGED]
    just_seen = activity(metu, listed_by=[metu, ege], organisers=["esn-ege"])
    await outcomes(database, visit(ege), just_seen)
    assert await outcomes(database, activity(metu), activity(metu)) == [STORED, UNCHANGED]


async def test_one_listing_more(database: str) -> None:
    metu, ege = await save_sections(database, "esn-metu", "esn-ege")
    both = activity(metu, listed_by=[metu, ege])

    assert await outcomes(database, activity(metu), both, both) == [STORED, STORED, UNCHANGED]


@pytest.mark.parametrize(
    ("field", "label"),
    [
        ("causes", "cause_name"),
        ("types", "activity_type"),
        ("participants", "participant_type"),
    ],
)
async def test_one_row_of_a_section_s_statistics_alone(
    database: str, field: str, label: str
) -> None:
    metu, ege = await save_sections(database, "esn-metu", "esn-ege")

    def counted(section_id: int = metu, **counts: Any) -> StatisticsItem:
        entries = [{label: name, "physical_count": count} for name, count in counts.items()]
        return statistics(section_id, **{field: entries})

    assert await save(database, counted(Trip=1), counted(ege, Trip=1)) == [STORED, STORED]
    changes = counted(Trip=2), counted(Trip=2, Quiz=0), counted(Quiz=0)
    for change in changes:
        assert await save(database, change, counted(ege, Trip=1)) == [STORED, UNCHANGED]
    # A count that can't be read does not erase the known one.
    unreadable = counted(Quiz="many")
    assert await outcomes(database, counted(Quiz=0), unreadable) == [UNCHANGED, UNCHANGED]


async def test_a_section_s_overall_statistics_alone(database: str) -> None:
    [metu] = await save_sections(database, "esn-metu")

    assert await outcomes(
        database,
        statistics(metu),
        statistics(metu, total_coordinators=3),
        statistics(metu, total_coordinators="some"),
    ) == [STORED, STORED, UNCHANGED]


async def test_statistics_of_which_nothing_could_be_read_are_new_nevertheless(
    database: str,
) -> None:
    [metu] = await save_sections(database, "esn-metu")
    overall = ("physical_activities", "online_activities", "total_coordinators")
    students = ("total_local_students", "total_international_students")
    known: dict[str, Any] = dict.fromkeys([*overall, *students], "some")
    unread = {"activity_type": "Trip", "physical_count": "some", "online_count": "some"}

    assert await outcomes(
        database, statistics(metu, **known), statistics(metu, types=[unread], **known)
    ) == [STORED, STORED]
