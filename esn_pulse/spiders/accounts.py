"""Countries and sections, from accounts.esn.org."""

from collections.abc import AsyncIterator
from functools import partial
from typing import Any

from scrapy import Request
from scrapy.http import TextResponse

from esn_pulse.database.clock import clock_of_run
from esn_pulse.database.locks import NETWORK
from esn_pulse.database.queries.network import known_network
from esn_pulse.database.queries.repairs import (
    BrokenRecord,
    broken_records,
    failed_pages,
)
from esn_pulse.exceptions import RunFailed
from esn_pulse.items import (
    CountryItem,
    FailedScrapeItem,
    NationalOrganisationItem,
    PageReadItem,
    PulseItem,
    SectionItem,
)
from esn_pulse.pages import accounts
from esn_pulse.pages.accounts import CountryLink, Location, SectionLink, stated_section_count
from esn_pulse.pages.kinds import PageKind
from esn_pulse.pages.official_list import (
    COUNTRIES,
    SECTIONS,
    OfficialList,
    Record,
    official_list,
    records_of,
)
from esn_pulse.rules.text import clean_text
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
from esn_pulse.visits.official import (
    are_most,
    beside,
    check_official,
    due_countries,
    due_sections,
)
from esn_pulse.visits.revalidation import recheck
from esn_pulse.visits.scope import Scope, no_country, scope_of_failures
from esn_pulse.visits.shown import ShownSections


