"""A listing while it is read: how much of it is needed, and which pages it leads to."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from hashlib import blake2b
from itertools import islice

from esn_pulse.database.queries.listings import KnownActivity, KnownListing
from esn_pulse.exceptions import PageError
from esn_pulse.items import StatisticsItem
from esn_pulse.pages.listing import Card
from esn_pulse.rules.values import number_of
from esn_pulse.visits.answers import Answer

_MOST_READINGS = 3  # of a page in a run
_NUMBER = re.compile(r"-\d+$", re.ASCII)


@dataclass
class Listing:
    """What a visit knows and learns of an organisation's listing, page by page.

    A listing is newest first, but activities are often registered late. So its pages are read until
    all activities that the statistics count are known, and to the last page when they
    don't add up. Then it is whole if it shows as many as they count. If not, some may hide: the
    cards of one day come in any order, which may be another one at every request. So pages that
    share a day are read again, until they show the same twice.

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
    _under_way: int = 0
    _failed: bool = False
    _shown: dict[int, list[Card]] = field(default_factory=dict)  # by page, at its last reading
    _again: list[set[str]] = field(default_factory=list)  # what the pages in doubt showed each time
    _answers: dict[str, tuple[Answer, bool]] = field(default_factory=dict)
    _changed: set[str] = field(default_factory=set)
    _renamed: dict[str, str] = field(default_factory=dict)  # former slugs: what they lead to

    def count(self, statistics: StatisticsItem) -> None:
        """Take in what the statistics count."""
        both = (statistics.physical_activities, statistics.online_activities)
        counts = [count for count in map(number_of, both) if count is not None]
        self.total = sum(counts) if len(counts) == len(both) else None
        entries = [json.dumps(one, sort_keys=True) for one in statistics.causes + statistics.types]
        counted = json.dumps([*map(str, both), *sorted(entries)])
        self.digest = blake2b(counted.encode(), digest_size=16).hexdigest()

    def discount(self) -> None:
        """Forget what the statistics count: it was wrong."""
        self.total = self.digest = None

    def first(self) -> Iterator[int]:
        """Return the page to begin with."""
        return self._ask([0])

    def read(self, number: int, cards: list[Card], last_page: int) -> Iterator[int]:
        """Take in a page of the listing, and return which others to ask for.

        :param number: of the page, from 0.
        :param last_page: of the listing, as far as this page tells.
        :raises PageError: when the listing would never end.
        """
        grows = self.last_page is not None and last_page > self.last_page
        if grows and all(card.event_slug in self.cards for card in cards):
            raise PageError(
                f"the pager has no end: a page that shows nothing new names page {last_page}"
            )
        self.last_page = max(self.last_page or 0, last_page)
        self._shown[number] = cards
        for card in cards:
            if self.cards.setdefault(card.event_slug, card).shown != card.shown:
                self._changed.add(card.event_slug)  # meanwhile, and moved to this page
        return self._further(cards)

    def page(self, number: int) -> list[Card] | None:
        """Return what a page showed when it was read last."""
        return self._shown.get(number)

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
        self._under_way += len(asked)
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
        self._under_way -= 1
        return self._under_way == 0

    def once_more(self) -> Iterator[int]:
        """Return which pages to read again, now that all that are needed have been read."""
        if not self._was_read_to_its_end or self._adds_up or self._is_settled:
            return iter([])
        in_doubt = self._in_doubt()
        self._again.append({card.event_slug for n in in_doubt for card in self._shown[n]})
        return iter([]) if self._is_settled else self._ask(in_doubt)

    def _in_doubt(self) -> list[int]:
        """Return the pages whose cards may change places with those of a neighbour."""
        pairs = [(n, n + 1) for n in sorted(self._shown) if n + 1 in self._shown]
        return sorted({n for pair in pairs if self._share_a_day(*pair) for n in pair})

    def _share_a_day(self, earlier: int, later: int) -> bool:
        borders = self._shown[earlier][-1:], self._shown[later][:1]
        days = [card.begins for border in borders for card in border]
        return len(days) == 2 and (None in days or days[0] == days[1])

    @property
    def _is_settled(self) -> bool:
        """Whether the pages in doubt need not be read again."""
        readings = len(self._again)
        return readings >= _MOST_READINGS or (readings > 0 and self._agrees)

    @property
    def _agrees(self) -> bool:
        """Whether the pages in doubt, if there are any, showed the same at their last readings."""
        return self._again[-1:] == [set()] or self._again[-2:-1] == self._again[-1:]

    @property
    def _adds_up(self) -> bool:
        return len(self.cards) == self.total

    @property
    def is_whole(self) -> bool:
        """Whether all that the listing shows was read; what it lacks is not in it then."""
        return self._was_read_to_its_end and (self._adds_up or self._agrees)

    @property
    def is_short(self) -> bool:
        """Whether the listing, though read to its end, does not show all that there is."""
        return self._was_read_to_its_end and not self.is_whole

    @property
    def shortfall(self) -> str:
        """What it shows, and what it should, in words."""
        should = (
            "they can't be counted" if self.total is None else f"the statistics count {self.total}"
        )
        return f"it shows {len(self.cards)} activities, {should}"

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

    def unseen(self) -> list[tuple[KnownActivity, str | None]]:
        """Return the known activities that were not seen, and why their pages are to be read.

        Of what a whole listing lacks only the page itself tells whether it is gone.
        """
        return [
            (activity, "left" if self.lacks(slug) else activity.why)
            for slug, activity in self.known.activities.items()
            if slug not in self.cards
        ]

    def lacks(self, event_slug: str) -> bool:
        """Tell whether an activity is not in the listing, which was read as a whole."""
        renamed = (now for former, now in self._renamed.items() if former in self.cards)
        return self.is_whole and event_slug not in self.cards and event_slug not in renamed

    def answered(
        self, event_slug: str, answer: Answer, *, names_it: bool, now_called: str | None = None
    ) -> None:
        """Note what came of an activity's page.

        :param names_it: whether it names the organisation.
        :param now_called: the slug under which it was found.
        """
        self._answers[event_slug] = (answer, names_it)
        if now_called and now_called != event_slug:
            self._renamed[event_slug] = now_called
            self._answers[now_called] = (answer, names_it)

    def gone(self) -> list[str]:
        """Return the activities that the listing lacks, and whose pages are gone."""
        return [slug for slug, (answer, _) in self._absent() if answer is Answer.GONE]

    def left(self) -> list[str]:
        """Return the activities that the listing lacks, and whose pages name other organisers."""
        return [
            slug
            for slug, (answer, names_it) in self._absent()
            if answer is Answer.READ and not names_it
        ]

    def _absent(self) -> list[tuple[str, tuple[Answer, bool]]]:
        return [(slug, answer) for slug, answer in self._answers.items() if self.lacks(slug)]

    @property
    def is_emptied(self) -> bool:
        """Whether it was read, and of what it showed before the rest is gone or has left it."""
        missing = self.known.activities.keys() - {*self.cards, *self.gone(), *self.left()}
        return self.is_whole and not missing

    def seen(self) -> list[dict[str, str | None]]:
        """Return what was seen of each activity, as ``VisitItem`` wants it."""
        return [
            {
                "event_slug": slug,
                "url": card.url,
                "card": card.shown if self._is_read(slug) else None,
            }
            for slug, card in self.cards.items()
            if slug not in self._renamed  # a listing out of a cache may show it
        ]

    def _is_read(self, event_slug: str) -> bool:
        """Tell whether an activity's page was read, or did not have to be."""
        answer, _ = self._answers.get(event_slug, (Answer.READ, True))
        return answer is Answer.READ and event_slug not in self._changed


def _node(event_slug: str) -> str:
    """Return the number in which a slug ends: it stays when the activity is renamed."""
    number = _NUMBER.search(event_slug)
    return number[0] if number else event_slug
