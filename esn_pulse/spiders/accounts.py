"""Countries and sections, from accounts.esn.org."""

from collections.abc import AsyncIterator
from functools import partial

from scrapy import Request
from scrapy.http import TextResponse

from esn_pulse.database.queries.network import known_network
from esn_pulse.database.queries.repairs import (
    BrokenRecord,
    broken_records,
    failed_pages,
)
from esn_pulse.exceptions import RunFailed
from esn_pulse.items import FailedScrapeItem, PageReadItem, PulseItem
from esn_pulse.pages import accounts
from esn_pulse.pages.accounts import CountryLink, Location, SectionLink, stated_section_count
from esn_pulse.pages.kinds import PageKind
from esn_pulse.run import stats
from esn_pulse.run.hub import current_run
from esn_pulse.run.record import holder
from esn_pulse.sources import ACCOUNTS, ACTIVITIES
from esn_pulse.spiders.base import Output, PulseSpider, Read
from esn_pulse.visits.accounts_proof import (
    countries_of,
    lacks_sections,
    locations_of,
    section_of,
    sections_of,
)
from esn_pulse.visits.arguments import AccountsArguments
from esn_pulse.visits.revalidation import recheck
from esn_pulse.visits.scope import Scope, scope_of_failures


class AccountsSpider(PulseSpider):
    """Start page, country pages, section pages."""

    source = ACCOUNTS
    name = source.name
    Arguments = AccountsArguments

    async def begin(self, arguments: AccountsArguments) -> AsyncIterator[Request | PulseItem]:
        """Ask for the start page, which lists the countries and has the map."""
        ACTIVITIES.url(self.settings)  # for the slug check: fail now, not in mid-run
        start_page = self.source.url(self.settings) + "/"
        self._seen: set[str] = set()
        database = current_run(self.crawler).database
        self._known = await database.run(known_network)
        if not await database.lock(self.source.lock, 0):
            who = await database.run(partial(holder, lock=(self.source.lock, 0)))
            raise RunFailed(f"countries and sections are being read by {who}")
        if arguments.revalidate:
            records = await database.run(partial(broken_records, items=self.source.items))
            for output in self._revalidate(records):
                yield output
            return
        scope = Scope({arguments.country} if arguments.country else None)
        if arguments.retry_failed:
            failures = await database.run(partial(failed_pages, module=self.source.module))
            if not failures:
                self.logger.info("No page is waiting to be asked for again")
                return
            scope = scope_of_failures(failures)
        yield self.ask(PageKind.START, start_page, self.read_start, self.start_failed, scope=scope)

    def _revalidate(self, records: list[BrokenRecord]) -> Output:
        """Store records that are valid by today's rules; ask again for the pages of the others."""
        broken, valid = recheck(records)
        yield from valid
        for record in broken:
            raw = record.raw
            if record.item == "CountryItem":
                link = CountryLink(raw["country_code"], raw["name"], raw["url"])
                yield self._ask_country(self.read_country_alone, link, {})
            else:
                section = SectionLink(raw["accounts_platform_slug"], raw["name"], raw["url"])
                location = (raw["latitude"], raw["longitude"]) if raw["latitude"] else None
                yield self._ask_section(section, raw["country_code"], location)

    def _ask_country(
        self, read: Read, link: CountryLink, locations: dict[str, Location]
    ) -> Request:
        return self.ask(
            PageKind.COUNTRY,
            link.url,
            read,
            self.country_failed,
            link=link,
            locations=locations,
        )

    def _ask_section(
        self, link: SectionLink, country_code: str, location: Location | None
    ) -> Request:
        self._count(stats.SECTIONS_KNOWN)
        request = self.ask(
            PageKind.SECTION,
            link.url,
            self.read_section,
            self.section_failed,
            link=link,
            country_code=country_code,
            location=location,
        )
        request.meta["begins_section"] = True
        return request

    def read_start(self, page: TextResponse, scope: Scope) -> Output:
        """Follow the countries, and the sections that are asked for by themselves."""
        links = countries_of(page, self._known)
        locations, has_map = locations_of(page, self._known)
        chosen = [link for link in links if scope.countries is None or link.code in scope.countries]
        if not chosen and scope.must_exist:
            known = ", ".join(sorted(link.code.lower() for link in links))
            missing = ", ".join(sorted(scope.countries or ()))
            raise RunFailed(f"the site has no country '{missing}'; it has: {known}")
        if has_map:
            yield PageReadItem(page.url)
        else:
            yield self._lacks(page, page.url, "the map is missing; what is known of it stays")
        for link in chosen:
            yield self._ask_country(self.read_country, link, locations)
        for section, country_code in scope.sections.items():
            yield self._ask_section(section, country_code, locations.get(section.slug))

    def start_failed(
        self,
        failure: FailedScrapeItem | None,
        scope: Scope,  # noqa: ARG002
    ) -> Output:
        """Give up: without the start page nothing is known."""
        if failure:
            yield failure
            raise RunFailed(f"the start page could not be read: {failure.error_message}")

    def read_country(
        self, page: TextResponse, link: CountryLink, locations: dict[str, Location]
    ) -> Output:
        """Store the country and follow its sections."""
        yield from self.read_country_alone(page, link, locations)
        for section in sections_of(page, link, self._known):
            if section.slug not in self._seen:
                self._seen.add(section.slug)
                yield self._ask_section(section, link.code, locations.get(section.slug))

    def read_country_alone(
        self,
        page: TextResponse,
        link: CountryLink,
        locations: dict[str, Location],  # noqa: ARG002
    ) -> Output:
        """Store the country."""
        listed, stated = len(sections_of(page, link, self._known)), stated_section_count(page)
        told = f"it says it has {stated} sections, but lists {listed}"
        if lacks_sections(page, link, listed, self._known):
            yield accounts.country(link)
            yield self._lacks(page, link.url, told)
            return
        if stated not in {None, listed}:
            self.logger.warning("%s: %s", link.url, told)
        yield accounts.country(link, page)

    def _lacks(self, page: TextResponse, url: str, message: str) -> FailedScrapeItem:
        """Put a page on record that was read, but shows less than it must."""
        self.logger.warning("Failed to read all of %s: %s", url, message)
        self._count(stats.PAGES_FAILED)
        return FailedScrapeItem(url, self.source.module, message, page.status)

    def country_failed(
        self,
        failure: FailedScrapeItem | None,
        link: CountryLink,
        locations: dict[str, Location],  # noqa: ARG002
    ) -> Output:
        """Store what the start page knows of the country."""
        yield accounts.country(link)
        if failure:
            yield failure

    def read_section(
        self, page: TextResponse, link: SectionLink, country_code: str, location: Location | None
    ) -> Output:
        """Store the section."""
        yield section_of(page, link, country_code, location, self._known)
        self._count(stats.SECTIONS_PROCESSED)

    def section_failed(
        self,
        failure: FailedScrapeItem | None,
        link: SectionLink,
        country_code: str,
        location: Location | None,
    ) -> Output:
        """Store what the country's page and the map know of the section."""
        yield accounts.section(link, country_code, location)
        if failure:
            failure.accounts_platform_slug = link.slug
            yield failure
        self._count(stats.SECTIONS_FAILED)
