"""The API as an application, and the document that describes it."""

from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from esn_pulse.web import problems
from esn_pulse.web.api import (
    activities,
    countries,
    data,
    docs,
    figures,
    organisations,
    search,
    sections,
)
from esn_pulse.web.dashboard.rendering import Pages
from esn_pulse.web.problems import Problem, ProblemBody

_SUBJECTS = (countries, sections, organisations, activities, figures, data, search)
_PROBLEM = "application/problem+json"
_REFUSALS = {
    "422": "A parameter is wrong, or there is none of that name.",
    "429": "One address has asked too often; Retry-After says for how many seconds to wait.",
    "503": "The database is away or slow; Retry-After says for how many seconds to wait.",
}
_DESCRIPTION = """\
What the sections and national organisations of the Erasmus Student Network do, as their public
pages tell it: read only, without a key.

Lists have pages (`page`, `limit`), and `Link` headers to the others. `Accept: text/csv` or
`format=csv` brings the same rows as CSV. Every answer has an `ETag`; who sends it back as
`If-None-Match` gets 304 as long as nothing has changed. Days and times are UTC."""


class Api(FastAPI):
    """Answers under ``/api``."""

    def __init__(self, url: str | None, pages: Pages) -> None:
        super().__init__(
            title="ESN PULSE",
            version=version("esn-pulse"),
            description=_DESCRIPTION,
            servers=[{"url": f"{url or ''}/api"}],
            docs_url=None,
            redoc_url=None,
            root_path_in_servers=False,
            redirect_slashes=False,
            generate_unique_id_function=lambda route: route.name,
        )
        self.state.pages = pages
        self.include_router(docs.router)
        for subject in _SUBJECTS:
            self.include_router(subject.router, prefix="/v1")
        problems.install(self, problem_json)

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
            for path in schema["paths"].values():
                _describe_answers(path["get"])
        return self.openapi_schema or {}


def _describe_answers(operation: dict[str, Any]) -> None:
    answers = operation["responses"]
    answers["200"]["content"]["text/csv"] = {"schema": {"type": "string"}}
    refusals = dict(_REFUSALS)
    if "404" in answers or any(one["in"] == "path" for one in operation["parameters"]):
        refusals["404"] = "There is none of that name."
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
