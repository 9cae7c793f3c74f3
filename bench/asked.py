"""What people ask the web for: addresses of the API and of pages, drawn from what there is."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Literal
from urllib.parse import quote, urlencode

from psycopg import Connection

Part = Literal["API", "pages"]

_KNOWN = {
    "countries": "SELECT country_code FROM bi.countries ORDER BY 1",
    "sections": "SELECT section_slug FROM bi.sections ORDER BY 1",
    "organisations": "SELECT organisation_slug FROM bi.organisations ORDER BY 1",
    "activities": "SELECT event_slug FROM bi.activities ORDER BY 1",
    "causes": "SELECT DISTINCT cause FROM bi.activity_causes ORDER BY 1",
    "types": "SELECT DISTINCT type FROM bi.activity_types ORDER BY 1",
    "years": "SELECT DISTINCT to_char(start_date, 'YYYY') FROM bi.activities ORDER BY 1",
    "titles": "SELECT section FROM bi.sections UNION SELECT title FROM bi.activities ORDER BY 1",
}


@dataclass(frozen=True)
class Draw:
    """Draws one of what there is, the same ones from the same seed.

    :ivar known: by kind, what there is of it.
    """

    known: dict[str, list[str]]
    random: Random

    def wishes(self, number: int) -> list[tuple[Part, str]]:
        """Return so many addresses, each with the part of the web that it belongs to."""
        drawn = self.random.choices(_WISHES, [wish.often for wish in _WISHES], k=number)
        return [(wish.part, wish.path(self)) for wish in drawn]

    def one(self, kind: str) -> str:
        """Return one of a kind, as it stands in a path."""
        return quote(self.random.choice(self.known[kind]), safe="")

    def words(self) -> str:
        """Return what somebody has typed so far: the beginning of a word of a name or title."""
        words = [word for word in self.random.choice(self.known["titles"]).split() if len(word) > 3]
        word = self.random.choice(words or ["esn"])
        return quote(word[: self.random.randint(3, len(word))])

    def activities(self, *, of_section: bool = True) -> str:
        """Return what narrows a list of activities down: a filter or two, or none, and a page.

        :param of_section: whether the list can be of one section.
        """
        filters = {
            "country": self.random.choice(self.known["countries"]),
            "section": self.random.choice(self.known["sections"]),
            "cause": self.random.choice(self.known["causes"]),
            "type": self.random.choice(self.known["types"]),
            "sdg": str(self.random.randint(1, 17)),
            "online": self.random.choice(("true", "false")),
            **self._year(),
        }
        names = [name for name in filters if of_section or name != "section"]
        given = self.random.sample(names, self.random.randint(0, 2))
        page = str(self.random.choice((1, 1, 1, 2, 3, 10)))
        return urlencode({**{name: filters[name] for name in given}, "page": page})

    def period(self) -> str:
        """Return a year and how many activities of it a page shows."""
        return urlencode({**self._year(), "limit": self.random.choice((20, 50, 100))})

    def year(self) -> str:
        """Return a year that a page is to be about."""
        return urlencode(self._year())

    def _year(self) -> dict[str, str]:
        year = self.one("years")
        return {"start_date": f"{year}-01-01", "end_date": f"{year}-12-31"}


@dataclass(frozen=True)
class Wish:
    """A kind of address.

    :ivar often: how many of all wishes are of this kind, in relation to the others.
    :ivar path: makes one such address.
    """

    part: Part
    often: int
    path: Callable[[Draw], str]


_WISHES = [
    Wish("API", 2, lambda _: "/api/v1/countries"),
    Wish("API", 3, lambda d: f"/api/v1/countries/{d.one('countries')}"),
    Wish("API", 2, lambda d: f"/api/v1/countries/{d.one('countries')}/sections"),
    Wish("API", 3, lambda d: f"/api/v1/countries/{d.one('countries')}/activities?{d.period()}"),
    Wish("API", 2, lambda d: f"/api/v1/countries/{d.one('countries')}/statistics"),
    Wish("API", 2, lambda d: f"/api/v1/sections?page={d.random.randint(1, 20)}"),
    Wish("API", 4, lambda d: f"/api/v1/sections/{d.one('sections')}"),
    Wish("API", 6, lambda d: f"/api/v1/sections/{d.one('sections')}/activities?{d.period()}"),
    Wish("API", 3, lambda d: f"/api/v1/sections/{d.one('sections')}/statistics"),
    Wish("API", 10, lambda d: f"/api/v1/activities?{d.activities()}"),
    Wish("API", 3, lambda d: f"/api/v1/activities?text={d.words()}"),
    Wish("API", 4, lambda d: f"/api/v1/activities/{d.one('activities')}"),
    Wish("API", 1, lambda d: f"/api/v1/organisations?page={d.random.randint(1, 20)}"),
    Wish("API", 1, lambda d: f"/api/v1/organisations/{d.one('organisations')}"),
    Wish("API", 1, lambda _: "/api/v1/months"),
    Wish("API", 1, lambda _: "/api/v1/causes"),
    Wish("API", 1, lambda _: "/api/v1/types"),
    Wish("API", 1, lambda _: "/api/v1/sdgs"),
    Wish("API", 1, lambda _: "/api/v1/growth"),
    Wish("API", 1, lambda _: "/api/v1/quiet"),
    Wish("API", 1, lambda _: "/api/v1/freshness"),
    Wish("API", 1, lambda _: "/api/v1/runs"),
    Wish("API", 5, lambda d: f"/api/v1/search?q={d.words()}"),
    Wish("pages", 6, lambda _: "/"),
    Wish("pages", 1, lambda d: f"/?{d.year()}"),
    Wish("pages", 2, lambda _: "/countries"),
    Wish("pages", 7, lambda d: f"/countries/{d.one('countries')}"),
    Wish("pages", 1, lambda d: f"/countries/{d.one('countries')}?{d.year()}"),
    Wish("pages", 10, lambda d: f"/sections/{d.one('sections')}"),
    Wish("pages", 2, lambda d: f"/sections/{d.one('sections')}?sort=title&text={d.words()}"),
    Wish("pages", 4, lambda d: f"/activities?{d.activities(of_section=False)}"),
    Wish("pages", 6, lambda d: f"/activities/{d.one('activities')}"),
    Wish("pages", 2, lambda d: f"/organisations/{d.one('organisations')}"),
    Wish("pages", 4, lambda d: f"/search?q={d.words()}"),
]


def what_there_is(conninfo: str) -> dict[str, list[str]]:
    """Return what can be asked for, by kind."""
    with Connection.connect(conninfo) as connection:
        return {
            kind: [name for (name,) in connection.execute(query)] for kind, query in _KNOWN.items()
        }
