"""What goes wrong with a request, and what is said of it: as ``problem+json`` or as a page."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus

import psycopg
from fastapi.exceptions import RequestValidationError
from psycopg import errors
from pydantic import BaseModel, Field
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from esn_pulse.analysis.filters import COUNTRY_CODE, SEEN
from esn_pulse.database.server import in_one_line
from esn_pulse.web.turns import TooBusy
from esn_pulse.web.writing import CantWrite

logger = logging.getLogger(__name__)

# What pydantic would tell by the patterns themselves.
_PATTERNS = {
    COUNTRY_CODE: "two capital letters are needed, such as TR",
    SEEN: "it is empty, or has signs that nobody sees; leave it out",
}
_COMES_BACK = {"Retry-After": "10"}
_NO_VIEWS = (
    errors.InvalidSchemaName,
    errors.UndefinedTable,
    errors.UndefinedColumn,
    errors.InsufficientPrivilege,
)
# What a request may fail of without a fault of ours.
EXPECTED = (HTTPException, RequestValidationError, psycopg.OperationalError, *_NO_VIEWS)


class Fault(BaseModel):
    """One thing that is wrong with what was asked."""

    parameter: str = Field(description="The parameter that is wrong.")
    message: str = Field(description="What is wrong with it, and what is allowed.")


class ProblemBody(BaseModel):
    """A problem, as RFC 9457 has it."""

    type: str = Field(default="about:blank", description="The kind of problem: its status says it.")
    title: str = Field(description="The status in words.")
    status: int = Field(description="The status of the answer.")
    detail: str = Field(description="What happened, and what to do next.")
    faults: list[Fault] = Field(
        default=[], description="What is wrong with the request, one by one."
    )


@dataclass(frozen=True)
class Problem:
    """Why a request is not answered.

    :ivar detail: what happened, and what to do next.
    :ivar faults: what is wrong with the request, one by one.
    :ivar where: the path by which one finds what there is, '' for none.
    """

    status: HTTPStatus
    detail: str
    faults: list[Fault] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    where: str = ""

    @property
    def body(self) -> ProblemBody:
        """The problem, as RFC 9457 has it."""
        return ProblemBody(
            title=self.status.phrase, status=self.status, detail=self.detail, faults=self.faults
        )


_NO_WRITING = (
    "Signing in, and what comes after it, does not work here yet. Its operator finds the reason in"
    " the log."
)
Render = Callable[[Request, Problem], Response]

_UNEXPECTED = Problem(
    HTTPStatus.INTERNAL_SERVER_ERROR,
    "Something went wrong here, and was written to the log. Please tell whoever runs this site what"
    " you asked for.",
)


class NotThere(HTTPException):
    """What was asked for does not exist.

    :param what: such as ``country 'XX'``.
    :param where: where those that exist are told of, as a path.
    """

    def __init__(self, what: str, where: str) -> None:
        super().__init__(404, f"There is no {what}. See {where}")
        self.where = where


def install(app: Starlette, render: Render) -> None:
    """Let an application answer its errors, each with the status that it has everywhere."""

    async def expected(request: Request, error: Exception) -> Response:
        return render(request, problem_of(request, error))

    async def unexpected(request: Request, _: Exception) -> Response:
        return render(request, _UNEXPECTED)

    for kind in EXPECTED:
        app.add_exception_handler(kind, expected)
    app.add_exception_handler(Exception, unexpected)  # the server logs it, with its traceback


def problem_of(request: Request, error: Exception) -> Problem:
    """Return what is said of an error, one of ``EXPECTED``."""
    if isinstance(error, HTTPException):
        return _of_http(request, error)
    if isinstance(error, RequestValidationError):
        return _of_validation(error)
    return _of_database(error)


def _of_http(request: Request, error: HTTPException) -> Problem:
    status = HTTPStatus(error.status_code)
    detail, headers = error.detail, dict(error.headers or {})
    if detail == status.phrase:
        detail = {
            404: f"There is nothing at {request.scope['path']}.",
            405: f"{request.method} is not possible here; {headers.get('Allow', 'GET')} is.",
        }.get(status, f"{detail}.")
    where = error.where if isinstance(error, NotThere) else ""
    return Problem(status, detail, headers=headers, where=where)


def _of_validation(error: RequestValidationError) -> Problem:
    faults = [
        Fault(parameter=_parameter(one["loc"]), message=_message(one)) for one in error.errors()
    ]
    said = "; ".join(f"{fault.parameter}: {fault.message}" for fault in faults)
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, f"This was not understood: {said}", faults)


def _parameter(place: tuple[str | int, ...]) -> str:
    names = [part for part in place[1:] if isinstance(part, str)]  # no places in a text
    return ".".join(names) or str(place[0])


def _message(error: dict[str, object]) -> str:
    if error["type"] == "extra_forbidden":
        return "there is no such parameter"
    if error["type"] == "json_invalid":
        return "it is no JSON"
    if error["type"] == "model_attributes_type":
        return "a JSON object is needed, with the header Content-Type: application/json"
    if error["type"] == "bool_parsing":
        return "true or false is needed"
    if error["type"] == "string_pattern_mismatch":
        pattern = dict(error["ctx"])["pattern"]  # type: ignore[call-overload]
        return _PATTERNS.get(pattern, str(error["msg"]))
    return str(error["msg"]).removeprefix("Value error, ")


def _of_database(error: Exception) -> Problem:
    status = HTTPStatus.SERVICE_UNAVAILABLE
    if isinstance(error, _NO_VIEWS):
        logger.error(
            "The views can't be read: %s. They come with the next run, such as: scrapy pulse",
            in_one_line(error),
        )
        return Problem(
            status,
            "There are no data to show yet. They come with the next run of the spiders; its"
            " operator finds the reason in the log.",
            headers=_COMES_BACK,
        )
    if isinstance(error, CantWrite):
        logger.error(
            "The web can't write: %s. The tables come with the next run, or with: scrapy jobs; the"
            " rights of a login of its own with deploy/web-login.sql, after each upgrade",
            in_one_line(error),
        )
        return Problem(status, _NO_WRITING, headers=_COMES_BACK)
    if isinstance(error, errors.QueryCanceled | errors.LockNotAvailable):
        logger.error("The database is too slow: %s", in_one_line(error))
        detail = "The database takes too long to answer. Please try again in a while."
        return Problem(status, detail, headers=_COMES_BACK)
    if isinstance(error, TooBusy):
        logger.error("Too much was asked at a time: %s", in_one_line(error))
        detail = "Too much is asked here at a time. Please try again in a while."
        return Problem(status, detail, headers=_COMES_BACK)
    logger.error("The database can't be used: %s", in_one_line(error))
    detail = "The database can't be reached right now. Please try again in a while."
    return Problem(status, detail, headers=_COMES_BACK)
