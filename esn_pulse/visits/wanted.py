"""The pages of activities that a run wants: each is asked for once, whoever lists it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from esn_pulse.exceptions import AskedAlready
from esn_pulse.items import ActivityItem, Owner
from esn_pulse.pages.addresses import activity_slug
from esn_pulse.visits.answers import Answer
from esn_pulse.visits.visit import Visit


class Target(NamedTuple):
    """The page of an activity: its event slug, its address, and what a card shows of it."""

    slug: str
    url: str
    shown: str | None = None


@dataclass(slots=True)  # a run keeps some 50,000
class WantedPage:
    """An activity's page, and the visits that wait for it.

    :ivar listed_by: those whose listings have shown it in this run, the first one first.
    :ivar answer: None while it is under way.
    :ivar event_slug: as its address had it when it was read; others have led to it.
    :ivar organisers: the aliases that it names.
    :ivar shown: what cards show of the activity, until the answer is known.
    """

    listed_by: list[Owner] = field(default_factory=list)
    answer: Answer | None = None
    event_slug: str | None = None
    organisers: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    _waiting: list[tuple[Visit, str]] = field(default_factory=list)

    def wait(self, visit: Visit, target: Target, listed_by: Iterable[Owner]) -> None:
        """Let a visit wait, which knows the activity by this slug and card."""
        visit.pending += 1
        self._waiting.append((visit, target.slug))
        self._list(listed_by)
        if target.shown:
            self.shown.append(target.shown)

    @property
    def slugs(self) -> set[str]:
        """By what the visits know the activity."""
        return {slug for _, slug in self._waiting}

    @property
    def aliases(self) -> set[str]:
        """By what the activities site knows those that wait for the page."""
        return {alias for visit, _ in self._waiting for alias in visit.aliases}

    def read(self, item: ActivityItem) -> None:
        """Take in what was read."""
        self.answer = Answer.READ
        self.event_slug, self.organisers = item.event_slug, item.organisers

    def take_over(self, other: "WantedPage") -> None:
        """Let the visits that wait for another page, which leads to this one, wait for this one."""
        self._waiting += other._waiting
        self._list(other.listed_by)
        self.shown += other.shown

    def settle(self) -> Iterator[tuple[Visit, str]]:
        """Return the visits that need not wait any more, once the answer is known.

        :returns: with the slug by which each knows the activity.
        """
        if self.answer is None:
            return
        waited, self._waiting, self.shown = self._waiting, [], []
        for visit, slug in waited:
            names_it = not visit.aliases.isdisjoint(self.organisers)
            visit.listing.answered(slug, self.answer, names_it=names_it, now_called=self.event_slug)
            if self.answer is Answer.NOT_ASKED:
                visit.failed = True
            yield visit, slug

    def is_missed(self) -> bool:
        """Tell whether the page is gone, and no listing shows the activity: so it was removed."""
        return self.answer is Answer.GONE and all(
            visit.is_complete and visit.listing.lacks(slug) for visit, slug in self._waiting
        )

    def _list(self, owners: Iterable[Owner]) -> None:
        self.listed_by += [owner for owner in owners if owner not in self.listed_by]


class WantedPages:
    """All pages of activities that a run wants, by every slug that leads to them."""

    def __init__(self) -> None:
        self._pages: dict[str, WantedPage] = {}

    def want(
        self, visit: Visit, target: Target, listed_by: Iterable[Owner]
    ) -> tuple[WantedPage, bool]:
        """Let a visit wait for a page.

        :returns: the page, and whether it is still to be asked for.
        """
        is_new = target.slug not in self._pages
        page = self._pages.setdefault(target.slug, WantedPage())
        page.wait(visit, target, listed_by)
        return page, is_new

    def leads_to(self, page: WantedPage, url: str) -> None:
        """Know a page by the address that it leads to, too.

        :raises AskedAlready: when another one is known by it, for which is waited from now on.
        """
        slug = activity_slug(url)
        there = self._pages.setdefault(slug, page) if slug else page
        if there is not page:
            there.take_over(page)
            self._pages |= {slug: there for slug, known in self._pages.items() if known is page}
            raise AskedAlready(url)

    def at(self, url: str) -> WantedPage:
        """Return the page that an address leads to, which is wanted.

        :raises KeyError: when it is not.
        """
        return self._pages[activity_slug(url) or ""]
