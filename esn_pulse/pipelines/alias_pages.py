"""What the activities site says of an alias: whether it is one, and whose."""

import asyncio
from collections import Counter
from dataclasses import dataclass

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response, TextResponse
from scrapy.http.request import NO_CALLBACK

from esn_pulse.exceptions import PageError, RunFailed
from esn_pulse.items import GONE, NOT_THE_PAGE
from esn_pulse.pages.addresses import organisation_slug
from esn_pulse.pages.kinds import PageKind
from esn_pulse.pages.listing import Card, listed_activities
from esn_pulse.pages.markup import as_page
from esn_pulse.pages.proof.identity import Tie, of_organisation
from esn_pulse.pages.proof.impostors import (
    BOT_WALL,
    has_content,
    is_bot_wall,
    is_recognised,
    what_it_is,
)
from esn_pulse.pages.proof.javascript import has_mount_point
from esn_pulse.rules.names import most_shown
from esn_pulse.run import stats
from esn_pulse.run.drift import DriftWatch
from esn_pulse.run.hub import current_run
from esn_pulse.sources import ACTIVITIES


@dataclass(frozen=True)
class AliasAnswer:
    """What came of a question for an alias.

    :ivar status: of HTTP.
    :ivar alias: the present one, after a redirect another; None when there is none.
    :ivar doubt: why the answer proves nothing; '' when it does.
    :ivar name: what most cards call the organisation; None when none was seen.
    :ivar is_decisive: whether the listing was read, and is not empty.
    """

    status: int
    alias: str | None = None
    doubt: str = ""
    name: str | None = None
    is_decisive: bool = False


class AliasPages:
    """Asks for listings, through the crawler's own downloader.

    :param crawler: for that, and for what impostors do to the run.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._run = current_run(crawler)
        self._watch = DriftWatch(crawler.settings)
        # What waits in the downloader's own queue is asked for even if the site is given up.
        self.turns = asyncio.Semaphore(crawler.settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN"))

    def url(self, alias: str) -> str:
        """Return the address of a listing."""
        return self._address(alias, "activities")

    async def ask(self, alias: str, stored: str | None) -> AliasAnswer:
        """Ask for the listing of an alias, or for its status alone where that is enough.

        :param stored: the alias that was proven before.
        :raises Exception: when there is no answer: what the downloader raises.
        """
        response = await self._fetch(alias, stored)
        if response.status in GONE:
            return AliasAnswer(response.status)
        # After a redirect this is the organisation's present alias.
        final = organisation_slug(response.url) if response.status == 200 else None
        if final is None or not self._is_alias(final):
            wall = f": {BOT_WALL}" if is_bot_wall(response) else ""
            doubt = f"the site answered {response.status}{wall}"
            return AliasAnswer(response.status, doubt=doubt)
        if final == stored:
            return AliasAnswer(response.status, final)
        try:
            page = as_page(response)
        except PageError as error:
            return AliasAnswer(response.status, doubt=str(error))
        cards = _cards(page)
        if not await self._is_listing(page, final, cards):
            return AliasAnswer(response.status, doubt=self._impostor(page))
        self._watch.read(PageKind.LISTING)
        name = _name(final, cards)
        return AliasAnswer(response.status, final, name=name, is_decisive=bool(cards))

    async def _fetch(self, alias: str, stored: str | None) -> Response:
        """Ask for the status alone where it is enough: of an alias that was proven before.

        A firewall or a cache may answer 200 to anything; an alias that is new takes its page.
        """
        url = self.url(alias)
        if stored is None:
            return await self._download(url, "GET")
        response = await self._download(url, "HEAD")
        is_new = response.status == 200 and organisation_slug(response.url) != stored
        is_lost = response.status in GONE and alias == stored
        # A refusal of the method says nothing about the page.
        if is_new or is_lost or response.status in {403, 405, 501}:
            return await self._download(url, "GET")
        return response

    async def _is_listing(self, page: TextResponse, alias: str, cards: list[Card]) -> bool:
        """Tell whether a page is the listing of an alias. Whose that is, is not asked here."""
        tie = of_organisation(page, alias)
        if tie is not Tie.NONE:
            return tie is Tie.OURS
        if cards:
            named = {organiser for card in cards for organiser in card.organisers}
            return alias in named or not named
        if has_mount_point(page) and not is_recognised(page):
            return True
        return await self._has_statistics(page, alias)

    def _impostor(self, page: TextResponse) -> str:
        """Count and keep a page that is no listing; returns what it looks like."""
        looks_like = what_it_is(page)
        self._crawler.stats.inc_value(stats.PAGES_IMPOSTORS)
        self._watch.keep(PageKind.LISTING, page)
        try:
            self._watch.impostor(PageKind.LISTING, looks_like)
        except RunFailed as failed:
            self._run.fail(str(failed))
        return f"{NOT_THE_PAGE}, but {looks_like}"

    async def _has_statistics(self, page: TextResponse, alias: str) -> bool:
        """Let the statistics confirm an empty listing that does not say whose it is."""
        if is_recognised(page) or not has_content(page):
            return False
        answer = await self._download(self._address(alias, "statistics"), "GET")
        return (
            answer.status == 200
            and organisation_slug(answer.url) == alias
            and not is_recognised(answer)
        )

    async def _download(self, url: str, method: str) -> Response:
        request = Request(url, method=method, callback=NO_CALLBACK)
        return await self._crawler.engine.download_async(request)

    def _is_alias(self, slug: str) -> bool:
        """Say whether an alias makes an address that can be stored and leads back to it."""
        url = self.url(slug)
        return len(url) <= 255 and organisation_slug(url) == slug

    def _address(self, slug: str, page: str) -> str:
        return f"{ACTIVITIES.url(self._crawler.settings)}/organisation/{slug}/{page}"


def _cards(page: TextResponse) -> list[Card]:
    try:
        return listed_activities(page)
    except PageError:
        return []


def _name(alias: str, cards: list[Card]) -> str | None:
    """Return what most cards call an organisation."""
    shown = most_shown(Counter(card.organisers.get(alias, "") for card in cards))
    return shown[0] if shown else None
