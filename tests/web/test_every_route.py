"""Every route of the web, asked by everybody: who may use it is what the rules say."""

import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, NamedTuple

import psycopg
import pytest
import requests
from fastapi.routing import APIRoute, iter_route_contexts
from psycopg.types.json import Jsonb

from esn_pulse.analysis.background import NETWORK
from esn_pulse.analysis.scope import Scope
from esn_pulse.web.api.app import Api
from esn_pulse.web.dashboard.app import Dashboard
from esn_pulse.web.dashboard.rendering import Pages
from esn_pulse.web.rules import RULES, Action, Level, Reach, Rules
from esn_pulse.web.sign_in.guards import actions
from esn_pulse.web.sign_in.identity import SAFE
from esn_pulse.web.sign_in.people import Belongings
from esn_pulse.web.sign_in.roles import Role
from tests.scheduling.factories import add_job
from tests.web.places import ACCOUNTS, BRNO, METU
from tests.web.programs import with_key
from tests.web.servers import Site, served
from tests.web.visitors import COOKIE, OPERATORS, signed_in

Place = tuple[str, str]  # method and path
Headers = dict[str, str]
Papers = Callable[[bool, str, str], Headers]
SIGN_OUT = ("POST", "/sign-out")


class Asked(NamedTuple):
    """How a route is asked for something of a place.

    :ivar body: JSON for the API, a form for pages.
    """

    path: str
    body: Mapping[str, Any] = {}


_TRIGGER = {"spider": "activities"}
TARGETS = {"network": NETWORK, "TR": Scope("Türkiye", "TR"), METU: Scope(METU, "TR", 1)}
# Routes that find out whose something is: how each is asked for what is the network's, a country's,
# a section's. One that is about sections only leaves the others out.
OF_PLACES: dict[Place, dict[str, Asked]] = {
    ("GET", "/api/v1/problems"): {
        "network": Asked("/api/v1/problems"),
        "TR": Asked("/api/v1/problems?country=TR"),
        METU: Asked("/api/v1/problems?section=1"),
    },
    ("POST", "/api/v1/trigger/scraper"): {
        "network": Asked("/api/v1/trigger/scraper", _TRIGGER),
        "TR": Asked("/api/v1/trigger/scraper", {**_TRIGGER, "country": "TR"}),
        METU: Asked("/api/v1/trigger/scraper", {**_TRIGGER, "section": METU}),
    },
    **{
        (method, f"{path}/{{job}}{rest}"): {
            name: Asked(f"{path}/of-{name}{rest}") for name in TARGETS
        }
        for method, path, rest in (
            ("GET", "/api/v1/jobs", ""),
            ("DELETE", "/api/v1/jobs", ""),
            ("GET", "/jobs", ""),
            ("GET", "/jobs", "/live"),
        )
    },
    ("POST", "/sections/{name}/refresh"): {METU: Asked(f"/sections/{METU}/refresh")},
    ("POST", "/countries/{code}/refresh"): {"TR": Asked("/countries/TR/refresh", _TRIGGER)},
}
# Those that show each what is theirs, and have tests of that elsewhere.
OF_ONES_OWN: set[Place] = {("GET", "/api/v1/jobs")}


@dataclass(frozen=True)
class Somebody:
    """Somebody who asks.

    :ivar level: the most that they are.
    :ivar key: of a program that is the same: its role, and of what.
    :ivar sections: their own, by alias.
    """

    level: Level
    key: tuple[Role, str] | None = None
    sections: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()

    @property
    def belongings(self) -> Belongings:
        """What ESN would say of them."""
        groups = ["COMMITTEE:operators"] if self.level is Level.OPERATOR else []
        return Belongings([ACCOUNTS[one] for one in self.sections], [*self.countries], groups)

    def may(self, action: Action, target: str | None, *, is_public: bool) -> bool:
        """Tell what the rules say; without a target of anything at all."""
        if action is Action.READ and self.level is Level.ANYBODY and not is_public:
            return False
        reach = max(RULES[action][level] for level in Level if self._is(level))
        if target is None or reach is not Reach.OWN:
            return reach is not Reach.NOTHING
        return target in self.sections or TARGETS[target].country_code in self.countries

    def _is(self, level: Level) -> bool:
        return level is self.level or level <= min(self.level, Level.SIGNED_IN)


