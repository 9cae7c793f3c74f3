"""A network with something wrong about every page, and the neighbours that must not suffer."""

import dataclasses
import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from slugify import slugify

from esn_pulse.rules.slugs import alias
from sample.network.model import (
    Activity,
    Contact,
    Country,
    Flaw,
    Network,
    Point,
    Section,
)
from sample.network.organisations import Counts, Organiser, Statistics
from tests.end_to_end.bad_values import (
    BROKEN,
    BROKEN_SECTIONS,
    COUNTS,
    ENTITIES,
    LINK,
    MEGABYTE,
    ODD,
    ODD_SECTIONS,
    TEXT,
    Value,
)
from tests.end_to_end.hostile import Reply, Twist
from tests.end_to_end.oddities import (
    ALIASES,
    DEAD_ENDS,
    LED_TO,
    LISTINGS,
    PAGES,
    RUNNING_LISTINGS,
    STATISTICS,
    figures,
    listing,
    robots,
    status,
    to,
    within,
)


def section(name: str, /, **own: Any) -> Section:
    parts = {"name": f"ESN {name}", "slug": f"tr-{name}", "alias": alias(f"ESN {name}")}
    return Section(**{"country_code": "TR"} | parts | own)


def activity(slug: str, /, **own: Any) -> Activity:
    """Return a plain activity of the section whose listing shows all of them."""
    plain = Activity(
        event_slug=slug,
        title=f"Party {slug}",
        start=date(2014, 2, 3),
        end=date(2014, 2, 3),
        organisers=(Organiser("esn-pages", "ESN pages"),),
        city="Ankara",
        country_code="TR",
        types=("Trip",),
        description=("We met.",),
    )
    return dataclasses.replace(plain, **own)


# --- Texts that must be stored as they are -----------------------------------------------------

_SOME = ((TEXT, Counts(1, 2)), ("[bold]%(x)s[/]", Counts(3, 0)))
_CONTACT = Contact("robert'drop.table@esn.example", LINK, ((TEXT, LINK),))

INJECTED_SECTION = section(
    "robert');drop--",
    name=TEXT,
    alias=alias(TEXT),
    city=TEXT,
    address=(("address-line1", TEXT), ("locality", TEXT)),
    contact=_CONTACT,
    university_name=TEXT,
    university_website=LINK,
    logo="/logos/'%22);drop--.png",
    statistics=Statistics(
        Counts(1, 2),
        _SOME,
        _SOME,
        (*_SOME, *((f"{who} students", Counts(5, 6)) for who in ("Local", "International"))),
    ),
)
INJECTED_ACTIVITY = activity(
    "robert');drop--1",
    title=TEXT,
    organisers=(Organiser(alias(TEXT), TEXT), Organiser("", TEXT), Organiser("", f"{TEXT}2")),
    city=TEXT,
    participants=1,
    causes=(TEXT, f"{TEXT}2"),
    types=(TEXT, f"{TEXT}2"),
    objectives=(TEXT * 2,),
    goal=(TEXT,),
    description=(TEXT, TEXT),
    outcomes=(TEXT,),
    registration_url=LINK,
    image="/'%22);drop--.png",
)
_COUNTRY = Country("TR", TEXT, slugify(TEXT), _CONTACT)

# --- Values, each on a page of its own ---------------------------------------------------------


def _with_values(kind: str, values: list[Value]) -> Iterable[Activity]:
    for number, (field, shown, _) in enumerate(values):
        yield activity(f"{kind}-{number}", flaws=(Flaw(field, shown),))


def _sections_with_values(kind: str, values: list[Value]) -> Iterable[Section]:
    for number, (field, shown, _) in enumerate(values):
        point = Point(Decimal(1), Decimal(1))
        yield section(f"{kind}-{number}", flaws=(Flaw(field, shown),), page_point=point, alias=None)


# --- Too much, and what can't be stored --------------------------------------------------------

LONG = activity(
    "long",
    title="T" * MEGABYTE,
    organisers=(Organiser("esn-pages", "ESN pages"), Organiser("", "P" * MEGABYTE)),
    city="C" * MEGABYTE,
    causes=("K" * MEGABYTE,),
    types=("Y" * MEGABYTE,),
    objectives=("O" * MEGABYTE,),
    description=("D" * MEGABYTE,),
)
CROWDED = activity(
    "crowded",
    organisers=(
        *(Organiser(f"esn-{number}", "x") for number in range(10_000)),
        *(Organiser("", f"Partner {number}") for number in range(10_000)),
    ),
    also_listed_by=("esn-pages",),
    types=tuple(f"Type {number}" for number in range(10_000)),
    causes=tuple(f"Cause {number}" for number in range(10_000)),
    objectives=tuple(f"Objective {number}" for number in range(10_000)),
)

