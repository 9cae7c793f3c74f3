"""The API's documentation as a page: what its OpenAPI document says, for people."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from esn_pulse.web import texts
from esn_pulse.web.dashboard.rendering import Page, PagesOf
from esn_pulse.web.sign_in.guards import READ

router = APIRouter(dependencies=[READ])

_SHARED = ("format", "page", "limit")  # described once, as most operations have them

Schema = dict[str, Any]


@dataclass(frozen=True)
class Field:
    """A parameter, or a field of what is sent or answered.

    :ivar kind: its type in words, and what is allowed.
    """

    name: str
    kind: str
    description: str


@dataclass(frozen=True)
class Operation:
    """Something that can be asked for.

    :ivar method: of HTTP.
    :ivar path: with the names of what it takes in braces.
    :ivar example: the same with an example of each.
    :ivar call: how curl asks for it, if it takes a key; else ''.
    :ivar body: the fields of what is sent.
    :ivar row: the fields of a row of the answer.
    """

    id: str
    method: str
    path: str
    summary: list[str]
    example: str
    call: str
    parameters: list[Field]
    body: list[Field]
    row: list[Field]


@dataclass(frozen=True)
class DocsPage(Page):
    """All operations, by what they are about.

    :ivar base: what comes before each path.
    """

    base: str
    shared: list[Field]
    groups: list[tuple[str, list[Operation]]]


@router.get("/openapi.json", include_in_schema=False)
def openapi(request: Request) -> JSONResponse:
    """Return the document itself."""
    return JSONResponse(request.app.openapi())


@router.get("/docs", include_in_schema=False)
def docs(request: Request, pages: PagesOf) -> Response:
    """Show the documentation."""
    document = request.app.openapi()
    groups: dict[str, list[Operation]] = {}
    for tag, operation in _operations(document):
        groups.setdefault(tag, []).append(operation)
    page = DocsPage(
        title=texts.DOCS_TITLE,
        base=document["servers"][0]["url"],
        shared=_shared(document),
        groups=[*groups.items()],
    )
    return pages.render(request, "docs.html.j2", page)


def _operations(document: Schema) -> Iterator[tuple[str, Operation]]:
    for path, method, operation in _described(document):
        parameters = operation.get("parameters", [])
        example = _example(path, parameters)
        sent = _sent(document, operation)
        yield (
            operation["tags"][0],
            Operation(
                id=operation["operationId"],
                method=method.upper(),
                path=path,
                summary=operation["description"].split("\n\n"),
                example=example,
                call=_call(document, method, example, sent) if "security" in operation else "",
                parameters=[_parameter(one) for one in parameters if one["name"] not in _SHARED],
                body=_fields(sent),
                row=_row(document, operation),
            ),
        )


def _described(document: Schema) -> Iterator[tuple[str, str, Schema]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _example(path: str, parameters: list[Schema]) -> str:
    for one in parameters:
        if one["in"] == "path":
            path = path.replace(f"{{{one['name']}}}", one["schema"]["examples"][0])
        elif one["required"]:
            path += f"?{one['name']}={one['schema']['examples'][0]}"
    return path


def _call(document: Schema, method: str, example: str, sent: Schema) -> str:
    """Return how curl sends a key, and an example of what else is sent."""
    words = ["curl --header 'Authorization: Bearer esnp_…'"]
    if sent:
        words.append(f"--json '{json.dumps(sent['examples'][0])}'")
    elif method != "get":
        words.append(f"--request {method.upper()}")
    return " ".join([*words, f"'{document['servers'][0]['url']}{example}'"])


def _sent(document: Schema, operation: Schema) -> Schema:
    """Return what is known of the body; nothing where there is none."""
    body = operation.get("requestBody")
    return _resolved(document, body["content"]["application/json"]) if body else {}


def _shared(document: Schema) -> list[Field]:
    """Return the parameters that all lists with pages have."""
    [paged, *_] = [
        operation["parameters"]
        for _, _, operation in _described(document)
        if {*_SHARED} <= {one["name"] for one in operation.get("parameters", [])}
    ]
    return [_parameter(one) for one in paged if one["name"] in _SHARED]


def _parameter(parameter: Schema) -> Field:
    schema, description = parameter["schema"], parameter.get("description", "")
    default = f" {schema['default']} by default." if "default" in schema else ""
    return Field(parameter["name"], _kind(schema), f"{description}{default}")


def _row(document: Schema, operation: Schema) -> list[Field]:
    """Return the fields of the rows that an operation answers with, or of its one row."""
    [answered] = [one for status, one in operation["responses"].items() if status < "300"]
    answer = _resolved(document, answered["content"]["application/json"])
    rows = answer["properties"].get("rows")
    return _fields(_resolved(document, {"schema": rows["items"]}) if rows else answer)


def _fields(described: Schema) -> list[Field]:
    return [
        Field(name, _kind(schema), schema.get("description", ""))
        for name, schema in described.get("properties", {}).items()
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
