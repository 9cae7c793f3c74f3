"""Second step: under which alias, if any, does activities.esn.org know a section or a country?"""

import asyncio
import logging
from collections import defaultdict
from contextlib import suppress
from functools import partial
from typing import NamedTuple, Self

from scrapy.crawler import Crawler

from esn_pulse.database.queries.aliases import Aliases, known_aliases
from esn_pulse.exceptions import RunStops, SiteUnwell
from esn_pulse.items import FailedScrapeItem, OrganisationMovedItem, OrganisationsItem, PulseItem
from esn_pulse.pages.markup import distinct
from esn_pulse.pipelines.alias_pages import AliasAnswer, AliasPages
from esn_pulse.rules.names import comparable
from esn_pulse.rules.schemas import NationalOrganisation, Section
from esn_pulse.rules.slugs import candidates
from esn_pulse.rules.text import reason
from esn_pulse.rules.verdicts import Verdict
from esn_pulse.run import stats
from esn_pulse.run.claims import read_claims
from esn_pulse.run.hub import Run, current_run
from esn_pulse.sources import ACCOUNTS

logger = logging.getLogger(__name__)


class UnprovenError(Exception):
    """The site neither confirms nor denies a candidate.

    :ivar failure: the request to make again; None if none was made, as the site was given up.
    """

    def __init__(self, failure: FailedScrapeItem | None) -> None:
        super().__init__(failure)
        self.failure = failure


class Sought(NamedTuple):
    """Whose alias is looked for.

    :ivar key: of a section its accounts slug, of a country its letters (``tr``).
    :ivar name: of its organisation.
    :ivar met: takes the organisations that are met on the way.
    """

    key: str
    name: str
    met: list[PulseItem]
    is_section: bool = True

    def bears(self, name: str | None) -> bool:
        """Tell whether an organisation of this name is the one."""
        return name is not None and comparable(name) == comparable(self.name)

    def failure(self, url: str, message: str, status: int | None = None) -> FailedScrapeItem:
        """Return the failure to have a page."""
        failure = FailedScrapeItem(url, ACCOUNTS.module, f"alias not proven: {message}", status)
        if self.is_section:
            failure.accounts_platform_slug = self.key
        else:
            failure.country_code = self.key.upper()
        return failure