# Addresses of more than 255 characters, and of more than 500.
FAR, FARTHER, FAR_OFF = "f" * 300, "g" * 600, "h" * 600

# --- Together ----------------------------------------------------------------------------------


def network() -> Network:
    kinds = {"listing": LISTINGS, "statistics": STATISTICS, "section": DEAD_ENDS, "alias": ALIASES}
    return Network(
        seed=1,
        today=date(2014, 5, 5),
        countries=(_COUNTRY,),
        sections=(
            INJECTED_SECTION,
            section("pages"),
            section("counts"),
            *(section(f"{kind}-{name}") for kind, names in kinds.items() for name in names),
            *_sections_with_values("broken", BROKEN_SECTIONS),
            *_sections_with_values("odd", ODD_SECTIONS),
        ),
        others=(),
        activities=(
            *(INJECTED_ACTIVITY, LONG, CROWDED),
            *(activity(slug) for slug in (*PAGES, "shared", "entities", FAR, FARTHER, FAR_OFF)),
            *_with_values("broken", BROKEN),
            *_with_values("odd", ODD),
        ),
        head_refusals={},
    )


def _country_row(href: str, name: str) -> str:
    return (
        '<div class="country-list-row"><div class="views-field-label">'
        f'<a href="{href}">{name}</a></div></div>'
    )


_NO_SECTIONS = ["javascript:/section/x", "{foreign}/section/x", "http://127.0.0.1:99999/section/x"]
_START: dict[str, Twist] = {
    "/": within(
        "</main>",
        _country_row("/country/zz", "")
        + _country_row("/country/x'", "ESN Quote")
        + "".join(_country_row(link.replace("section", "country"), "x") for link in _NO_SECTIONS),
    ),
    "/country/tr": within(
        "</main>",
        "".join(f'<p class="views-view-grid"><a href="{x}">x</a></p>' for x in _NO_SECTIONS),
    ),
    "/country/zz": lambda _: _grid("zz-lonely"),
    "/country/x'": lambda _: _grid("x-quote"),
}


def _grid(slug: str) -> Reply:
    return Reply(f'<div class="views-view-grid"><a href="/section/{slug}">ESN {slug}</a></div>')


def page_of(kind: str, name: str, page: str) -> str:
    """Return the path of a page of the section that has this oddity."""
    return f"/organisation/{alias(f'ESN {kind}-{name}')}/{page}"


def twists() -> dict[str, Twist]:
    listings = {
        page_of("listing", name, f"activities?{query}"): twist
        for name, (twist, _) in LISTINGS.items()
        for query in ("again", *(f"page={number}" for number in range(6)))
    }
    running = {
        page_of("listing", name, f"activities?page={number}"): (
            lambda _, make=make, number=number: make(number)
        )
        for name, make in RUNNING_LISTINGS.items()
        for number in range(40)
    }
    # Nothing else about these sections is odd.
    counted = figures('{"total_activities": {"values": [["Physical activities", 1]]}}')
    sound = {
        **{page_of("listing", name, "statistics"): counted for name in LISTINGS},
        **{
            page_of("statistics", name, "activities?page=0"): lambda _: listing(
                ["/activity/shared"]
            )
            for name in STATISTICS
        },
    }
    links = {f"/activity/link-{n}": to(f"/activity/link-{n + 1}") for n in range(30)}
    counts = ", ".join(f"[{json.dumps(f'as {count}'[:99])}, {count}]" for count in COUNTS)
    return {
        **{f"/activity/{name}": twist for name, (twist, _) in PAGES.items()},
        "/activity/entities": lambda page: Reply(page.replace("Party entities", ENTITIES)),
        **{f"/section/tr-section-{name}": twist for name, (twist, _) in DEAD_ENDS.items()},
        **{page_of("statistics", n, "statistics"): twist for n, (twist, _) in STATISTICS.items()},
        **{page_of("alias", name, "activities"): twist for name, (twist, _) in ALIASES.items()},
        "/organisation/esn-counts/statistics": figures(
            f'{{"total_causes": {{"values": [{counts}]}}}}'
        ),
        f"/activity/{FAR_OFF}": status(500),
        "/robots.txt": robots,
        **(sound | listings | running | links | LED_TO | _START),
    }
