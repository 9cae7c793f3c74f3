"""Ordinary activities, drawn at random for each section."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from random import Random

from slugify import slugify

from sample.network.charters import ACTIVITY_COUNTS
from sample.network.model import Activity, Markup, Section
from sample.network.national import POLAND, active_national
from sample.network.organisations import Organisation, Organiser
from sample.network.spread import clear_of_midnights, draw_count, draw_start
from sample.network.vocabulary import (
    CAUSES,
    FOREIGN_PLACES,
    GOALS,
    OBJECTIVES,
    PARTNERS,
    PLATFORMS,
    SENTENCES,
    SMALL_WORDS,
    TITLES,
    TYPES,
)

_NUMBERS_A_SECTION = 1000
_FIRST_NATIONAL = 900  # behind all sections
_TWO_PAGES = {POLAND.alias: 12}
_LONGEST_ALIAS = 80
_VERY_OLD = timedelta(days=1500)
_REPORTED_AT_LAST = timedelta(days=28)


def event_slug(title: str, number: int) -> str:
    """Return the path alias of an activity: ``boat-party-20885``."""
    return f"{_plain(title)}-{number}"


@cache
def _plain(title: str) -> str:
    words = slugify("".join(one for one in title if one.isalnum() or one in " \xa0-")).split("-")
    alias = "-".join(word for word in words if word not in SMALL_WORDS)
    return alias[:_LONGEST_ALIAS].strip("-")


def picture(number: int) -> str:
    """Return the path of an activity's picture."""
    return f"/sites/default/files/styles/activity/public/pictures/{number}.jpg?itok=p1CtuR3"


def ordinary_activities(
    seed: int,
    today: date,
    sections: tuple[Section, ...],
    others: tuple[Organisation, ...],
    mean: int,
) -> list[Activity]:
    """Return about ``mean`` activities a section that has pages on the activities site.

    Each section draws from its own source of chance. No activity starts or ends about midnight.
    """
    rngs = {one.slug: Random(f"{seed}/{one.slug}/activities") for one in sections if one.alias}
    counts = {slug: ACTIVITY_COUNTS.get(slug, draw_count(rng, mean)) for slug, rng in rngs.items()}
    partners = partners_among([one for one in sections if counts.get(one.slug)])
    author = Author(today, partners, active_national(others))
    activities = [
        author.write(rngs[section.slug], section, number, lambda rng: draw_start(rng, today, mean))
        for index, section in enumerate(sections, start=1)
        for number in _numbers(index, counts.get(section.slug, 0))
    ]
    return [_as_reported(f"{seed}/{one.event_slug}", today, one) for one in activities]


