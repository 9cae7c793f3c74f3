"""A section's listing while it is read: how much of it is needed, and which pages it leads to."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from hashlib import blake2b
from itertools import islice

from pydantic import TypeAdapter, ValidationError

from esn_pulse.database.listings import KnownActivity, KnownListing
from esn_pulse.exceptions import PageError
from esn_pulse.items import StatisticsItem
from esn_pulse.pages.listing import Card
from esn_pulse.values import Count

_count = TypeAdapter(Count)
_NUMBER = re.compile(r"-\d+$", re.ASCII)


@dataclass
class Listing:
    """What a visit knows and learns of a section's listing, page by page.

    A listing is newest first, but activities are often registered late. So its pages are read until
    all activities that the section's statistics count are known, and to the last page when they
    don't add up.

    :ivar known: what earlier visits left.
    :ivar full: whether every page is wanted, whatever is known.
    :ivar since: how far back the cards are looked at in any case.
    :ivar total: how many activities the statistics count; None when they can't be told.
    :ivar digest: of how many activities of which kind they count; None without statistics.
    :ivar cards: what the pages read so far show, by event slug.
    :ivar last_page: the number of the last page, from 0; None before the first one was read.
    """

    known: KnownListing = field(default_factory=KnownListing)
    full: bool = False
    since: date = date.min
    total: int | None = None
    digest: str | None = None
    cards: dict[str, Card] = field(default_factory=dict)
    last_page: int | None = None
    _asked: set[int] = field(default_factory=set)
    _answered: int = 0
    _failed: bool = False
    _not_read: set[str | None] = field(default_factory=set)

    def count(self, statistics: StatisticsItem) -> None:
        """Take in what the section's statistics count."""
        both = (statistics.physical_activities, statistics.online_activities)
        try:
            self.total = sum(_count.validate_python(number) for number in both)
        except ValidationError:
            self.total = None
        entries = [json.dumps(one, sort_keys=True) for one in statistics.causes + statistics.types]
        counted = json.dumps([*map(str, both), *sorted(entries)])
        self.digest = blake2b(counted.encode(), digest_size=16).hexdigest()

    def first(self) -> Iterator[int]:
        """Return the page to begin with."""
        return self._ask([0])

    def read(self, cards: list[Card], last_page: int) -> Iterator[int]:
        """Take in a page of the listing, and return which others to ask for.

        :param last_page: of the listing, as far as this page tells.
        :raises PageError: when the listing would never end.
        """
        grows = self.last_page is not None and last_page > self.last_page
        if grows and all(card.event_slug in self.cards for card in cards):
            raise PageError(
                f"the pager has no end: a page that shows nothing new names page {last_page}"
            )
        self.last_page = max(self.last_page or 0, last_page)
        for card in cards:
            if self.cards.setdefault(card.event_slug, card).shown != card.shown:
                self.page_not_read(card.event_slug)  # changed meanwhile, and moved to this page
        return self._further(cards)

    def page_failed(self) -> Iterator[int]:
        """Return which pages to ask for after one of them could not be had."""
        self._failed = True
        return self._further([])

    def _further(self, cards: list[Card]) -> Iterator[int]:
        """Return all other pages when all are needed, none when none is, otherwise the next one."""
        left = (n for n in range((self.last_page or 0) + 1) if n not in self._asked)
        if self._is_needed_to_its_end:
            return self._ask(left)
        return self._ask([] if self._is_enough(cards) else islice(left, 1))

    def _ask(self, numbers: Iterable[int]) -> Iterator[int]:
        asked = list(numbers)
        self._asked.update(asked)
        return iter(asked)

    @property
    def _is_needed_to_its_end(self) -> bool:
        if self.full or self._failed or self.total is None or self.known.is_due:
            return True
        return len(self._met) > self.total  # something was removed

    @property
    def _met(self) -> set[str]:
        return self._known_nodes.keys() | set(map(_node, self.cards))

    @cached_property
    def _known_nodes(self) -> dict[str, list[KnownActivity]]:
        nodes: defaultdict[str, list[KnownActivity]] = defaultdict(list)
        for slug, activity in self.known.activities.items():
            nodes[_node(slug)].append(activity)
        return dict(nodes)

    def _is_enough(self, cards: list[Card]) -> bool:
        """Tell whether the pages after one with these cards show nothing that is not known."""
        adds_up = len(self._met) == self.total
        # One removed and one added leave the total as it was, but hardly ever the other numbers.
        has_new = not set(map(_node, self.cards)) <= self._known_nodes.keys()
        days = [card.begins for card in cards if card.begins]
        reaches_back = bool(days) and days[-1] < self.since
        return adds_up and reaches_back and (has_new or self.digest == self.known.digest)

    def page_done(self) -> bool:
        """Count a page that was read or has failed; True when no other is under way."""
        self._answered += 1
        return self._answered == len(self._asked)

    @property
    def is_whole(self) -> bool:
        """Whether all pages of the listing were read, and nothing that they should show lacks."""
        return self._was_read_to_its_end and not self.lacks_some

    @property
    def lacks_some(self) -> bool:
        """Whether all of it shows less than the statistics count, which have been right before."""
        were_right = self.known.total == len(self.known.activities)
        shows_less = self.total is not None and len(self.cards) < self.total
        return self._was_read_to_its_end and were_right and shows_less

    @property
    def _was_read_to_its_end(self) -> bool:
        return not self._failed and self.last_page is not None and not self.pages_left

    @property
    def pages_left(self) -> int:
        """How many pages of the listing were not needed."""
        return (self.last_page or 0) + 1 - len(self._asked)

    def why(self, card: Card) -> str | None:
        """Tell why the page of an activity is to be read; None when it is not."""
        if self.full:
            return "full"
        known = self.known.activities.get(card.event_slug)
        if known is None:
            return "new"
        return known.why or (None if card.shown == known.card else "card")

    def former(self, card: Card) -> list[KnownActivity]:
        """Return what an activity that seems to be new may have been called before."""
        if card.event_slug in self.known.activities:
            return []
        return self._known_nodes.get(_node(card.event_slug), [])

    def unseen(self) -> list[KnownActivity]:
        """Return the known activities that were not seen, as far as they may still be there.

        What a whole listing lacks is gone, or has another organiser now.
        """
        unseen = [a for slug, a in self.known.activities.items() if slug not in self.cards]
        if self.is_whole:
            return [replace(activity, why="left") for activity in unseen if activity.elsewhere]
        return unseen

    def page_not_read(self, event_slug: str | None) -> None:
        """Note that an activity's page could not be read, so that its card is not done with."""
        self._not_read.add(event_slug)

    def seen(self) -> list[dict[str, str | None]]:
        """Return what was seen of each activity, as ``SectionVisitItem`` wants it."""
        return [
            {
                "event_slug": slug,
                "url": card.url,
                "card": None if slug in self._not_read else card.shown,
            }
            for slug, card in self.cards.items()
        ]


def _node(event_slug: str) -> str:
    """Return the number in which a slug ends: it stays when the activity is renamed."""
    number = _NUMBER.search(event_slug)
    return number[0] if number else event_slug