class SlugCheckPipeline:
    """Asks the activities site for candidates."""

    def __init__(self, crawler: Crawler, run: Run) -> None:
        self._crawler = crawler
        self._run = run
        self._pages = AliasPages(crawler)
        self._known: Aliases | None = None
        self._names: dict[str, str | None] = {}  # of organisations, by alias
        self._claimed: set[str] = set()  # the names of sections and countries, to be compared
        self._gone: dict[str, str | None] = {}
        self._of_sections: set[str] = set()
        self._sections: dict[str, str] = {}  # the keys of those that are present, by alias
        self._namesakes: defaultdict[str, list[str]] = defaultdict(list)  # nobody's, by such names
        self._loading = asyncio.Lock()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Take the crawler, for its downloader."""
        return cls(crawler, current_run(crawler))

    async def process_item(self, verdict: Verdict) -> Verdict:
        """Fill in an alias; when nothing was proven the stored answer stands."""
        row = verdict.row
        if isinstance(row, Section):
            sought = Sought(row.accounts_platform_slug, row.name, verdict.met)
        elif isinstance(row, NationalOrganisation):
            name, code = f"ESN {row.name}", row.country_code.lower()
            sought = Sought(code, name, verdict.met, is_section=False)
        else:
            return verdict
        aliases = await self._aliases()
        self._claimed.add(comparable(sought.name))
        if sought.key in aliases.settled:
            self._crawler.stats.inc_value(stats.SLUGS_SETTLED)
            return verdict
        aliases.settled.add(sought.key)  # a country is met twice in a run
        try:
            async with self._pages.turns:
                found = await self._find(sought, aliases)
                if found and sought.key not in aliases.pinned:
                    await self._look_further(found, sought)
        except UnprovenError as unproven:
            self._crawler.stats.inc_value(stats.SLUGS_UNPROVEN)
            logger.warning("No proof of an alias for %s; its earlier one stands", row.url)
            if unproven.failure:
                verdict.met.append(unproven.failure)
            return verdict
        row.can_scrape_activities = found is not None
        if found is None:
            self._crawler.stats.inc_value(stats.SLUGS_ABSENT)
            logger.info("No alias exists for %s (%s)", sought.name, row.url)
        else:
            self._crawler.stats.inc_value(stats.SLUGS_FOUND)
            row.activities_platform_slug = found
            row.activities_url = self._pages.url(found)
        return verdict

    async def _find(self, sought: Sought, aliases: Aliases) -> str | None:
        """Ask for the candidates in order; None when none is there that may be the one.

        The first that exists decides, unless its cards bear another name, or there are none: then a
        later one may bear the right name. One without a clear answer ends the search, as it may be
        the one that is looked for.

        :raises UnprovenError: then, when none was found before it.
        """
        pinned, stored = aliases.pinned.get(sought.key), aliases.stored.get(sought.key)
        likeliest: str | None = None
        for alias in [pinned] if pinned else self._candidates(sought, stored):
            try:
                answer = await self._ask(alias, sought, stored)
            except UnprovenError:
                if likeliest is None:
                    raise
                break
            found = answer.alias
            if found is None or (self._is_anothers(sought, found) and not pinned):
                continue
            is_right = answer.is_decisive and sought.bears(answer.name or sought.name)
            if pinned or found == stored or is_right:
                return found
            likeliest = likeliest or found
        return likeliest

    def _candidates(self, sought: Sought, stored: str | None) -> list[str]:
        """List what to ask for: first the stored alias, if it bears the name.

        What has got another name may still be known by its old alias; what was gone may be back.
        The plain alias of a name that a section bears is no country's.
        """
        known = [stored] if stored else []
        by_rules = candidates(sought.name)
        if not sought.is_section and comparable(sought.name) in self._of_sections:
            by_rules = by_rules[1:]
        is_proven = stored is not None and sought.bears(self._names.get(stored))
        gone = [alias for alias, name in self._gone.items() if sought.bears(name)]
        return distinct([*known, *by_rules, *gone] if is_proven else [*by_rules, *known, *gone])

    def _is_anothers(self, sought: Sought, alias: str) -> bool:
        """Tell whether an alias bears another's name, or is that of a section of the same name."""
        name = self._names.get(alias)
        if name is None or sought.bears(name):
            return sought.is_section and self._sections.get(alias, sought.key) != sought.key
        return comparable(name) in self._claimed

    async def _look_further(self, found: str, sought: Sought) -> None:
        """Ask for what else may bear the name.

        A country's next alias is there if a section has the same name. What bears the name and is
        nobody's may be a former alias, which leads to the present one.
        """
        is_plain = found == candidates(sought.name)[0]
        next_one = [f"{found}-0"] if is_plain and not sought.is_section else []
        for alias in distinct([*next_one, *self._namesakes[comparable(sought.name)]]):
            with suppress(UnprovenError):
                await self._ask(alias, sought, None)

    async def _ask(self, alias: str, sought: Sought, stored: str | None) -> AliasAnswer:
        """Ask for an alias.

        :raises UnprovenError: when there is no clear answer.
        """
        url = self._pages.url(alias)
        try:
            answer = await self._pages.ask(alias, stored)
        except (SiteUnwell, RunStops) as error:
            raise UnprovenError(None) from error
        except Exception as error:  # whatever it is, the section must be stored
            raise UnprovenError(sought.failure(url, reason(error))) from error
        if answer.doubt:
            raise UnprovenError(sought.failure(url, answer.doubt, answer.status))
        if found := answer.alias:
            self._meet(alias, found, answer.name, sought)
        elif alias in self._names:
            sought.met.append(_organisation(url, alias, None, is_gone=True))
        return answer

    def _meet(self, asked: str, found: str, name: str | None, sought: Sought) -> None:
        url = self._pages.url(found)
        if asked != found:
            sought.met.append(OrganisationMovedItem(url, asked, found))
        if name or found not in self._names:
            sought.met.append(_organisation(url, found, name, is_gone=False))
            self._names[found] = name

    async def _aliases(self) -> Aliases:
        async with self._loading:
            if self._known is None:
                days = self._crawler.settings.getint("ESN_ALIAS_DAYS")
                self._known = await self._run.database.run(partial(known_aliases, days=days))
                claims = await self._run.database.run(read_claims)
                self._names, self._gone = claims.names, claims.gone
                self._claimed = {one.key for one in claims.claimants}
                present = [one for one in claims.claimants if one.is_present]
                self._of_sections = {one.key for one in present if one.is_section}
                self._sections = {
                    claims.stored[one.owner]: one.pinned_as
                    for one in present
                    if one.is_section and one.owner in claims.stored
                }
                owned = {*claims.stored.values()}
                for alias, name in claims.names.items():
                    if name and alias not in owned:
                        self._namesakes[comparable(name)].append(alias)
                self._known.settled.difference_update(
                    one.pinned_as for one in claims.claimants if one.key in self._namesakes
                )
        return self._known


def _organisation(url: str, slug: str, name: str | None, *, is_gone: bool) -> OrganisationsItem:
    shown = {"name": name, "is_own": not is_gone, "is_repeated": False, "is_gone": is_gone}
    return OrganisationsItem(url, [{"slug": slug} | shown])
