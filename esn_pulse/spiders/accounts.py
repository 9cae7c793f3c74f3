"""Countries and sections, from accounts.esn.org."""

from collections.abc import AsyncIterator
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints
from scrapy import Request
from scrapy.http import TextResponse

from esn_pulse import stats
from esn_pulse.exceptions import RunFailed
from esn_pulse.items import FailedScrapeItem
from esn_pulse.pages import accounts
from esn_pulse.pages.accounts import CountryLink, Location, SectionLink
from esn_pulse.sites import ACCOUNTS, ACTIVITIES, site_url
from esn_pulse.spiders.base import Output, PulseSpider


class AccountsArguments(BaseModel):
    """What ``scrapy crawl accounts -a`` accepts: one country, by its two letters."""

    model_config = ConfigDict(extra="forbid")

    country: Annotated[str, StringConstraints(to_upper=True, pattern="^[A-Za-z]{2}$")] | None = None


class AccountsSpider(PulseSpider):
    """Start page, country pages, section pages."""

    name = "accounts"
    module = "AccountsScraper"
    Arguments = AccountsArguments

    async def begin(self, arguments: AccountsArguments) -> AsyncIterator[Request]:
        """Ask for the start page, which lists the countries and has the map."""
        site_url(self.settings, ACTIVITIES)  # for the slug check: fail now, not in mid-run
        self._seen: set[str] = set()
        yield self.ask(
            site_url(self.settings, ACCOUNTS) + "/",
            self.read_start,
            self.start_failed,
            wanted=arguments.country,
        )

    def read_start(self, page: TextResponse, wanted: str | None) -> Output:
        """Follow the countries."""
        links = accounts.country_links(page)
        locations = accounts.section_locations(page)
        chosen = [link for link in links if wanted in {None, link.code}]
        if not chosen:
            known = ", ".join(sorted(link.code.lower() for link in links))
            raise RunFailed(f"the site has no country '{wanted}'; it has: {known}")
        for link in chosen:
            yield self.ask(
                link.url, self.read_country, self.country_failed, link=link, locations=locations
            )

    def start_failed(self, failure: FailedScrapeItem, wanted: str | None) -> Output:  # noqa: ARG002
        """Give up: without the start page nothing is known."""
        yield failure
        raise RunFailed(f"the start page could not be read: {failure.error_message}")

    def read_country(
        self, page: TextResponse, link: CountryLink, locations: dict[str, Location]
    ) -> Output:
        """Store the country and follow its sections."""
        sections = accounts.section_links(page)
        stated = accounts.stated_section_count(page)
        if stated not in {None, len(sections)}:
            self.logger.warning(
                "%s says it has %s sections, but lists %d", link.url, stated, len(sections)
            )
        yield accounts.country(link, page)
        for section in sections:
            if section.slug not in self._seen:
                self._seen.add(section.slug)
                yield self.ask(
                    section.url,
                    self.read_section,
                    self.section_failed,
                    link=section,
                    country_code=link.code,
                    location=locations.get(section.slug),
                )

    def country_failed(
        self,
        failure: FailedScrapeItem,
        link: CountryLink,
        locations: dict[str, Location],  # noqa: ARG002
    ) -> Output:
        """Store what the start page knows of the country."""
        yield accounts.country(link)
        yield failure

    def read_section(
        self, page: TextResponse, link: SectionLink, country_code: str, location: Location | None
    ) -> Output:
        """Store the section."""
        yield accounts.section(link, country_code, location, page)
        self.crawler.stats.inc_value(stats.SECTIONS_PROCESSED)

    def section_failed(
        self,
        failure: FailedScrapeItem,
        link: SectionLink,
        country_code: str,
        location: Location | None,
    ) -> Output:
        """Store what the country's page and the map know of the section."""
        yield accounts.section(link, country_code, location)
        failure.accounts_platform_slug = link.slug
        yield failure
        self.crawler.stats.inc_value(stats.SECTIONS_FAILED)
