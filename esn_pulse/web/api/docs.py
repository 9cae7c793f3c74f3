"""The API's documentation as a page: what its OpenAPI document says, for people."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from esn_pulse.web import texts
from esn_pulse.web.dashboard.rendering import Page, PagesOf

router = APIRouter()

_SHARED = ("format", "page", "limit")  # described once, as most operations have them

Schema = dict[str, Any]


@dataclass(frozen=True)
class Field:
    """A parameter, or a field of an answer.

    :ivar kind: its type in words, and what is allowed.
    """

    name: str
    kind: str
    description: str


@dataclass(frozen=True)
class Operation:
    """Something that can be asked for.

    :ivar path: with the names of what it takes in braces.
    :ivar example: the same with an example of each.
    :ivar row: the fields of a row of the answer.
    """

    id: str
    path: str
    summary: str
    example: str
    parameters: list[Field]
    row: list[Field]


@dataclass(frozen=True)
class DocsPage(Page):
    """All operations, by what they are about.

    :ivar base: what comes before each path.
    """

    base: str
    shared: list[Field]
    groups: list[tuple[str, list[Operation]]]


@router.get("/docs", include_in_schema=False)
def docs(request: Request, pages: PagesOf) -> Response:
    """Show the documentation."""
    document = request.app.openapi()
    found = list(_operations(document))
    groups = groupby(found, key=lambda one: one[0])
    page = DocsPage(
        title=texts.DOCS_TITLE,
        base=document["servers"][0]["url"],
        shared=_shared(document),
        groups=[(tag, [operation for _, operation in members]) for tag, members in groups],
    )
    return pages.render(request, "docs.html.j2", page)


def _operations(document: Schema) -> Iterator[tuple[str, Operation]]:
    for path, methods in document["paths"].items():
        operation = methods["get"]
        parameters = operation.get("parameters", [])
        example = path
        for one in parameters:
            if one["in"] == "path":
                example = example.replace(f"{{{one['name']}}}", one["schema"]["examples"][0])
            elif one["required"]:
                example += f"?{one['name']}={one['schema']['examples'][0]}"
        yield (
            operation["tags"][0],
            Operation(
                id=operation["operationId"],
                path=path,
                summary=operation["description"],
                example=example,
                parameters=[_parameter(one) for one in parameters if one["name"] not in _SHARED],
                row=_row(document, operation),
            ),
        )


def _shared(document: Schema) -> list[Field]:
    """Return the parameters that all lists with pages have."""
    [paged, *_] = [
        methods["get"]["parameters"]
        for methods in document["paths"].values()
        if {*_SHARED} <= {one["name"] for one in methods["get"]["parameters"]}
    ]
    return [_parameter(one) for one in paged if one["name"] in _SHARED]


def _parameter(parameter: Schema) -> Field:
    schema, description = parameter["schema"], parameter.get("description", "")
    default = f" {schema['default']} by default." if "default" in schema else ""
    return Field(parameter["name"], _kind(schema), f"{description}{default}")


def _row(document: Schema, operation: Schema) -> list[Field]:
    """Return the fields of the rows that an operation answers with, or of its one row."""
    answer = _resolved(document, operation["responses"]["200"]["content"]["application/json"])
    rows = answer["properties"].get("rows")
    row = _resolved(document, {"schema": rows["items"]}) if rows else answer
    return [
        Field(name, _kind(schema), schema.get("description", ""))
        for name, schema in row["properties"].items()
    ]


def _resolved(document: Schema, content: Schema) -> Schema:
    schema: Schema = content["schema"]
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def _kind(schema: Schema) -> str:
    if "anyOf" in schema:
        kinds = [_kind(one) for one in schema["anyOf"] if one.get("type") != "null"]
        return " or ".join(kinds)
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}"
    bounds = [str(schema[one]) for one in ("minimum", "maximum") if one in schema]
    kind = str(schema.get("format", schema.get("type", "")))
    return f"{kind}, {' to '.join(bounds)}" if bounds else kind
