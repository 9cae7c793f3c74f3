import pytest
from scrapy import Request

from esn_pulse.exceptions import NotBegun
from esn_pulse.middlewares.time_budget import TimeBudget
from esn_pulse.spiders.accounts import AccountsSpider
from tests.crawlers import crawler_of

URL = "https://accounts.esn.org/section/tr-anka-met"


def test_as_long_as_there_is_time_sections_are_begun() -> None:
    budget = TimeBudget.from_crawler(crawler_of(AccountsSpider))
    budget.process_request(Request(URL, meta={"begins_section": True}))


def test_afterwards_only_those_that_were_begun_are_finished() -> None:
    budget = TimeBudget.from_crawler(crawler_of(AccountsSpider, ACCOUNTS_TIME_BUDGET=1e-9))
    budget.process_request(Request(URL))
    with pytest.raises(NotBegun):
        budget.process_request(Request(URL, meta={"begins_section": True}))