def national_activities(
    seed: int, today: date, others: Iterable[Organisation], mean: int
) -> list[Activity]:
    """Return what national organisations organise by themselves: less than a section does."""
    author = Author(today)
    activities = [
        author.write(rng, one, number, lambda rng: draw_start(rng, today, mean))
        for index, one in enumerate(active_national(others).values(), start=_FIRST_NATIONAL)
        for rng in [Random(f"{seed}/{one.alias}/activities")]
        for number in _numbers(index, _TWO_PAGES.get(one.alias, 1 + mean // 4))
    ]
    return [_as_reported(f"{seed}/{one.event_slug}", today, one) for one in activities]


def _numbers(index: int, count: int) -> range:
    first = index * _NUMBERS_A_SECTION
    return range(first, first + count)


def partners_among(sections: list[Section]) -> list[Organiser]:
    """Return those whom other sections ask to organise something with them."""
    return [
        Organiser(one.alias, one.name)
        for one in sections
        if one.alias and one.slug not in ACTIVITY_COUNTS
    ]


@dataclass(frozen=True)
class Author:
    """Writes activities as of ``today``; sections ask ``partners`` and ``national`` to join in."""

    today: date
    partners: list[Organiser] = field(default_factory=list)
    national: Mapping[str, Organisation] = field(default_factory=dict)

    def write(
        self,
        rng: Random,
        host: Section | Organisation,
        number: int,
        draw: Callable[[Random], date],
    ) -> Activity:
        """Return a new activity of an organisation; ``draw`` says about when it starts."""
        online = rng.random() < 0.15
        code, city = _place(rng, host)
        title = rng.choice(TITLES).format(city=city)
        start = clear_of_midnights(draw(rng), self.today)
        lasts = timedelta(days=rng.randint(1, 9) if rng.random() < 0.25 else 0)
        end = clear_of_midnights(start + lasts, self.today)
        over = end < self.today
        slug = event_slug(title, number)
        return Activity(
            event_slug=slug,
            title=title,
            start=start,
            end=end,
            organisers=(*self._organisers(rng, host), *_partners(slug)),
            online=online,
            platform=rng.choice(PLATFORMS) if online else None,
            city=None if online else city,
            country_code=None if online else code,
            participants=_participants(rng) if over else None,
            causes=_some(rng, CAUSES, 1, 3),
            types=_some(rng, TYPES, 1, 2),
            objectives=_some(rng, OBJECTIVES, 0, 3),
            sdgs=tuple(sorted(rng.sample(range(1, 18), rng.randint(0, 3)))),
            goal=_texts(rng, GOALS, 0, 2, city),
            description=_texts(rng, SENTENCES, 1, 4, city),
            outcomes=_texts(rng, SENTENCES, 1, 2, city) if over else (),
            registration_url=_registration_url(rng, number) if start > self.today else None,
            image=picture(number) if rng.random() < 0.8 else None,
            markup=_markup(rng, very_old=self.today - start > _VERY_OLD),
        )

    def _organisers(self, rng: Random, host: Section | Organisation) -> tuple[Organiser, ...]:
        """Return the host and, sometimes, if that is a section, its country's and another one."""
        organisers = [Organiser(host.alias or "", host.name)]
        if isinstance(host, Organisation):
            return tuple(organisers)
        if host.slug not in ACTIVITY_COUNTS and rng.random() < 0.12:
            organisers.append(rng.choice(self.partners))
        if rng.random() < 0.08 and host.country_code in self.national:
            organisers.append(self.national[host.country_code].organiser)
        return tuple(dict.fromkeys(organisers))


def report(rng: Random, activity: Activity) -> Activity:
    """Return an activity with its participants and outcomes filled in."""
    outcomes = _texts(rng, SENTENCES, 1, 2, activity.city or "our city")
    return replace(activity, participants=rng.randint(5, 180), outcomes=outcomes)


def _as_reported(seed: str, today: date, activity: Activity) -> Activity:
    """Return an activity as its organisers have left it: half of them take a week to report it."""
    ago = today - activity.end
    if not timedelta() < ago < _REPORTED_AT_LAST or Random(seed).random() > 0.5 ** (ago.days / 7):
        return activity
    return replace(activity, participants=None, outcomes=())


def _place(rng: Random, host: Section | Organisation) -> tuple[str | None, str]:
    if rng.random() < 0.04:
        code = rng.choice(sorted(FOREIGN_PLACES))
        return code, FOREIGN_PLACES[code][1]
    return host.country_code, host.city or "Old Town"


def _participants(rng: Random) -> int | None:
    if rng.random() < 0.05:
        return None
    return rng.randint(1000, 2500) if rng.random() < 0.04 else rng.randint(0, 180)


def _partners(slug: str) -> tuple[Organiser, ...]:
    """Return those that have no page: of one activity in ten, and drawn apart from all else."""
    rng = Random(f"{slug}/partners")
    names = _some(rng, PARTNERS, 1, 2) if rng.random() < 0.1 else ()
    return tuple(Organiser("", name) for name in names)


def _registration_url(rng: Random, number: int) -> str | None:
    return f"https://forms.example/d/{number}?ref=esn&lang=en" if rng.random() < 0.7 else None


def _some(rng: Random, words: tuple[str, ...], least: int, most: int) -> tuple[str, ...]:
    return tuple(rng.sample(words, rng.randint(least, most)))


def _texts(
    rng: Random, words: tuple[str, ...], least: int, most: int, city: str
) -> tuple[str, ...]:
    return tuple(text.format(city=city) for text in _some(rng, words, least, most))


def _markup(rng: Random, *, very_old: bool) -> Markup:
    return Markup(
        very_old=very_old,
        title_in_block=rng.random() < 0.7,
        country_by_code=rng.random() < 0.25,
        types_as_field=rng.random() < 0.4,
        objectives_as_field=rng.random() < 0.4,
        goal_as_list=rng.random() < 0.3,
        thousands_separator=rng.random() < 0.7,
        sdgs_in=rng.choice(("alt", "alt with name", "title")),
    )
