"""Reads and stores pages in which a new column stands: run where the package has that column.

``python -m tests.pipelines.new_columns DATABASE`` prints, as JSON, what came of each record.
"""

import asyncio
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import LiteralString, cast

import psycopg

from esn_pulse.database.schema.migrations import migrate
from esn_pulse.items import PulseItem, StatisticsItem
from esn_pulse.pages import accounts
from esn_pulse.pages.activity import activity
from esn_pulse.pages.statistics import statistics
from tests.pages import drupal_page
from tests.pages.test_activities import top
from tests.pages.test_section_page import field
from tests.pages.test_statistics import page_of
from tests.pipelines.factories import ACCOUNTS, ACTIVITIES, owner, save, save_sections, values

COUNTRY = accounts.CountryLink("IT", "Italy", f"{ACCOUNTS}/country/it")
SECTION = accounts.SectionLink("it-roma-uni", "ESN Roma", f"{ACCOUNTS}/section/it-roma-uni")
NAME = '<h1 class="page-header">ESN Roma</h1>'
GRID = f'<div class="views-view-grid"><a href="{SECTION.url}">ESN Roma</a></div>'

Read = Callable[[int, str], PulseItem]
ReadInPart = Callable[[int], PulseItem]


def country(section_id: int, value: str) -> PulseItem:
    return accounts.country(COUNTRY, drupal_page(COUNTRY.url, GRID + field("motto", value)))


def section(section_id: int, value: str) -> PulseItem:
    page = drupal_page(SECTION.url, NAME + field("motto", value))
    return accounts.section(SECTION, "IT", None, page)


def an_activity(section_id: int, value: str, *more_days: str) -> PulseItem:
    kind = "ct-physical-activity"
    body = top("dates", "08/11/2023", *more_days) + "".join(
        f'<div class="{kind}__field-ct-act-{name}"><p class="field__item">{text}</p></div>'
        for name, text in {"description": "On the sea.", "motto": value}.items()
    )
    main = f'<h1>Boat Party</h1><article class="node {kind} {kind}--full">{body}</article>'
    return activity(drupal_page(f"{ACTIVITIES}/activity/boat-party-1", main), [section_id])


def figures(section_id: int, value: str) -> PulseItem:
    totals = [["Local students", 9], ["Volunteers", value]]
    return statistics(page_of({"total_participants": {"values": totals}}), section_id)


def national_figures(section_id: int, value: str) -> PulseItem:
    return replace(cast("StatisticsItem", figures(section_id, value)), **owner("TR")._asdict())


# How each is read with a value, how in part (or broken), and what is stored of the value.
RECORDS: dict[str, tuple[Read, ReadInPart, LiteralString]] = {
    "country": (
        country,
        lambda section_id: accounts.country(COUNTRY),
        "SELECT motto FROM countries WHERE country_code = 'IT'",
    ),
    "section": (
        section,
        lambda section_id: accounts.section(SECTION, "IT", None),
        "SELECT motto FROM sections WHERE accounts_platform_slug = 'it-roma-uni'",
    ),
    "activity": (
        an_activity,
        lambda section_id: an_activity(section_id, "3", "01/01/2001"),
        "SELECT motto FROM activities",
    ),
    "statistics": (
        figures,
        lambda section_id: figures(section_id, "some"),
        "SELECT total_volunteers::text FROM section_overall_statistics",
    ),
    "a country's statistics": (
        national_figures,
        lambda section_id: national_figures(section_id, "some"),
        "SELECT total_volunteers::text FROM country_overall_statistics",
    ),
}


async def tell(conninfo: str) -> dict[str, list[tuple[str, str]]]:
    """Store each record four times: with a value, with another, unchanged, and in part."""
    [section_id] = await save_sections(conninfo, "esn-metu")
    told: dict[str, list[tuple[str, str]]] = {}
    with psycopg.connect(conninfo, autocommit=True) as connection:
        for record, (read, read_in_part, query) in RECORDS.items():
            told[record] = []
            for item in [
                read(section_id, "1"),
                read(section_id, "2"),
                read(section_id, "2"),
                read_in_part(section_id),
            ]:
                [outcome] = await save(conninfo, item)
                [value] = values(connection, query)
                told[record].append((outcome.value, value))
    return told


if __name__ == "__main__":
    migrate(sys.argv[1])
    json.dump(asyncio.run(tell(sys.argv[1])), sys.stdout)