ANYBODY = Somebody(Level.ANYBODY)
EVERYBODY = {
    "anybody": ANYBODY,
    "signed in": Somebody(Level.SIGNED_IN, ("reader", "")),
    "local": Somebody(Level.LOCAL, ("local", METU), sections=(METU,)),
    "local of another": Somebody(Level.LOCAL, ("local", BRNO), sections=(BRNO,)),
    "national": Somebody(Level.NATIONAL, ("national", "TR"), countries=("TR",)),
    "national of another": Somebody(Level.NATIONAL, ("national", "CZ"), countries=("CZ",)),
    "operator": Somebody(Level.OPERATOR, ("operator", "")),
}


def routes() -> dict[Place, set[Action]]:
    """Return every route of API and pages, with what it declares."""
    pages = Pages(None, Rules(is_public=True), can_sign_in=True)
    mounts = {
        "/api": Api(None, pages, takes_keys=True),
        "": Dashboard(pages, can_sign_in=True),
    }
    found = {}
    for prefix, app in mounts.items():
        for context in iter_route_contexts(app.routes):
            route = context.original_route
            assert isinstance(route, APIRoute), f"{route} has no guard"
            for method in route.methods or ():
                found[method, f"{prefix}{context.path}"] = actions(route)
    return found


ROUTES = routes()


@pytest.fixture(scope="module")
def sites(places: str) -> Iterator[dict[bool, Site]]:
    """The web, public or not."""
    arguments = {"network": {}, "TR": {"country": "TR"}, METU: {"section": METU}}
    with psycopg.connect(places) as connection:
        for name, given in arguments.items():
            add_job(connection, f"of-{name}", spider="accounts", arguments=Jsonb(given))
    with ExitStack() as stack:

        def site(*, is_public: bool) -> Site:
            told = {
                "WEB_OPERATORS": OPERATORS,
                "WEB_KEY_LIMITS": "",
                "WEB_PUBLIC": f"{is_public:d}",
            }
            return stack.enter_context(served(places, time.monotonic, places, **told))

        yield {is_public: site(is_public=is_public) for is_public in (True, False)}


@pytest.fixture(scope="module")
def kept() -> dict[tuple[bool, str, str], Headers]:
    """What each has sent so far, by site, name and kind."""
    return {}


@pytest.fixture
def papers(
    sites: dict[bool, Site], places: str, kept: dict[tuple[bool, str, str], Headers]
) -> Papers:
    """Return what somebody sends: the same session or key each time."""

    def of(is_public: bool, name: str, by: str) -> Headers:  # noqa: FBT001
        asked = (is_public, name, by)
        if asked not in kept:
            kept[asked] = credentials(sites[is_public], places, name, by)
        return kept[asked]

    return of


@pytest.mark.parametrize("is_public", [True, False])
@pytest.mark.parametrize("place", ROUTES, ids=" ".join)
def test_a_route(
    sites: dict[bool, Site],
    papers: Papers,
    kept: dict[tuple[bool, str, str], Headers],
    place: Place,
    is_public: bool,  # noqa: FBT001
) -> None:
    method, path = place
    is_api = path.startswith("/api/")
    for target, asked in asked_for(place).items():
        for name, somebody in EVERYBODY.items():
            for by in ("session", "key") if is_api else ("session",):
                is_known = by == "key" or not is_api or method in SAFE
                answer = ask(sites[is_public], method, asked, **papers(is_public, name, by))
                if place == SIGN_OUT:
                    kept.pop((is_public, name, by))
                one = somebody if is_known else ANYBODY
                expected = outcomes(ROUTES[place], one, target, is_public=is_public)
                said = f"{name} by {by}, for {target}: {answer.status_code}"
                assert outcome(answer) in expected, said


