"""Keys for programs: those that there are, to make one, and to revoke one."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Self

import psycopg
from fastapi import APIRouter, Depends, Form, Query, Request
from pydantic import BaseModel, BeforeValidator, Field, model_validator
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from esn_pulse.analysis.filters import Name, Text
from esn_pulse.web import audit
from esn_pulse.web import operations_texts as texts
from esn_pulse.web.dashboard.periods import filled
from esn_pulse.web.dashboard.rendering import Page, PagesOf
from esn_pulse.web.dashboard.tables import Cell, Table
from esn_pulse.web.operations.fields import OfCountry
from esn_pulse.web.operations.questions import Question, ask
from esn_pulse.web.operations.tables import table
from esn_pulse.web.problems import NotThere
from esn_pulse.web.reading import Snapshot
from esn_pulse.web.sign_in import key_changes, keys
from esn_pulse.web.sign_in.guards import OPERATE, Operating
from esn_pulse.web.sign_in.keys import Key, MakerGone, NewKey
from esn_pulse.web.sign_in.places import NotKnown
from esn_pulse.web.sign_in.roles import LONGEST, PLACES, Role, in_words
from esn_pulse.web.writing import Transaction

router = APIRouter(prefix="/operations/keys", dependencies=[OPERATE])

_WHAT = {
    "section": ("section '{}'", "/sections"),
    "country": ("country '{}'", "/countries"),
    "key": ("key '{}' that could be revoked", router.prefix),
}


class AskedKey(BaseModel):
    """A key as the form asks for it; '' is what was left out."""

    name: Text
    role: Role
    section: Annotated[Name | None, BeforeValidator(filled)] = None
    country: OfCountry = None
    days: Annotated[int | None, Field(ge=1, le=LONGEST.days), BeforeValidator(filled)] = None

    @model_validator(mode="after")
    def _is_of_its_place(self) -> Self:
        wanted = PLACES.get(self.role)
        for place in PLACES.values():
            given = getattr(self, place) is not None
            if given and place != wanted:
                raise ValueError(f"a key of the role {self.role} is for no {place}: leave it out")
            if not given and place == wanted:
                raise ValueError(f"a key of the role {self.role} needs a {place}")
        return self

    def wanted(self, reading: psycopg.Connection) -> NewKey:
        """Return it as it is made.

        :raises NotThere: when there is no such section or country.
        """
        lasts = timedelta(days=self.days) if self.days else None
        asked = NewKey(self.name, self.role, self.section, self.country, lasts)
        try:
            return key_changes.of_known_place(reading, asked)
        except NotKnown as error:
            raise _not_there(error) from error


@dataclass(frozen=True)
class KeysPage(Page):
    """All keys."""

    keys: Table


@dataclass(frozen=True)
class NewKeyPage(Page):
    """A key that was made just now.

    :ivar token: the key itself.
    """

    token: str


@router.get("")
def all_keys(request: Request, pages: PagesOf, writing: Transaction) -> Response:
    """Show all keys, and a form that makes one."""
    now = datetime.now(UTC)
    rows = [_cells(one, now) for one in keys.listed(writing)]
    page = KeysPage(texts.KEYS_TITLE, table(texts.ALL_KEYS, texts.KEY_COLUMNS, rows))
    return pages.render(request, "operations_keys.html.j2", page)


@router.get("/ask")
def ask_for_key(
    request: Request, reading: Snapshot, asked: Annotated[AskedKey, Query()]
) -> Response:
    """Ask whether to make a key."""
    wanted = asked.wanted(reading)
    title, says = texts.ask_key(wanted.name, in_words(wanted.role, wanted.place), asked.days)
    fields = {name: str(value) for name, value in asked.model_dump(exclude_none=True).items()}
    question = Question(title, [says], router.prefix, texts.MAKE_IT, router.prefix, fields)
    return ask(request, question)


def _wanted(reading: Snapshot, asked: Annotated[AskedKey, Form()]) -> NewKey:
    return asked.wanted(reading)


@router.post("")
def make_key(
    request: Request,
    pages: PagesOf,
    writing: Transaction,
    permit: Operating,
    wanted: Annotated[NewKey, Depends(_wanted)],
) -> Response:
    """Make it, and show it: here alone."""
    try:
        token = key_changes.make(writing, wanted, permit.who.name, audit.client_address(request))
    except MakerGone as error:
        raise HTTPException(HTTPStatus.FORBIDDEN, texts.MAKER_GONE) from error
    return pages.render(request, "operations_key.html.j2", NewKeyPage(texts.KEY_MADE, token))


@router.get("/{prefix}/revoke")
def ask_to_revoke(request: Request, writing: Transaction, prefix: str) -> Response:
    """Ask whether to revoke a key."""
    found = keys.one(writing, prefix)
    if found is None or found.revoked_at:
        raise _not_there(NotKnown("key", prefix))
    title, says = texts.ask_revoke(prefix, found.name)
    action = f"{router.prefix}/{prefix}/revoke"
    return ask(request, Question(title, [says], action, texts.REVOKE_IT, router.prefix))


@router.post("/{prefix}/revoke")
def revoke_key(request: Request, writing: Transaction, permit: Operating, prefix: str) -> Response:
    """Revoke it, and lead to all keys."""
    try:
        key_changes.revoke(writing, prefix, permit.who.name, audit.client_address(request))
    except NotKnown as error:
        raise _not_there(error) from error
    return RedirectResponse(router.prefix, status_code=303)


def _not_there(error: NotKnown) -> NotThere:
    what, where = _WHAT[error.kind]
    return NotThere(what.format(error.name), where)


def _cells(one: Key, now: datetime) -> list[Cell]:
    tag = "" if one.is_good(now) else texts.REVOKED if one.revoked_at else texts.ENDED
    revoke = Cell(texts.REVOKE, f"{router.prefix}/{one.prefix}/revoke")
    return [
        Cell(one.prefix, tag=tag),
        Cell(one.name),
        Cell(in_words(one.role, one.place)),
        Cell(one.made_by),
        Cell(texts.moment(one.made_at)),
        Cell(texts.moment(one.ends_at)),
        Cell(texts.moment(one.last_used_at)),
        Cell("") if one.revoked_at else revoke,
    ]