class AccountsSpider(PulseSpider):
    """Start page, country pages, section pages."""

    source = ACCOUNTS
    name = source.name
    Arguments = AccountsArguments

    async def begin(self, arguments: AccountsArguments) -> AsyncIterator[Request | PulseItem]:
        """Ask for the start page, which lists the countries and has the map."""
        ACTIVITIES.url(self.settings)  # for the slug check: fail now, not in mid-run
        self._shown = ShownSections()
        self._run = current_run(self.crawler)
        database = self._run.database
        self._known = await database.run(known_network)
        if not await database.lock(NETWORK, 0):
            who = await database.run(partial(holder, lock=(NETWORK, 0)))
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
        self._must_be_list = arguments.source == "api"
        self._now = await database.run(clock_of_run)
        if arguments.retry_failed or arguments.source == "pages":
            yield self._ask_start(scope)
        else:
            yield self._ask_list(COUNTRIES, self.read_country_list, scope)

    def _ask_start(self, scope: Scope) -> Request:
        start_page = self.source.url(self.settings) + "/"
        return self.ask(PageKind.START, start_page, self.read_start, self.start_failed, scope=scope)

    def _ask_list(self, path: str, read: Read, scope: Scope, **context: Any) -> Request:
        url = self.source.url(self.settings) + path
        request = self.ask(PageKind.LIST, url, read, self.list_failed, scope=scope, **context)
        request.headers["Accept"] = "application/json"
        return request

    def read_country_list(self, page: TextResponse, scope: Scope) -> Output:
        """Ask for the list of sections, too: without it this one says too little."""
        countries = records_of(page)
        yield self._ask_list(SECTIONS, self.read_section_list, scope, countries=countries)

    def read_section_list(
        self, page: TextResponse, scope: Scope, countries: list[Record]
    ) -> Output:
        """Store what the official list says, and follow the pages to be read beside it."""
        site = self.source.url(self.settings)
        whole = official_list(countries, records_of(page), site)
        check_official(whole, self._known)
        listed = whole.of(scope.countries)
        if not listed.countries and scope.countries:
            raise RunFailed(no_country(scope, {one.country_code or "" for one in whole.countries}))
        self._tell_of_list(whole)
        yield from self._store_list(listed)
        # Of records without a code no more is known than which list they are from.
        if all(one.accounts_platform_slug for one in whole.sections):
            yield PageReadItem(f"{site}{SECTIONS}")
        if all(one.country_code for one in whole.countries):
            yield PageReadItem(f"{site}{COUNTRIES}")
        self._run.show(listed.slugs, are_all=scope.countries is None)

    def _tell_of_list(self, listed: OfficialList) -> None:
        self.logger.info("Read the official list: %d section(s)", len(listed.sections))
        self._count(stats.BY_LIST)
        unknown = {"key": listed.keys, "state": listed.states}
        for what, names in unknown.items():
            if names:
                self._count(stats.LIST_IGNORED + what, len(names))
                some = ", ".join(clean_text(name)[:40] for name in sorted(names)[:5])
                self.logger.info("Not known, and left alone: %d %s(s): %s", len(names), what, some)

    def _store_list(self, listed: OfficialList) -> Output:
        due = list(due_sections(listed))
        self._count(stats.SECTIONS_KNOWN, len(listed.sections) - len(due))
        for country in listed.countries:
            yield from _with_organisation(country)
        yield from listed.sections
        self._count(stats.SECTIONS_PROCESSED, len(listed.sections) - len(due))
        days = self.settings.getint("ESN_COUNTRY_PAGE_DAYS")
        for link, country in due_countries(listed, self._known, self._now, days):
            yield self.ask(
                PageKind.COUNTRY,
                link.url,
                self.read_contacts,
                self.contacts_failed,
                link=link,
                country=country,
            )
        for section_link, section in due:
            yield self._ask_section(section_link, section.country_code, None, section)

    def list_failed(
        self,
        failure: FailedScrapeItem | None,
        scope: Scope,
        countries: list[Record] | None = None,  # noqa: ARG002
    ) -> Output:
        """Go the way of the pages."""
        why = failure.error_message if failure else "it was not asked for"
        if self._must_be_list:
            raise RunFailed(
                f"the official list can't be used: {why}. To read the pages instead: scrapy crawl"
                " accounts -a source=pages"
            )
        self.logger.warning("The official list can't be used: %s. Reading the pages instead", why)
        yield self._ask_start(scope)

    def read_contacts(self, page: TextResponse, link: CountryLink, country: CountryItem) -> Output:
        """Store what a country's own page says beside the official list."""
        sections_of(page, link, self._known)  # which proves that it is the page
        yield beside(accounts.country(link, page), country)

    def contacts_failed(
        self,
        failure: FailedScrapeItem | None,
        link: CountryLink,  # noqa: ARG002
        country: CountryItem,  # noqa: ARG002
    ) -> Output:
        """Record the failure; what the list says is stored."""
        if failure:
            yield failure

    def _revalidate(self, records: list[BrokenRecord]) -> Output:
        """Store records that are valid by today's rules; ask again for the pages of the others."""
        broken, valid = recheck(records)
        yield from valid
        for record in broken:
            raw = record.raw
            if not raw.get("accounts_platform_slug", raw["country_code"]):
                continue  # a record of the official list that has no page; the next run reads it
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
        self,
        link: SectionLink,
        country_code: str,
        location: Location | None,
        listed: SectionItem | None = None,
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
            listed=listed,
        )
        request.meta["begins_section"] = True
        return request

    def read_start(self, page: TextResponse, scope: Scope) -> Output:
        """Follow the countries, and the sections that are asked for by themselves."""
        links = countries_of(page, self._known)
        locations, has_map = locations_of(page, self._known)
        chosen = [link for link in links if scope.countries is None or link.code in scope.countries]
        if not chosen and scope.must_exist:
            raise RunFailed(no_country(scope, {link.code for link in links}))
        self._shown.expect([link.code for link in chosen], are_all=scope.countries is None)
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
            if self._shown.add(section.slug):
                yield self._ask_section(section, link.code, locations.get(section.slug))
        self._country_done(link)

    def _country_done(self, link: CountryLink) -> None:
        """Once the last country is done, say which sections there are."""
        if self._shown.is_last(link.code):
            shown = self._shown.slugs
            are_all = self._shown.are_all and are_most(shown, self._known.on_pages)
            self._run.show(shown, are_all=are_all)

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
            self._shown.are_all = False
            yield from _with_organisation(accounts.country(link))
            yield self._lacks(page, link.url, told)
            return
        if stated not in {None, listed}:
            self.logger.warning("%s: %s", link.url, told)
        yield from _with_organisation(accounts.country(link, page))

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
        self._shown.are_all = False
        yield from _with_organisation(accounts.country(link))
        if failure:
            yield failure
        self._country_done(link)

    def read_section(
        self,
        page: TextResponse,
        link: SectionLink,
        country_code: str,
        location: Location | None,
        listed: SectionItem | None,
    ) -> Output:
        """Store the section; what the official list says of it stays."""
        item = section_of(page, link, country_code, location, self._known)
        yield beside(item, listed) if listed else item
        self._count(stats.SECTIONS_PROCESSED)

    def section_failed(
        self,
        failure: FailedScrapeItem | None,
        link: SectionLink,
        country_code: str,
        location: Location | None,
        listed: SectionItem | None,
    ) -> Output:
        """Store what the country's page and the map, or the official list, know of the section."""
        if listed is None:
            yield accounts.section(link, country_code, location)
        if failure:
            failure.accounts_platform_slug = link.slug
            yield failure
        self._count(stats.SECTIONS_FAILED)


def _with_organisation(country: CountryItem) -> Output:
    """Yield a country, and its national organisation, whose alias is to be looked for."""
    yield country
    if country.country_code and country.name:
        yield NationalOrganisationItem(country.url, country.country_code, country.name)
