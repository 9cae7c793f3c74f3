"""Aliases in doubt, those that are pinned, and to pin one."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Form, Query, Request
from pydantic import AfterValidator, BaseModel, Field, StringConstraints
from starlette.responses import RedirectResponse, Response

from esn_pulse.analysis.filters import SEEN, Name
from esn_pulse.database.queries import pins
from esn_pulse.health.aliases import others
from esn_pulse.rules.belonging import Claimant, Doubt
from esn_pulse.rules.slugs import is_alias
from esn_pulse.run.claims import Claims, claims
from esn_pulse.web import audit
from esn_pulse.web import operations_texts as texts
from esn_pulse.web.audit import Did
from esn_pulse.web.dashboard import addresses
from esn_pulse.web.dashboard.rendering import Page, PagesOf
from esn_pulse.web.dashboard.tables import Cell, Table
from esn_pulse.web.operations.questions import Question, ask
from esn_pulse.web.operations.tables import table
from esn_pulse.web.problems import NotThere
from esn_pulse.web.settings import SettingsOf
from esn_pulse.web.sign_in.guards import OPERATE, Operating
from esn_pulse.web.writing import Transaction

router = APIRouter(prefix="/operations/aliases", dependencies=[OPERATE])


def _checked(alias: str) -> str:
    if not is_alias(alias):
        raise ValueError(
            "an alias has letters, digits, and . _ ~ - only, such as esn-metu: what comes after"
            " /organisation/ in the address of its page"
        )
    return alias


PinnedAs = Annotated[
    str, StringConstraints(strip_whitespace=True, to_lower=True, max_length=255, pattern=SEEN)
]
Alias = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=180), AfterValidator(_checked)
]


class AskedPin(BaseModel):
    """What is to be pinned to whom."""

    who: PinnedAs = Field(description="Slug of accounts.esn.org, or letters of a country.")
    alias: Alias


class AskedFreedom(BaseModel):
    """Whose alias is to be freed, as it stands in the list."""

    who: Name


@dataclass(frozen=True)
class AliasesPage(Page):
    """Those in doubt, and those that are pinned."""

    doubts: Table
    pins: Table


@router.get("")
def aliases(
    request: Request, pages: PagesOf, writing: Transaction, settings: SettingsOf
) -> Response:
    """Show them, and a form that pins one."""
    known = claims(writing)
    doubts = known.belonging.doubts()
    claimants = {one.pinned_as: one for one in known.claimants}
    site = settings.scrapy["ESN_ACTIVITIES_URL"]
    pinned = [
        _pin_cells(who, alias, claimants.get(who)) for who, alias in pins.pins(writing).items()
    ]
    page = AliasesPage(
        title=texts.ALIASES_TITLE,
        doubts=table(
            texts.DOUBTS, texts.DOUBT_COLUMNS, [_doubt_cells(one, known, site) for one in doubts]
        ),
        pins=table(texts.PINS, texts.PIN_COLUMNS, pinned),
    )
    return pages.render(request, "operations_aliases.html.j2", page)


@router.get("/pin")
def ask_to_pin(
    request: Request,
    writing: Transaction,
    asked: Annotated[AskedPin, Query()],
) -> Response:
    """Ask whether to pin an alias, and say who has it."""
    known = claims(writing)
    claimant = _claimant(known, asked.who)
    have = [
        one.name
        for one in known.claimants
        if asked.alias in (one.alias, one.pinned) and one.owner != claimant.owner
    ]
    says = texts.pin_says(
        claimant.pinned,
        known.names.get(asked.alias),
        have,
        is_known=asked.alias in known.names,
    )
    title = texts.ask_pin(claimant.name, asked.alias)
    action = f"{router.prefix}/pin"
    fields = asked.model_dump()
    return ask(request, Question(title, says, action, texts.PIN_IT, router.prefix, fields))


@router.post("/pin")
def pin(
    request: Request, writing: Transaction, permit: Operating, asked: Annotated[AskedPin, Form()]
) -> Response:
    """Pin it, and lead to all that are pinned."""
    claimant = _claimant(claims(writing), asked.who)
    pins.pin(writing, claimant.pinned_as, asked.alias)
    before = f", before {claimant.pinned}" if claimant.pinned else ""
    said = f"{claimant.pinned_as}: {asked.alias}{before}"
    audit.record(writing, permit.who.name, Did.PINNED_ALIAS, said, audit.client_address(request))
    return _to_pins()


@router.get("/free")
def ask_to_free(
    request: Request,
    writing: Transaction,
    asked: Annotated[AskedFreedom, Query()],
) -> Response:
    """Ask whether to free an alias."""
    alias = pins.pins(writing).get(asked.who)
    if alias is None:
        raise _none_pinned(asked.who)
    title, action = texts.ask_free(asked.who, alias), f"{router.prefix}/free"
    fields = asked.model_dump()
    question = Question(title, [texts.PINS_COUNT], action, texts.FREE_IT, router.prefix, fields)
    return ask(request, question)


@router.post("/free")
def free(
    request: Request,
    writing: Transaction,
    permit: Operating,
    asked: Annotated[AskedFreedom, Form()],
) -> Response:
    """Free it, and lead to those that are still pinned."""
    alias = pins.free(writing, asked.who)
    if alias is None:
        raise _none_pinned(asked.who)
    said = f"{asked.who}: {alias}"
    audit.record(writing, permit.who.name, Did.FREED_ALIAS, said, audit.client_address(request))
    return _to_pins()


def _claimant(known: Claims, pinned_as: str) -> Claimant:
    for one in known.claimants:
        if one.pinned_as == pinned_as:
            return one
    raise NotThere(
        f"section of the slug '{pinned_as}' on accounts.esn.org, and no country of these letters",
        router.prefix,
    )


def _none_pinned(pinned_as: str) -> NotThere:
    return NotThere(f"alias pinned to '{pinned_as}'", router.prefix)


def _to_pins() -> Response:
    return RedirectResponse(f"{router.prefix}#pins", status_code=303)


def _doubt_cells(doubt: Doubt, known: Claims, site: str) -> list[Cell]:
    one = doubt.claimant
    asked = urlencode({"who": one.pinned_as, "alias": doubt.alias})
    return [
        _who(one),
        Cell(doubt.alias, f"{site}/organisation/{quote(doubt.alias)}"),
        Cell(doubt.name or texts.NO_CARD),
        Cell(", ".join(others(doubt, known)) if doubt.is_shared else texts.NOTHING),
        Cell(texts.PIN, f"{router.prefix}/pin?{asked}"),
    ]


def _pin_cells(pinned_as: str, alias: str, claimant: Claimant | None) -> list[Cell]:
    if claimant is None:
        who, state = Cell(texts.NOTHING), texts.OF_NOBODY
    else:
        who = _who(claimant)
        state = texts.IN_FORCE if claimant.alias == alias else texts.TO_COME
    asked = urlencode({"who": pinned_as})
    return [
        who,
        Cell(pinned_as),
        Cell(alias),
        Cell(state),
        Cell(texts.FREE, f"{router.prefix}/free?{asked}"),
    ]


def _who(one: Claimant) -> Cell:
    tag = "" if one.is_section else texts.OF_COUNTRY
    return Cell(one.name, addresses.place(*one.owner), tag)
