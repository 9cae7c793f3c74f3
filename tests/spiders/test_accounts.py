"""What the accounts spider begins with."""

import psycopg
import pytest
from scrapy import Request

from esn_pulse.exceptions import RunFailed
from esn_pulse.extensions.run import current_run
from esn_pulse.items import CountryItem, PulseItem
from esn_pulse.spiders.accounts import AccountsSpider
from tests.crawlers import running, spider_of
from tests.pages import ACCOUNTS
from tests.pipelines.factories import country, failure, save, section


def spider(database: str, **given: str) -> AccountsSpider:
    return spider_of(AccountsSpider, given, DATABASE_URL=database)


async def begun(made: AccountsSpider) -> list[PulseItem | str]:
    """Return the items and the addresses that the spider begins with."""
    outputs = [output async for output in made.start()]
    return [output.url if isinstance(output, Request) else output for output in outputs]


async def test_only_one_run_reads_countries_and_sections(database: str) -> None:
    async with running(spider(database)) as first, running(spider(database)) as second:
        assert await begun(first) == [f"{ACCOUNTS}/"]

        run = current_run(first.crawler).status_id
        being_read = rf"^countries and sections are being read by run {run} \(process "
        with pytest.raises(RunFailed, match=being_read):
            await begun(second)


async def test_failed_pages_are_asked_for_by_way_of_the_start_page(database: str) -> None:
    async with running(spider(database, retry_failed="1")) as made:
        assert await begun(made) == []

        await save(database, failure(f"{ACCOUNTS}/country/tr"))
        assert await begun(made) == [f"{ACCOUNTS}/"]


async def test_broken_records_are_stored_or_read_again(
    database: str, connection: psycopg.Connection
) -> None:
    broken = section("tr-izmi-ege", email="none", latitude="38.4", longitude="27.1")
    mended = country("IT", email="none")
    await save(database, country("TR", website="htp://x"), mended, broken)
    # As if the rules had changed since.
    connection.execute(
        "UPDATE validation_errors SET raw_data = raw_data || '{\"email\": null}' WHERE url = %s",
        [mended.url],
    )

    async with running(spider(database, revalidate="1")) as made:
        [valid, *again] = await begun(made)

    assert isinstance(valid, CountryItem)
    assert valid == country("IT")
    assert again == [country("TR").url, broken.url]