def test_what_is_asked_for_is_there() -> None:
    assert {*OF_PLACES, *OF_ONES_OWN, SIGN_OUT} <= ROUTES.keys()


def asked_for(place: Place) -> dict[str | None, Asked]:
    """Return how a route is asked, by of what something is asked for."""
    method, path = place
    is_whose = any(Reach.OWN in RULES[action] for action in ROUTES[place])
    if not is_whose or place in OF_ONES_OWN:
        return {None: Asked(re.sub(r"\{.*?\}", "nothing", path))}
    assert place in OF_PLACES, (
        f"{method} {path} finds out whose something is: say in OF_PLACES how it is asked for"
        " what is the network's, a country's and a section's"
    )
    return dict[str | None, Asked](OF_PLACES[place].items())


def credentials(site: Site, places: str, name: str, by: str) -> Headers:
    """Return what somebody sends who has just signed in, or has a new key."""
    somebody = EVERYBODY[name]
    if somebody.key is None:
        return {}
    if by == "key":
        return {"Authorization": f"Bearer {with_key(site, places, *somebody.key).key}"}
    visitor = signed_in(site, places, name, somebody.belongings)
    return {"Cookie": f"{COOKIE}={visitor.session}"}


def ask(site: Site, method: str, asked: Asked, **headers: str) -> requests.Response:
    """Ask, and read but how the answer begins: some have no end."""
    is_form = not asked.path.startswith("/api/")
    with requests.request(
        method,
        site.url + asked.path,
        headers={"Origin": site.url, **headers},
        data=asked.body if is_form else None,
        json=None if is_form or method in SAFE else asked.body,
        allow_redirects=False,
        stream=True,
        timeout=30,
    ) as answer:
        return answer


def outcome(answer: requests.Response) -> str:
    """Return how whoever asks is treated."""
    if answer.headers.get("Location", "").startswith("/sign-in"):
        return "who are you"
    assert answer.status_code < 500, f"{answer.url}: {answer.status_code}"
    treated = {401: "who are you", 403: "no", 404: "there is none"}
    return treated.get(answer.status_code, "yes")


def outcomes(
    declared: set[Action], one: Somebody, target: str | None, *, is_public: bool
) -> set[str]:
    """Return how somebody may be treated by a route, as the rules have it."""
    if declared == {Action.SIGN_IN}:
        return {"yes", "there is none", "who are you"}  # that is what it is there to find out
    refusing = {one_of for one_of in declared if not one.may(one_of, target, is_public=is_public)}
    if not refusing:
        # Nothing is there of that name, where none was given.
        return {"yes"} if target else {"yes", "there is none"}
    if one is ANYBODY:
        return {"who are you"}
    if Action.OPERATE in refusing or Action.FOLLOW_JOB not in refusing:
        return {"no"}
    return {"there is none"}


def test_of_a_web_that_is_closed_nothing_is_kept_for_others(
    sites: dict[bool, Site], places: str
) -> None:
    closed, sent = sites[False], credentials(sites[False], places, "signed in", "key")
    for path in "/api/v1/countries", "/api/v1/countries/TR", "/api/openapi.json", "/api/docs":
        assert closed.get(path).status_code == 401
        known = closed.get(path, **sent)
        assert known.status_code == 200
        again = closed.get(path, If_None_Match=known.headers["ETag"])
        assert again.status_code == 401
        assert again.headers["Cache-Control"] == "private, no-store"
    assert closed.get("/api/v1/nothing").status_code == 404


@pytest.mark.parametrize(("method", "status"), [("HEAD", 401), ("OPTIONS", 405)])
def test_nor_is_it_told_in_another_way(sites: dict[bool, Site], method: str, status: int) -> None:
    answer = sites[False].get("/api/v1/countries", method)

    assert answer.status_code == status
