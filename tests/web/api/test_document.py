"""The OpenAPI document is true of itself, of the database, and of what is answered."""

import re
from collections.abc import Iterator

import psycopg
import pytest
import schemathesis

from tests.analysis.test_rows import COLUMNS, ROWS
from tests.web.api.operations import ALL, DOCUMENT, OPERATIONS, SCHEMAS, address
from tests.web.servers import Site

DESCRIBED = {row.__name__: row for row in ROWS.values() if row.__name__ in SCHEMAS}


def test_it_is_an_openapi_document(rich: Site) -> None:
    served = rich.get("/api/openapi.json").json()
    schemathesis.openapi.from_dict(served).validate()

    assert served["paths"] == DOCUMENT["paths"]
    assert served["servers"] == [{"url": "/api"}]


def test_operations_have_short_names_of_their_own() -> None:
    names = [operation["operationId"] for operation in ALL.values()]

    assert sorted({*names}) == sorted(names)
    assert all(re.fullmatch("[a-z_]{4,30}", name) for name in names)


def undescribed() -> Iterator[str]:
    """Yield what has no sentence that says what it is."""
    for place, operation in ALL.items():
        parameters = operation.get("parameters", [])
        for one in [operation, *parameters, *operation["responses"].values()]:
            if not re.fullmatch(r"\S.*[\w.]", one.get("description", ""), re.DOTALL):
                yield f"{place} {one.get('name', '')}"
    for name, schema in SCHEMAS.items():
        for field, described in schema["properties"].items():
            if not described.get("description", "").endswith("."):
                yield f"{name}.{field}"


def test_all_is_described() -> None:
    assert [*undescribed()] == []


@pytest.mark.parametrize("name", DESCRIBED)
def test_fields_are_described_by_the_database(tables: psycopg.Connection, name: str) -> None:
    fields = SCHEMAS[name]["properties"]
    found = tables.execute(COLUMNS, [DESCRIBED[name].view])
    comments = {column: comment for column, comment, _ in found if column in fields}

    assert len(comments) >= 3
    assert comments == {column: fields[column]["description"] for column in comments}


@pytest.mark.parametrize("path", OPERATIONS)
def test_examples_work(rich: Site, path: str) -> None:
    assert rich.get(address(path)).status_code == 200
