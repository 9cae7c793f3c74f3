"""What the API answers: rows as JSON or as CSV, a page of them at a time."""

import csv
import io
from collections.abc import Iterable
from datetime import date
from typing import Any, Generic, Literal, TypeVar
from urllib.parse import quote

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from esn_pulse.analysis.paging import Listed, Window
from esn_pulse.analysis.rows import Row

R = TypeVar("R", bound=Row)

_A_MINUTE = {"Cache-Control": "public, max-age=60", "Vary": "Accept"}
_JSON, _CSV = "application/json", "text/csv"


class Parameters(BaseModel):
    """What may be asked for beside the path; anything else is refused."""

    model_config = ConfigDict(extra="forbid")

    format: Literal["json", "csv"] | None = Field(
        default=None,
        description="json or csv; without it the Accept header decides, and JSON otherwise.",
    )


class Paged(Parameters, Window):
    """The same for what is answered a page at a time."""


class PageOf(BaseModel, Generic[R]):
    """A page of rows."""

    total: int = Field(description="How many rows there are on all pages.")
    page: int = Field(description="Which page this is, from 1.")
    limit: int = Field(description="How many rows a page has at most.")
    rows: list[R] = Field(description="The rows of this page.")


class All(BaseModel, Generic[R]):
    """All rows."""

    total: int = Field(description="How many rows there are.")
    rows: list[R] = Field(description="The rows.")


def one(request: Request, asked: Parameters, row: Row) -> Response:
    """Answer with one row; as CSV with a head and a line."""
    if _wants_csv(request, asked):
        return _csv(type(row), [row])
    return _json(row)


def everything(request: Request, asked: Parameters, row: type[R], rows: list[R]) -> Response:
    """Answer with all rows."""
    if _wants_csv(request, asked):
        return _csv(row, rows)
    return _json(All[R](total=len(rows), rows=rows))


def page(request: Request, asked: Paged, row: type[R], found: Listed[R]) -> Response:
    """Answer with a page of rows, and say by ``Link`` where the others are (RFC 8288)."""
    links = _links(request, asked, found.total)
    if _wants_csv(request, asked):
        return _csv(row, found.rows, links)
    body = PageOf[R](total=found.total, page=asked.page, limit=asked.limit, rows=found.rows)
    return _json(body, links)


def _links(request: Request, asked: Paged, total: int) -> dict[str, str]:
    last = max(1, -(-total // asked.limit))
    previous = min(asked.page - 1, last)
    pages = {"first": 1, "prev": previous, "next": asked.page + 1, "last": last}
    path = quote(request.scope["path"])
    links = [
        f'<{path}?{request.url.include_query_params(page=number).query}>; rel="{name}"'
        for name, number in pages.items()
        if 1 <= number <= last
    ]
    return {"Link": ", ".join(links), "X-Total-Count": str(total)}


def _json(body: BaseModel, headers: dict[str, str] | None = None) -> Response:
    return Response(
        body.model_dump_json(), headers={**_A_MINUTE, **(headers or {})}, media_type=_JSON
    )


def _csv(row: type[Row], rows: Iterable[Row], headers: dict[str, str] | None = None) -> Response:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(row.model_fields)
    writer.writerows([_cell(getattr(one, name)) for name in row.model_fields] for one in rows)
    return Response(text.getvalue(), headers={**_A_MINUTE, **(headers or {})}, media_type=_CSV)


def _cell(value: Any) -> str:
    """Return a value as `scrapy export` writes it; of several, with semicolons between them."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case date():
            return value.isoformat()
        case list():
            return "; ".join(map(_cell, value))
        case dict():
            return "; ".join(f"{name}={_cell(one)}" for name, one in value.items())
    return str(value)


def _wants_csv(request: Request, asked: Parameters) -> bool:
    if asked.format:
        return asked.format == "csv"
    accepted = _accepted(request.headers.get("accept", ""))
    return _quality(accepted, _CSV) > _quality(accepted, _JSON)


def _quality(accepted: dict[str, float], media_type: str) -> float:
    """Return how much a media type is wanted; the most precise word on it counts."""
    names = (media_type, f"{media_type.partition('/')[0]}/*", "*/*")
    return next((accepted[name] for name in names if name in accepted), 0)


def _accepted(header: str) -> dict[str, float]:
    """Return how much each media type is wanted, 0 to 1; what makes no sense is left out."""
    found = {}
    for part in header.split(","):
        name, *options = (word.strip().lower() for word in part.split(";"))
        weights = [option[2:] for option in options if option.startswith("q=")]
        try:
            found[name] = float(weights[0]) if weights else 1.0
        except ValueError:
            continue
    return found
