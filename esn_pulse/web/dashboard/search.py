"""Searching: everything that has the words that somebody types."""

from dataclasses import dataclass
from itertools import groupby
from typing import Annotated
from urllib.parse import urlencode

import psycopg
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, BeforeValidator
from starlette.responses import Response

from esn_pulse.analysis import texts as say
from esn_pulse.analysis.filters import Text
from esn_pulse.analysis.queries.search import Found, search
from esn_pulse.web import texts
from esn_pulse.web.dashboard import addresses
from esn_pulse.web.dashboard.periods import filled
from esn_pulse.web.dashboard.rendering import Page, PagesOf
from esn_pulse.web.reading import Snapshot
from esn_pulse.web.sign_in.guards import READ

router = APIRouter(dependencies=[READ])

_SHOWN = 10  # of a kind


class Parameters(BaseModel):
    """What is searched for."""

    q: Annotated[Text | None, BeforeValidator(filled)] = None


@dataclass(frozen=True)
class Hit:
    """Something that was found, and the path to it."""

    title: str
    path: str
    detail: str


@dataclass(frozen=True)
class Group:
    """What was found of a kind.

    :ivar more: what is said of the rest, '' when this is all, and ``path`` where that is.
    """

    kind: str
    title: str
    hits: list[Hit]
    more: str
    path: str


@dataclass(frozen=True)
class SearchPage(Page):
    """What was found for a text.

    :ivar says: how much that is.
    """

    text: str
    says: str
    groups: list[Group]


@router.get("/search")
def find(
    request: Request, pages: PagesOf, reading: Snapshot, asked: Annotated[Parameters, Query()]
) -> Response:
    """Show what is found."""
    text = (asked.q or "").strip()
    groups = _groups(reading, text)
    shown = sum(len(group.hits) for group in groups)
    is_all = not any(group.more for group in groups)
    says = texts.found(text, shown, is_all=is_all) if text else texts.TYPE_SOMETHING
    page = SearchPage(texts.SEARCH_TITLE, text, says, groups)
    return pages.render(request, "search.html.j2", page)


def _groups(reading: psycopg.Connection, text: str) -> list[Group]:
    found = search(reading, text, _SHOWN + 1)
    groups = []
    for kind, members in groupby(found, key=lambda one: one.kind):
        hits = [_hit(one) for one in members]
        more = path = ""
        if len(hits) > _SHOWN:
            more = texts.MORE
        if more and kind == "activity":  # of which there is a list
            more = texts.MORE_ACTIVITIES
            path = f"{addresses.ACTIVITIES}?{urlencode({'text': text})}"
        groups.append(Group(kind, texts.KINDS[kind], hits[:_SHOWN], more, path))
    return groups


def _hit(one: Found) -> Hit:
    when = say.day(one.start_date) if one.start_date else ""
    detail = " · ".join(filter(None, [when, one.detail]))
    title = say.capital(one.title) if one.kind == "country" else one.title
    return Hit(title, addresses.OF_KIND[one.kind](one.key), detail)
