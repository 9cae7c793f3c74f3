"""What ``-a`` accepts."""

from typing import Any

import pytest
from scrapy.utils.test import get_crawler

from esn_pulse.exceptions import RunFailed
from esn_pulse.spiders.accounts import AccountsSpider
from esn_pulse.spiders.activities import ActivitiesSpider
from esn_pulse.spiders.base import PulseSpider

SITES = {
    "ESN_ACCOUNTS_URL": "https://accounts.esn.org",
    "ESN_ACTIVITIES_URL": "https://activities.esn.org",
}


def spider(kind: type[PulseSpider], **arguments: str) -> PulseSpider:
    return kind.from_crawler(get_crawler(kind, SITES), **arguments)


@pytest.mark.parametrize(
    ("kind", "given", "understood"),
    [
        (AccountsSpider, {}, {"country": None}),
        (AccountsSpider, {"country": "tr"}, {"country": "TR"}),
        (ActivitiesSpider, {}, {"section": None, "country": None, "limit": None}),
        (ActivitiesSpider, {"limit": "3"}, {"section": None, "country": None, "limit": 3}),
        (
            ActivitiesSpider,
            {"section": "esn-metu", "_job": "7"},
            {"section": "esn-metu", "country": None, "limit": None},
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
        (ActivitiesSpider, {"section": ""}, "-a section"),
        (ActivitiesSpider, {"country": "Turkey"}, "-a country"),
        (AccountsSpider, {"country": "Turkey"}, "-a country"),
        (AccountsSpider, {"section": "esn-metu"}, "accounts accepts: country"),
    ],
)
def test_wrong_arguments_are_told(
    kind: type[PulseSpider], given: dict[str, str], told: str
) -> None:
    with pytest.raises(RunFailed, match=told):
        spider(kind, **given)._arguments()


def test_a_spider_stays_on_the_two_sites() -> None:
    assert spider(AccountsSpider).allowed_domains == ["accounts.esn.org", "activities.esn.org"]
