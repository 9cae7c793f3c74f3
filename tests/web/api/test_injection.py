"""Whatever stands in an address is a text that is looked for, or refused; never more."""

import re
from collections.abc import Iterator
from urllib.parse import quote, unquote

import psycopg
import pytest
from fastapi.routing import APIRoute
from psycopg import sql

from esn_pulse.web.dashboard import app as dashboard
from tests.web.api.harmless import assert_harmless
from tests.web.api.network import CLICKED, IMAGE, NAMES, SCRIPT
from tests.web.api.operations import OPERATIONS, address, parameters
from tests.web.problems import problem
from tests.web.servers import Site

PAYLOADS = {
    "drop": "'; DROP TABLE sections; --",
    "or": "' OR 1=1 --",
    "like": "%' ",
    "wildcard": "%",
    "one sign": "_",
    "backslash": "\\",
    "dollar": "$1",
    "braces": "{0}",
    "percent": "%s%(country)s",
    "template": "{{7*7}}{% raw %}",
    "array": "{TR,CZ}",
    "tsquery": "!a:* & (b | <-> 'c",
    "quotes": "“ʼ＇'\"«",
    "script": SCRIPT,
    "image": IMAGE,
    "leaving": f"</title></textarea></script>{SCRIPT}",
    "clicked": CLICKED,
    "long": "x" * 10_000,
}
RAW = {"NUL": "%00", "surrogate": "%ED%A0%80", "no UTF-8": "%ff%fe"}
ENCODED = {name: quote(payload, safe="") for name, payload in PAYLOADS.items()} | RAW
PAGES = {
    route.path: route
    for module in dashboard._ROUTERS
    for route in module.router.routes
    if isinstance(route, APIRoute)
}
NAMED = {
    "/countries/{code}": "/countries/TR",
    "/sections/{name}": "/sections/esn-izmir",
    "/organisations/{slug}": "/organisations/committee",
    "/activities/{slug}": "/activities/activity-1",
    "/static/{path:path}": "/static/nothing",
}


def told(route: APIRoute) -> list[str]:
    """Return what a page may be told in its query."""
    models = [one.field_info.annotation for one in route.dependant.query_params]
    return [name for model in models for name in model.model_fields]  # type: ignore[union-attr]


API_QUERIES = [(path, name) for path in OPERATIONS for name in parameters(path)]
PAGE_QUERIES = [(path, name) for path, route in PAGES.items() for name in told(route)]
OF_NAMES = [one for one in API_QUERIES if one[1] in {"cause", "type", "organisation", "section"}]
OF_WORDS = [one for one in API_QUERIES if one[1] in {"text", "q"}]


@pytest.fixture(scope="module", autouse=True)
def _tables_stay(rich_database: str) -> Iterator[None]:
    before = contents(rich_database)
    yield
    assert contents(rich_database) == before


def contents(conninfo: str) -> dict[str, object]:
    """Return what is in the tables."""
    with psycopg.connect(conninfo) as connection:
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        hashed = "SELECT md5(string_agg(row::text, '' ORDER BY row::text)) FROM {} AS row"
        return {
            name: connection.execute(sql.SQL(hashed).format(sql.Identifier(name))).fetchone()
            for [name] in names.fetchall()
        }


def with_query(path: str, name: str, value: str) -> str:
    return re.sub(r"\?.*", "", address(path)) + f"?{name}={value}"


@pytest.mark.parametrize(("path", "name"), API_QUERIES)
def test_a_parameter_of_the_api(rich: Site, path: str, name: str) -> None:
    for payload in ENCODED.values():
        answer = rich.get(with_query(path, name, payload))

        assert str(answer.status_code) in OPERATIONS[path]["responses"], payload
        if answer.status_code != 200:
            problem(answer, answer.status_code)


@pytest.mark.parametrize("path", [path for path in OPERATIONS if "{" in path])
def test_a_name_in_a_path_of_the_api(rich: Site, path: str) -> None:
    [name] = parameters(path, "path")
    for payload in ENCODED.values():
        answer = rich.get(address(path, **{name: payload}))

        assert answer.status_code in {200, 404, 422}, payload
        if answer.status_code == 200:
            assert "{section}" in path
            assert unquote(payload) in NAMES
        else:
            problem(answer, answer.status_code)


@pytest.mark.parametrize(("path", "name"), OF_NAMES)
def test_a_name_finds_what_has_it_and_nothing_else(
    rich: Site, tables: psycopg.Connection, path: str, name: str
) -> None:
    for payload in PAYLOADS.values():
        answer = rich.get(with_query(path, name, quote(payload, safe="")))
        if answer.status_code == 200 and payload not in NAMES:
            assert answer.json()["total"] == 0, payload
        else:
            assert answer.status_code in {200, 404, 422}


@pytest.mark.parametrize(("path", "name"), OF_WORDS)
def test_words_are_looked_for_without_their_signs(rich: Site, path: str, name: str) -> None:
    for payload in PAYLOADS.values():
        words = " ".join(re.findall(r"[^\W_]+", payload))
        found, expected = (
            rich.get(with_query(path, name, quote(text, safe=""))) for text in (payload, words)
        )
        if words and len(payload) <= 100:
            assert found.json() == expected.json(), payload
        else:
            assert found.status_code == 422 or found.json()["rows"] == []


@pytest.mark.parametrize(("path", "name"), PAGE_QUERIES)
def test_a_parameter_of_a_page(rich: Site, path: str, name: str) -> None:
    for payload in ENCODED.values():
        assert_harmless(rich.get(f"{NAMED.get(path, path)}?{name}={payload}"))


@pytest.mark.parametrize("path", [path for path in PAGES if "{" in path])
def test_a_name_in_a_path_of_a_page(rich: Site, path: str) -> None:
    before, _, _ = path.partition("{")
    for payload in ENCODED.values():
        assert_harmless(rich.get(before + payload))
        assert_harmless(rich.get(f"{NAMED[path]}?{payload}={payload}"))
