"""Pages that are not the page or not whole: which, where, and what must not come of that."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import NamedTuple

from sample.network.model import Network, SiteName
from sample.sites.codings import CODINGS
from sample.sites.faults import Fault
from sample.sites.impostors import IMPOSTORS, cut
from sample.sites.routes import Sites
from tests.end_to_end.content import GROUNDS, Content, Key, torn
from tests.end_to_end.tables import Row

Asked = tuple[str, str, str]  # site, method, path


class Place(NamedTuple):
    """Pages of a kind: on which site (None: both), and by what their paths are known."""

    site: SiteName | None
    path: str


PLACES = {
    "start page": Place("accounts", r"^/$"),
    "country page": Place("accounts", r"^/country/"),
    "section page": Place("accounts", r"^/section/"),
    "alias": Place("activities", r"^/organisation/[^/]+/activities$"),
    "statistics": Place("activities", r"/statistics$"),
    "listing": Place("activities", r"/activities\?page="),
    "activity page": Place("activities", r"^/activity/"),
    "everything": Place(None, ""),
}
OF_VISITS = {"statistics", "listing", "activity page"}  # these are all that no section's row needs


@dataclass(frozen=True)
class Pages:
    """What a run asks for.

    :ivar network: which truly answers.
    :ivar asked: the requests of an undisturbed run.
    """

    network: Network
    asked: list[Asked]

    def at(self, place: Place) -> list[str]:
        """Return the paths of a place that were asked for."""
        found = {
            path
            for site, _, path in self.asked
            if place.site in (None, site) and re.search(place.path, path)
        }
        return sorted(found)

    def answer(self, site: str, path: str) -> tuple[int, str]:
        """Return the status and the text that a site truly answers to GET."""
        known: SiteName = "accounts" if site == "accounts" else "activities"
        answer = self._sites.answer(known, "GET", path)
        return answer.status, answer.body

    @cached_property
    def _sites(self) -> Sites:
        return Sites(self.network)

    def others(self, site: str) -> list[str]:
        """Return the pages of a site that can come in place of another one."""
        further = {f"/organisation/{alias}" for alias in self.network.organisations}
        asked = {path for where, _, path in self.asked if where == site}
        paths = {"/", *asked, *(further if site == "activities" else ())}
        return sorted(path for path in paths if self.answer(site, path)[0] == 200)

    def is_hollow(self, path: str) -> bool:
        """Say whether a page has nothing to show, being of a section without activities."""
        alias = re.match(r"/organisation/([^/]+)/", path)
        return bool(alias) and not self.network.listing(alias[1] if alias else "")


class Draw(NamedTuple):
    """A fault, and the name of the place that it strikes."""

    place: str
    fault: Fault

    def __repr__(self) -> str:
        return f"{self.place}: {self.fault.model_dump(exclude_defaults=True)}"


def draw(pages: Pages, kind: str, rng: Random) -> Draw:
    """Draw what stands in place of one, of some or of all pages of a place."""
    name = rng.choice([one for one in PLACES if one != "alias" or kind == "impostor"])
    place = PLACES[name]
    if kind == "swapped" and not place.site:
        place = place._replace(site=rng.choice(["accounts", "activities"]))
    struck = place.path
    if share := rng.choice([0, 1, 3]):  # all, one, or a third
        paths = pages.at(place)
        chosen = rng.sample(paths, 1 if share == 1 else -(-len(paths) // share))
        struck = f"^({'|'.join(map(re.escape, chosen))})$"
    return Draw(name, _FAULTS[kind](pages, place._replace(path=struck), rng))


def _impostor(pages: Pages, place: Place, rng: Random) -> Fault:
    page = rng.choice(["unknown", rng.choice(IMPOSTORS)])  # no two of the unknown are alike
    status = rng.choice([200, 200, 200, 200, 403, 429, 503])
    return Fault(kind="impostor", **place._asdict(), page=page, status=status)


def _emptied(pages: Pages, place: Place, rng: Random) -> Fault:
    return Fault(kind="emptied", **place._asdict())


def _cut(pages: Pages, place: Place, rng: Random) -> Fault:
    closed = rng.random() < 0.4
    return Fault(kind="cut", **place._asdict(), part=rng.random(), closed=closed)


def _swapped(pages: Pages, place: Place, rng: Random) -> Fault:
    other = rng.choice(pages.others(place.site or "accounts"))
    return Fault(kind="swapped", **place._asdict(), other=other)


def _short(pages: Pages, place: Place, rng: Random) -> Fault:
    coding = rng.choice(list(CODINGS))
    return Fault(kind="short", **place._asdict(), coding=coding, part=rng.random())


def _damaged(pages: Pages, place: Place, rng: Random) -> Fault:
    return Fault(kind="damaged", **place._asdict(), part=rng.random())


_FAULTS: dict[str, Callable[[Pages, Place, Random], Fault]] = {
    "impostor": _impostor,
    "emptied": _emptied,
    "cut": _cut,
    "swapped": _swapped,
    "short": _short,
    "damaged": _damaged,
}
KINDS = list(_FAULTS)


def met(pages: Pages, fault: Fault, asked: list[Asked]) -> list[str]:
    """Return the paths at which a run was shown something that it must not pass over in silence.

    Nothing can be seen in an answer to HEAD but its status.
    """
    return sorted(
        {
            path
            for site, method, path in asked
            if fault.site in (None, site)
            and re.search(fault.path, path)
            and (method == "GET" or fault.status not in (None, 200))
            and _is_other(pages, fault, site, path)
        }
    )


def _is_other(pages: Pages, fault: Fault, site: str, path: str) -> bool:
    """Say whether a fault shows anything else than what is truly there."""
    status, proper = pages.answer(site, path)
    if status != 200 or path == "/robots.txt" or pages.is_hollow(path):
        return False
    match fault.kind:
        case "emptied":
            return proper.startswith("<")
        case "swapped":
            return pages.answer(site, fault.other)[1] != proper
        case "cut":
            left = cut(proper.encode(), fault.part, closed=False).decode(errors="replace")
            is_at_end = path.endswith("/statistics") or not fault.closed
            return ("</html>" if is_at_end else "</main>") not in left
    return True


def harmed(found: Content, before: Content, end: Content, pages: Pages) -> list[str]:
    """List what is stored neither as it was before nor as it truly is.

    What was not stored before may be missing, or a column of it, or a ground on which a section is
    an organiser; but no row of a record of several. And of a new section the map may tell where it
    is, if its page does not.
    """
    new = {
        table: {key: row for key, row in stored.items() if key not in before[table]}
        for table, stored in found.items()
    }
    earlier = before | {"sections": _on_map(end, pages.network) | before["sections"]}
    harm = [
        f"{table} {key}: {what}"
        for table in end
        for key in sorted(found[table].keys() | before[table].keys(), key=repr)
        for what in _harm(
            found[table].get(key),
            [rows[key] for rows in (earlier[table], end[table]) if key in rows],
            is_new=key in new[table],
        )
    ]
    return harm + [f"{part} is missing" for part in torn(new, end)]


def _on_map(content: Content, network: Network) -> dict[Key, Row]:
    points = {(one.slug,): one.map_point for one in network.sections if one.map_point}
    return {
        key: row | {name: round(value, 6) for name, value in points[key]._asdict().items()}
        for key, row in content["sections"].items()
        if key in points
    }


def _harm(found: Row | None, right: list[Row], *, is_new: bool) -> list[str]:
    if found is None:
        return ["is gone"] if len(right) > 1 else []
    if not right:
        return [f"should not be there: {found}"]
    return [
        f"{column} is {value!r}"
        for column in right[0].keys() | found.keys()
        if (value := _cell(found, column)) not in [_cell(row, column) for row in right]
        and not (is_new and _is_missing(column, value))
    ]


def _is_missing(column: str, value: object) -> bool:
    return value is None or (column in GROUNDS and value is False)


def _cell(row: Row, column: str) -> object:
    return row.get(column, "a moment")  # moments are left out where there is one
