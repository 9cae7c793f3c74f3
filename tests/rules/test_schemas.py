"""The rules for records that come from no page of their own kind, and all kinds together."""

import pytest
from pydantic import BaseModel

from esn_pulse.items import (
    FailedScrapeItem,
    NationalOrganisationItem,
    OrganisationMovedItem,
    OrganisationsItem,
    PageReadItem,
    PulseItem,
    SectionItem,
    StatisticsItem,
    VisitItem,
)
from esn_pulse.rules.schemas import (
    FailedScrape,
    NationalOrganisation,
    OrganisationMoved,
    Organisations,
    PageRead,
    Statistics,
    Visit,
)
from esn_pulse.rules.verdicts import judge
from tests.pipelines.factories import listed
from tests.records import as_read

URL = "https://activities.esn.org/activity/boat-party-20885"

METU = {"slug": "esn-metu", "name": "ESN METU", "is_own": True, "is_repeated": True} | {
    "is_gone": False
}
UNNAMED = {"slug": "esn-ege", "name": None, "is_own": False, "is_repeated": False} | {
    "is_gone": False
}


@pytest.mark.parametrize(
    ("item", "model"),
    [
        (VisitItem(URL, 7, [listed("boat-party-20885")], complete=False), Visit),
        (VisitItem(URL, None, [], "TR"), Visit),
        (OrganisationsItem(URL, [METU, UNNAMED]), Organisations),
        (OrganisationMovedItem(URL, "esn-odtu", "esn-metu-0"), OrganisationMoved),
        (PageReadItem(URL, asked_url=f"{URL}?x=1"), PageRead),
        (FailedScrapeItem(URL, "AccountsScraper", "no answer"), FailedScrape),
        (FailedScrapeItem("not an address", "AccountsScraper", "", 503, 7, "tr-x"), FailedScrape),
        (FailedScrapeItem(URL, "AccountsScraper", "", country_code="TR"), FailedScrape),
        (StatisticsItem(URL, 7), Statistics),
        (StatisticsItem(URL, None, "TR"), Statistics),
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
    assert judge(VisitItem("", 7, [])).row is None
    assert judge(SectionItem("", "TR", "tr-x", name="ESN X")).row is None


@pytest.mark.parametrize("slug", ["", "esn ege", None])
def test_without_an_alias_an_organisation_is_left_out(slug: str | None) -> None:
    verdict = judge(OrganisationsItem(URL, [UNNAMED | {"slug": slug}, METU]))
    assert isinstance(verdict.row, Organisations)
    assert [one.slug for one in verdict.row.organisations] == ["esn-metu"]


@pytest.mark.parametrize(("former", "present"), [("esn-odtu", ""), ("x" * 256, "esn-metu")])
def test_without_two_aliases_an_organisation_has_not_moved(former: str, present: str) -> None:
    verdict = judge(OrganisationMovedItem(URL, former, present))
    assert verdict.errors


def test_a_name_that_is_too_long_is_cut_and_the_organisation_stored() -> None:
    verdict = judge(OrganisationsItem(URL, [METU | {"name": "x" * 256}]))
    assert isinstance(verdict.row, Organisations)
    assert [one.name for one in verdict.row.organisations] == ["x" * 255]


def test_a_country_s_organisation_is_stored_as_it_is() -> None:
    verdict = judge(NationalOrganisationItem(URL, "TR", "Türkiye"))
    assert isinstance(verdict.row, NationalOrganisation)
    assert verdict.row.model_dump() == {
        "url": URL,
        "country_code": "TR",
        "name": "Türkiye",
        "can_scrape_activities": None,
        "activities_platform_slug": None,
        "activities_url": None,
    }
