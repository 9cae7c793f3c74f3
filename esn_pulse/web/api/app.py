"""The API as an application, and the document that describes it."""

from importlib.metadata import version
from types import ModuleType
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from esn_pulse.web import problems as errors
from esn_pulse.web.api import (
    activities,
    countries,
    data,
    docs,
    figures,
    jobs,
    organisations,
    problems,
    search,
    sections,
)
from esn_pulse.web.dashboard.rendering import Pages
from esn_pulse.web.problems import Problem, ProblemBody
from esn_pulse.web.sign_in.guards import include

_SUBJECTS = (countries, sections, organisations, activities, figures, data, search)
_WITH_KEYS: tuple[ModuleType, ...] = (problems, jobs)
_PROBLEM = "application/problem+json"
_REFUSALS = {
    "422": "A parameter is wrong, or there is none of that name.",
    "429": "One address or key has asked too often; Retry-After says for how many seconds to wait.",
    "503": "The database is away or slow; Retry-After says for how many seconds to wait.",
}
_REFUSALS_OF_KEYS = {
    "401": "There is no key, or it is none, has ended or was revoked.",
    "403": "This key may not do that; the answer says whose may.",
}
_REFUSALS_OF_BODIES = {
    "400": "What was sent can't be read.",
    "413": "What was sent is too long.",
}
_NONE_OF_THAT_NAME = "There is none of that name."
_OF_FRAMEWORK = ("404", "422")  # described by FastAPI, if at all
_DESCRIPTION = """\
What the sections and national organisations of the Erasmus Student Network do, as their public
pages tell it. The figures are there for everybody, unless whoever runs this site closed it. What
is for some only takes a key, as `Authorization: Bearer esnp_…`: it lets one do what its role may.

Lists have pages (`page`, `limit`), and `Link` headers to the others. `Accept: text/csv` or
`format=csv` brings the same rows as CSV. Every answer has an `ETag`; who sends it back as
`If-None-Match` gets 304 as long as nothing has changed. Days and times are UTC."""


class Api(FastAPI):
    """Answers under ``/api``."""

    def __init__(self, url: str | None, pages: Pages, *, takes_keys: bool) -> None:
        super().__init__(
            title="ESN PULSE",
            version=version("esn-pulse"),
            description=_DESCRIPTION,
            servers=[{"url": f"{url or ''}/api"}],
            openapi_url=None,
            docs_url=None,
            redoc_url=None,
            root_path_in_servers=False,
            redirect_slashes=False,
            generate_unique_id_function=lambda route: route.name,
        )
        self.state.pages = pages
        include(self, docs.router)
        for subject in (*_SUBJECTS, *(_WITH_KEYS if takes_keys else ())):
            include(self, subject.router, "/v1")
        errors.install(self, problem_json)

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document, in which errors are what they are here."""
        if self.openapi_schema is None:
            schema = super().openapi()
            schemas = schema["components"]["schemas"]
            for name in "HTTPValidationError", "ValidationError":
                schemas.pop(name, None)
            found = ProblemBody.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas.update(found.pop("$defs"))
            schemas["ProblemBody"] = found
            for methods in schema["paths"].values():
                for operation in methods.values():
                    _describe_answers(operation)
        return self.openapi_schema or {}


def _describe_answers(operation: dict[str, Any]) -> None:
    answers = operation["responses"]
    parameters = operation.get("parameters", [])
    if any(one["name"] == "format" for one in parameters):
        answers["200"]["content"]["text/csv"] = {"schema": {"type": "string"}}
    refusals = dict(_REFUSALS)
    if "404" in answers or any(one["in"] == "path" for one in parameters):
        refusals["404"] = _NONE_OF_THAT_NAME
    if "security" in operation:
        refusals |= _REFUSALS_OF_KEYS
    if "requestBody" in operation:
        refusals |= _REFUSALS_OF_BODIES
    own = [status for status in answers if status >= "400" and status not in _OF_FRAMEWORK]
    refusals |= {status: answers[status]["description"] for status in own}
    problem = {"schema": {"$ref": "#/components/schemas/ProblemBody"}}
    for status, description in refusals.items():
        answers[status] = {"description": description, "content": {_PROBLEM: problem}}


def problem_json(_: Request, problem: Problem) -> Response:
    """Say what went wrong as RFC 9457 has it."""
    return Response(
        problem.body.model_dump_json(),
        status_code=problem.status,
        headers=problem.headers,
        media_type=_PROBLEM,
    )
