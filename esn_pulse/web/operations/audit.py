"""Who did what."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from esn_pulse.web import audit
from esn_pulse.web import operations_texts as texts
from esn_pulse.web.audit import Entry
from esn_pulse.web.dashboard.rendering import Page, PagesOf
from esn_pulse.web.dashboard.tables import Cell, Table
from esn_pulse.web.operations.tables import shortened, table
from esn_pulse.web.sign_in.guards import OPERATE
from esn_pulse.web.writing import Transaction

router = APIRouter(prefix="/operations/audit", dependencies=[OPERATE])

_MOST = 100


@dataclass(frozen=True)
class AuditPage(Page):
    """What was done.

    :ivar older: where what was done before that is, '' for nowhere.
    """

    table: Table
    older: str


@router.get("")
def show_audit(
    request: Request,
    pages: PagesOf,
    writing: Transaction,
    before: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
) -> Response:
    """Show what was done last, or before an entry of a number."""
    entries = audit.listed(writing, _MOST, before)
    is_full = len(entries) == _MOST
    page = AuditPage(
        title=texts.AUDIT_TITLE,
        table=table(texts.AUDIT_TITLE, texts.AUDIT_COLUMNS, map(_cells, entries)),
        older=f"{router.prefix}?before={entries[-1].id}" if is_full else "",
    )
    return pages.render(request, "operations_audit.html.j2", page)


def _cells(entry: Entry) -> list[Cell]:
    return [
        Cell(texts.moment(entry.at)),
        Cell(entry.who),
        Cell(entry.action),
        Cell(shortened(entry.what)),
        Cell(texts.BY_COMMAND if entry.address is None else entry.address),
    ]
