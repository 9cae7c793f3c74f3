"""Pages that could not be had, and fields that break a rule: counted by kind, and one by one."""

from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, BeforeValidator, Field
from starlette.responses import Response

from esn_pulse.analysis.filters import Name
from esn_pulse.analysis.paging import Window
from esn_pulse.analysis.texts import number
from esn_pulse.database.queries import failures, validation_errors
from esn_pulse.database.queries.failures import Failure, FailureKind
from esn_pulse.database.queries.validation_errors import Broken, BrokenRule, Rule
from esn_pulse.web import operations_texts as texts
from esn_pulse.web.dashboard import addresses
from esn_pulse.web.dashboard.periods import filled
from esn_pulse.web.dashboard.rendering import Page, PagesOf
from esn_pulse.web.dashboard.tables import Cell, Pager, Table, pager
from esn_pulse.web.operations.tables import shortened, table
from esn_pulse.web.sign_in.guards import OPERATE
from esn_pulse.web.writing import Transaction

router = APIRouter(prefix="/operations/problems", dependencies=[OPERATE])


class OfPage(BaseModel):
    """Which page of a list is wanted."""

    page: int = Field(default=1, ge=1, le=1_000_000)

    @property
    def window(self) -> Window:
        """The same, as lists are asked."""
        return Window(page=self.page, limit=50)

    def pager(self, request: Request, total: int) -> Pager:
        """Return where that is, of so many rows."""
        return pager(request, "", self.page, self.window.limit, total)


class AskedFailures(OfPage):
    """Failures of one kind."""

    kind: Literal["markup", "other page", "no answer", "status", "elsewhere", "program", "other"]
    status: Annotated[int | None, Field(ge=100, le=999), BeforeValidator(filled)] = None


class AskedErrors(OfPage):
    """Fields that break one rule; without a field the database refused the whole record."""

    item: Name
    message: Annotated[str, Field(max_length=10_000)]
    field: Annotated[Name | None, BeforeValidator(filled)] = None


@dataclass(frozen=True)
class ProblemsPage(Page):
    """All kinds of them.

    :ivar failures: pages that could not be had.
    :ivar errors: fields that break a rule.
    """

    failures: Table
    errors: Table


@dataclass(frozen=True)
class ListPage(Page):
    """Pages of one kind."""

    says: str
    table: Table
    pager: Pager


@router.get("")
def problems(request: Request, pages: PagesOf, writing: Transaction) -> Response:
    """Show how many there are of each kind."""
    rules = validation_errors.rules(writing)
    page = ProblemsPage(
        title=texts.PROBLEMS_TITLE,
        failures=table(texts.FAILURES, texts.KIND_COLUMNS, map(_kind, failures.kinds(writing))),
        errors=table(texts.ERRORS, texts.ERROR_COLUMNS, map(_rule, rules)),
    )
    return pages.render(request, "operations_problems.html.j2", page)


@router.get("/failures")
def list_failures(
    request: Request,
    pages: PagesOf,
    writing: Transaction,
    asked: Annotated[AskedFailures, Query()],
) -> Response:
    """Show the pages that could not be had for one reason."""
    window = asked.window
    rows, total = failures.listed(writing, asked.kind, asked.status, window.limit, window.offset)
    title = texts.kind_in_words(asked.kind, asked.status)
    page = ListPage(
        title=title,
        says=texts.pages(total),
        table=table(title, texts.FAILURE_COLUMNS, map(_failure, rows)),
        pager=asked.pager(request, total),
    )
    return pages.render(request, "operations_list.html.j2", page)


@router.get("/errors")
def list_errors(
    request: Request,
    pages: PagesOf,
    writing: Transaction,
    asked: Annotated[AskedErrors, Query()],
) -> Response:
    """Show the pages on which one field breaks one rule, and what was found there."""
    rule, window = Rule(asked.item, asked.field, asked.message), asked.window
    rows, total = validation_errors.listed(writing, rule, window.limit, window.offset)
    title = shortened(texts.broken_rule(asked.item, asked.field, asked.message))
    page = ListPage(
        title=title,
        says=texts.pages(total),
        table=table(title, texts.BROKEN_COLUMNS, map(_broken, rows)),
        pager=asked.pager(request, total),
    )
    return pages.render(request, "operations_list.html.j2", page)


def _kind(one: FailureKind) -> list[Cell]:
    asked = {"kind": one.kind} | ({"status": one.status} if one.status else {})
    path = f"{router.prefix}/failures"
    return [
        Cell(texts.kind_in_words(one.kind, one.status), f"{path}?{urlencode(asked)}"),
        Cell(number(one.pages)),
        Cell(number(one.to_retry)),
        Cell(texts.moment(one.last)),
    ]


def _failure(one: Failure) -> list[Cell]:
    return [
        _page(one.url),
        Cell(one.name or texts.NOTHING, addresses.place(one.section_id, one.country_code)),
        Cell(shortened(one.message)),
        Cell(number(one.runs)),
        Cell(texts.moment(one.last)),
        Cell(texts.YES if one.will_retry else texts.NO),
    ]


def _rule(one: BrokenRule) -> list[Cell]:
    asked = {"item": one.item, "field": one.field or "", "message": one.message}
    return [
        Cell(one.item),
        Cell(one.field or texts.WHOLE_ROW),
        Cell(shortened(one.message), f"{router.prefix}/errors?{urlencode(asked)}"),
        Cell(number(one.pages)),
        Cell(texts.moment(one.last)),
    ]


def _broken(one: Broken) -> list[Cell]:
    return [
        _page(one.url),
        Cell(one.name or texts.NOTHING, addresses.place(one.section_id, one.country_code)),
        Cell(texts.MISSING if one.value is None else shortened(one.value)),
        Cell(texts.moment(one.since)),
    ]


def _page(url: str) -> Cell:
    """Lead to a page, if the address of one is on record."""
    return Cell(shortened(url), url if addresses.is_of_page(url) else "")
