"""A week in the life of the sample network: what is new on the sites from one crawl to the next."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count
from random import Random

from sample.network import register
from sample.network.activities import Author, event_slug, partners_among, picture, report
from sample.network.generation import with_statistics
from sample.network.model import CARDS_A_PAGE, Activity, Network
from sample.network.moving import may_move, only_known_by_cards, with_alias
from sample.network.national import active_national
from sample.network.spread import clear_of_midnights, draw_days_ahead
from sample.network.vocabulary import CAUSES, TITLES, TYPES

_WEEK = timedelta(days=7)
_RECENT = timedelta(days=30)


@dataclass(frozen=True)
class Week:
    """A network after a week, and what happened in it: slugs as they are now, by kind.

    Of activities: ``new`` (registered, yet to come), ``finished`` (their participants and outcomes
    are known now; their cards are as they were), ``changed`` (postponed, or at another place),
    ``renamed`` (some of them at another address, to which the old one leads), ``removed`` (their
    slugs as they were) and ``late`` (registered, months after they took place). Of sections:
    ``withdrew``, ``left``, ``email`` and ``website`` (by the official list, where there is one),
    ``moved`` (its alias; the old one leads to the new one) and ``swapped`` (one of the removals and
    one of the late registrations are all its news, so that neither its totals nor its first listing
    page have changed). A network that is too small for a kind lacks it.
    """

    network: Network
    changes: Mapping[str, tuple[str, ...]]


def a_week_later(network: Network) -> Week:
    """Return what becomes of a network in a week; the same network always becomes the same.

    What the changes don't name is as it was, but for teasers and the statistics of sections, which
    follow from their activities.
    """
    week = _Course(network).run()
    after, happened = register.a_week_later(week.network)
    return Week(after, {**week.changes, **{kind: (slug,) for kind, slug in happened.items()}})


class _Course:
    """The course of a week. Nothing happens to an activity twice in it."""

    def __init__(self, before: Network) -> None:
        self._before = before
        self._today = before.today + _WEEK
        self._activities = {one.event_slug: one for one in before.activities}
        self._sections = {one.alias: one for one in before.sections if one.alias}
        self._quiet: str | None = None  # the alias of the section with the swap
        self._left_alone = only_known_by_cards(before)
        self._touched: set[str] = set()
        self._changes: defaultdict[str, list[str]] = defaultdict(list)
        newest = max(one.number for one in before.activities)
        self._numbers = count(1 + newest)
        self._rng = Random(f"{before.seed}/{newest}/week")  # each week's own, on whichever day
        ages = [(before.today - one.start).days for one in before.activities]
        self._rate = max(3, sum(0 < age <= 365 for age in ages) // 52)  # activities a week

    def run(self) -> Week:
        """Let the week pass."""
        self._swap()
        self._finish()
        self._postpone()
        self._relocate()
        self._rename(self._near_and_far(self._few(8)))
        self._remove()
        self._register()
        self._change_nationally()
        self._move_a_section()
        present = {section.slug: section for section in self._sections.values()}
        after = replace(
            self._before,
            today=self._today,
            sections=tuple(present.get(one.slug, one) for one in self._before.sections),
            activities=tuple(self._activities.values()),
        )
        changes = {kind: tuple(slugs) for kind, slugs in self._changes.items()}
        return Week(with_statistics(after), changes)

    def _swap(self) -> None:
        aliases = [alias for alias, one in self._sections.items() if one.alias_is_guessable]
        found = [one for alias in aliases for one in self._hidden(alias)]
        if not found:
            return
        old = self._rng.choice(found)
        title, number = self._other_title(old), next(self._numbers)
        late = replace(
            old,
            event_slug=event_slug(title, number),
            former_slugs=(),
            title=title,
            causes=tuple(cause for cause in CAUSES if cause not in old.causes)[:2],
            types=tuple(name for name in TYPES if name not in old.types)[:1],
            image=picture(number),
        )
        self._drop(old)
        self._put("late", late)
        self._quiet = old.organisers[0].alias
        self._left_alone.add(self._quiet)
        self._changes["swapped"].append(self._sections[self._quiet].slug)

    def _hidden(self, alias: str) -> list[Activity]:
        """Return a section's own activities that its first listing page does not show.

        A section of which reports are due has none: it shall have no other news in the week.
        """
        listing = self._before.listing(alias)
        if len(listing) <= CARDS_A_PAGE or any(map(self._is_due, listing)):
            return []
        oldest_shown = listing[CARDS_A_PAGE - 1].start
        return [
            one
            for one in listing
            if one.start < oldest_shown and one.listed_by == (alias,) and _is_sound(one)
        ]

    def _finish(self) -> None:
        due = self._free(self._is_due)
        for one in self._rng.sample(due, (len(due) + 1) // 2):
            self._put("finished", report(self._rng, one), one)

    def _postpone(self) -> None:
        for one in self._some(lambda one: one.start > self._today, self._few(12)):
            later = one.start + timedelta(days=self._rng.randint(2, 20))
            start = clear_of_midnights(later, self._today)
            end = clear_of_midnights(start + (one.end - one.start), self._today)
            self._put("changed", replace(one, start=start, end=end), one)

    def _relocate(self) -> None:
        for one in self._some(lambda one: self._is_near(one) and not one.online, self._few(12)):
            self._put("changed", replace(one, city=f"{one.city} (Old Town)"), one)

    def _rename(self, activities: list[Activity]) -> None:
        for index, one in enumerate(activities):
            title = self._other_title(one)
            after = replace(one, title=title)
            if index % 2 == 0:
                slug = event_slug(title, one.number)
                former_slugs = (*one.former_slugs, one.event_slug)
                after = replace(after, event_slug=slug, former_slugs=former_slugs)
            self._put("renamed", after, one)

    def _remove(self) -> None:
        for one in self._near_and_far(self._few(10)):
            self._drop(one)

    def _register(self) -> None:
        listings = {alias: self._before.listing(alias) for alias in self._sections}
        beginners = [self._sections[alias] for alias in listings if not listings[alias]][:1]
        busy = [alias for alias in listings if listings[alias] and alias != self._quiet]
        sections = [self._sections[alias] for alias in busy]
        weights = [len(listings[alias]) for alias in busy]
        national = active_national(self._before.national.values())
        author = Author(self._today, partners_among(sections), national)
        registering = self._rng.choices(sections, weights, k=self._rate - len(beginners))
        for section in (*beginners, *registering):
            self._put("new", author.write(self._rng, section, next(self._numbers), self._soon))
        for section in self._rng.choices(sections, weights, k=self._few(10)):
            number = next(self._numbers)
            self._put("late", author.write(self._rng, section, number, self._months_ago))

    def _change_nationally(self) -> None:
        """Let a country register, rename and remove something that no section organises."""
        active = active_national(self._before.national.values())
        if not active:
            return
        host = self._rng.choice([*active.values()])
        new = Author(self._today).write(self._rng, host, next(self._numbers), self._soon)
        self._put("new", new)
        self._rename(self._some(self._is_nationally_near, 1))
        for one in self._some(self._is_national, 1):
            self._drop(one)

    def _is_national(self, one: Activity) -> bool:
        aliases = {organisation.alias for organisation in self._before.national.values()}
        return aliases.issuperset(one.listed_by)

    def _is_nationally_near(self, one: Activity) -> bool:
        """Say whether a refresh is to see it: what is further back it looks at in its turn only."""
        return self._is_national(one) and self._is_near(one)

    def _soon(self, rng: Random) -> date:
        return self._today + timedelta(days=1 + draw_days_ahead(rng))

    def _months_ago(self, rng: Random) -> date:
        return self._today - timedelta(days=rng.randint(60, 700))

    def _move_a_section(self) -> None:
        sections = self._sections.values()
        found = [section for section in sections if may_move(section, self._before, self._quiet)]
        if not found:
            return
        section = self._rng.choice(found)
        old, new = section.alias or "", f"{section.alias}-students"
        self._sections[old] = replace(section, alias=new, moved_from=old)
        self._changes["moved"].append(section.slug)
        self._activities = {
            slug: with_alias(one, old, new) for slug, one in self._activities.items()
        }

    def _is_due(self, one: Activity) -> bool:
        """Say whether an activity is over, not for long, and has not been reported."""
        is_over = self._before.today - _RECENT < one.end < self._today
        return is_over and one.participants is None and not one.outcomes

    def _is_near(self, one: Activity) -> bool:
        return one.end > self._before.today - _RECENT

    def _few(self, share: int) -> int:
        return max(2, self._rate // share)

    def _near_and_far(self, number: int) -> list[Activity]:
        near = self._some(self._is_near, number // 2)
        return near + self._some(lambda one: not self._is_near(one), number - number // 2)

    def _some(self, wanted: Callable[[Activity], bool], number: int) -> list[Activity]:
        found = self._free(wanted)
        return self._rng.sample(found, min(number, len(found)))

    def _free(self, wanted: Callable[[Activity], bool]) -> list[Activity]:
        """Return what may change this week."""
        return [
            one
            for slug, one in self._activities.items()
            if slug not in self._touched
            and wanted(one)
            and _is_sound(one)
            and self._left_alone.isdisjoint(one.listed_by)
        ]

    def _other_title(self, one: Activity) -> str:
        host = self._sections.get(one.organisers[0].alias)
        city = one.city or (host and host.city) or "Old Town"
        titles = [title.format(city=city) for title in TITLES]
        return self._rng.choice([title for title in titles if title != one.title])

    def _put(self, kind: str, after: Activity, before: Activity | None = None) -> None:
        if before:
            del self._activities[before.event_slug]
        self._activities[after.event_slug] = after
        self._touched.add(after.event_slug)
        self._changes[kind].append(after.event_slug)

    def _drop(self, one: Activity) -> None:
        del self._activities[one.event_slug]
        self._changes["removed"].append(one.event_slug)


def _is_sound(one: Activity) -> bool:
    return one.page_status == 200 and not one.flaws
