"""The rules for records that come from no page of their own kind, and all kinds together."""

import pytest
from pydantic import BaseModel

from esn_pulse.items import (
    FailedScrapeItem,
    PageReadItem,
    PulseItem,
    SectionItem,
    SectionMovedItem,
    SectionVisitItem,
    StatisticsItem,
)
from esn_pulse.rules.schemas import FailedScrape, PageRead, SectionMoved, SectionVisit, Statistics
from esn_pulse.rules.verdicts import judge
from tests.pipelines.factories import listed
from tests.records import as_read

URL = "https://activities.esn.org/activity/boat-party-20885"


@pytest.mark.parametrize(
    ("item", "model"),
    [
        (SectionVisitItem(URL, 7, [listed("boat-party-20885")], complete=False), SectionVisit),
        (SectionMovedItem(URL, 7, "esn-metu-0"), SectionMoved),
        (PageReadItem(URL, asked_url=f"{URL}?x=1"), PageRead),
        (FailedScrapeItem(URL, "AccountsScraper", "no answer"), FailedScrape),
        (FailedScrapeItem("not an address", "AccountsScraper", "", 503, 7, "tr-x"), FailedScrape),
        (StatisticsItem(URL, 7), Statistics),
    ],
)
def test_other_records_pass_as_they_are(item: PulseItem, model: type[BaseModel]) -> None:
    verdict = judge(item)
    assert verdict.errors == {}
    assert verdict.item is item
    assert isinstance(verdict.row, model)
    assert verdict.row.model_dump() == as_read(item)


def test_the_address_of_a_failure_is_cut_to_its_column() -> None:
    verdict = judge(FailedScrapeItem("https://x.example/" + "a" * 600, "AccountsScraper", "gone"))
    assert isinstance(verdict.row, FailedScrape)
    assert len(verdict.row.url) == 500


def test_a_visit_without_an_address_is_no_record() -> None:
    assert judge(SectionVisitItem("", 7, [])).row is None
    assert judge(SectionItem("", "TR", "tr-x", name="ESN X")).row is None
