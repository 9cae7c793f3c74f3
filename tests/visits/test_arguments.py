"""What ``-a`` accepts."""

from typing import Any

import pytest
from scrapy.utils.test import get_crawler

from esn_pulse.exceptions import RunFailed
from esn_pulse.spiders.accounts import AccountsSpider
from esn_pulse.spiders.activities import ActivitiesSpider
from esn_pulse.spiders.base import PulseSpider
from esn_pulse.visits.arguments import Part

SITES = {
    "ESN_ACCOUNTS_URL": "https://accounts.esn.org",
    "ESN_ACTIVITIES_URL": "https://activities.esn.org",
}
NO_REPAIR = {"retry_failed": False, "revalidate": False}
ALL_COUNTRIES = NO_REPAIR | {"country": None, "source": None}
EVERYBODY = NO_REPAIR | {
    "country": None,
    "section": None,
    "organisation": None,
    "limit": None,
    "full": False,
    "part": None,
}


def spider(kind: type[PulseSpider], **arguments: str) -> PulseSpider:
    return kind.from_crawler(get_crawler(kind, SITES), **arguments)


@pytest.mark.parametrize(
    ("kind", "given", "understood"),
    [
        (AccountsSpider, {}, ALL_COUNTRIES),
        (AccountsSpider, {"country": "tr"}, ALL_COUNTRIES | {"country": "TR"}),
        (AccountsSpider, {"source": "pages"}, ALL_COUNTRIES | {"source": "pages"}),
        (AccountsSpider, {"retry_failed": "1"}, ALL_COUNTRIES | {"retry_failed": True}),
        (ActivitiesSpider, {}, EVERYBODY),
        (ActivitiesSpider, {"limit": "3"}, EVERYBODY | {"limit": 3}),
        (ActivitiesSpider, {"part": "2/12"}, EVERYBODY | {"part": Part(number=2, of=12)}),
        (
            ActivitiesSpider,
            {"section": "esn-metu", "_job": "7", "_version": "1"},
            EVERYBODY | {"section": "esn-metu"},
        ),
        (
            ActivitiesSpider,
            {"organisation": "esn-italy", "country": "it"},
            EVERYBODY | {"organisation": "esn-italy", "country": "IT"},
        ),
        (
            ActivitiesSpider,
            {"revalidate": "yes", "_job": "7"},
            EVERYBODY | {"revalidate": True},
        ),
    ],
)
def test_arguments_are_read(
    kind: type[PulseSpider], given: dict[str, str], understood: dict[str, Any]
) -> None:
    assert spider(kind, **given)._arguments().model_dump() == understood


@pytest.mark.parametrize(
    ("kind", "given", "told"),
    [
        (ActivitiesSpider, {"limit": "0"}, "-a limit"),
        (ActivitiesSpider, {"limit": "many"}, "-a limit"),
        *(
            (ActivitiesSpider, {"part": part}, "-a part.*2/5")
            for part in ("0/3", "4/3", "2", "a/b")
        ),
        (ActivitiesSpider, {"section": ""}, "-a section"),
        (ActivitiesSpider, {"organisation": ""}, "-a organisation"),
        (AccountsSpider, {"organisation": "esn-italy"}, "-a organisation"),
        (ActivitiesSpider, {"country": "Turkey"}, "-a country"),
        (AccountsSpider, {"country": "Turkey"}, "-a country"),
        (AccountsSpider, {"source": "html"}, "-a source"),
        (ActivitiesSpider, {"retry_failed": "often"}, "-a retry_failed"),
        (
            AccountsSpider,
            {"section": "esn-metu"},
            r"-a section: .*\. accounts accepts: retry_failed, revalidate, country, source$",
        ),
    ],
)
def test_wrong_arguments_are_told(
    kind: type[PulseSpider], given: dict[str, str], told: str
) -> None:
    with pytest.raises(RunFailed, match=told):
        spider(kind, **given)._arguments()


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (AccountsSpider, {"retry_failed": "1", "revalidate": "1"}),
        (AccountsSpider, {"retry_failed": "1", "country": "tr"}),
        (ActivitiesSpider, {"revalidate": "1", "limit": "3"}),
        (ActivitiesSpider, {"retry_failed": "1", "organisation": "esn-italy"}),
    ],
)
def test_a_repair_stands_alone(kind: type[PulseSpider], given: dict[str, str]) -> None:
    alone = "^retry_failed and revalidate stand alone, without other arguments. a.* accepts: "
    with pytest.raises(RunFailed, match=alone):
        spider(kind, **given)._arguments()


def test_a_section_is_not_asked_for_together_with_an_organisation() -> None:
    told = "^section and organisation name one each: give one of them. activities accepts: "
    with pytest.raises(RunFailed, match=told):
        spider(ActivitiesSpider, section="esn-metu", organisation="esn-italy")._arguments()


def test_a_spider_stays_on_the_two_sites() -> None:
    assert spider(AccountsSpider).allowed_domains == ["accounts.esn.org", "activities.esn.org"]
