"""What the accounts spider begins with."""

from typing import Any

import psycopg
import pytest
from scrapy import Request

from esn_pulse.database.queries.network import KnownNetwork, KnownSection
from esn_pulse.exceptions import RunFailed
from esn_pulse.items import CountryItem, NationalOrganisationItem, PageReadItem, PulseItem
from esn_pulse.pages import accounts
from esn_pulse.pages.accounts import CountryLink
from esn_pulse.run.hub import current_run
from esn_pulse.spiders.accounts import AccountsSpider
from esn_pulse.visits.scope import Scope
from esn_pulse.visits.shown import ShownSections
from tests.crawlers import running, spider_of
from tests.pages import ACCOUNTS, drupal_page
from tests.pipelines.factories import country, failure, save, section


def spider(database: str, **given: str) -> AccountsSpider:
    return spider_of(AccountsSpider, given, DATABASE_URL=database)


async def begun(made: AccountsSpider) -> list[PulseItem | str]:
    """Return the items and the addresses that the spider begins with."""
    outputs = [output async for output in made.start()]
    return [output.url if isinstance(output, Request) else output for output in outputs]


async def test_only_one_run_reads_countries_and_sections(database: str) -> None:
    async with running(spider(database)) as first, running(spider(database)) as second:
        assert await begun(first) == [f"{ACCOUNTS}/api/v2/countries"]

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


# --- Pages that show less than they must --------------------------------------------------------

TURKEY = CountryLink("TR", "Turkey", f"{ACCOUNTS}/country/tr")


def knowing(network: KnownNetwork) -> AccountsSpider:
    """A spider that has begun and knows a network."""
    made = spider_of(AccountsSpider)
    made._known, made._shown = network, ShownSections()
    return made


def test_a_country_that_lists_less_than_it_says_and_had_keeps_its_count() -> None:
    body = """
        <div class="view-header"><p class="num_sections_country">Sections: 3</p></div>
        <p class="views-view-grid"><a href="/section/tr-anka-met">ESN METU</a></p>
    """
    page = drupal_page(TURKEY.url, body)

    had = knowing(KnownNetwork(countries={"TR": 3}))
    outputs: list[Any] = list(had.read_country(page, TURKEY, {}))
    [item, organisation, failed, request] = outputs
    assert item == accounts.country(TURKEY)
    assert organisation == NationalOrganisationItem(TURKEY.url, "TR", "Turkey")
    assert failed.error_message == "it says it has 3 sections, but lists 1"
    assert request.url == f"{ACCOUNTS}/section/tr-anka-met"

    outputs = list(knowing(KnownNetwork(countries={"TR": 1})).read_country(page, TURKEY, {}))
    assert outputs[0].section_count == 1


def test_a_map_that_is_missing_is_on_record_and_places_stay() -> None:
    metu = KnownSection("tr-anka-met", "ESN METU", "TR", "1", "2", fields=0, links=0)
    link = f'<p class="views-field-label"><a href="{TURKEY.url}">ESN Turkey</a></p>'
    page = drupal_page(f"{ACCOUNTS}/", f'<div class="country-list-row">{link}</div>')

    had = knowing(KnownNetwork({metu.slug: metu}))
    outputs: list[Any] = list(had.read_start(page, Scope()))
    [failed, request] = outputs
    assert failed.error_message == "the map is missing; what is known of it stays"
    assert request.cb_kwargs["asked"].context["locations"] == {"tr-anka-met": ("1", "2")}

    [done, _] = knowing(KnownNetwork()).read_start(page, Scope())
    assert done == PageReadItem(f"{ACCOUNTS}/")
