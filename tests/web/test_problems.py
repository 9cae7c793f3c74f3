import logging
from urllib.parse import quote

import psycopg
import pytest

from tests.end_to_end.village import wait_until
from tests.report.networks import HOSTILE
from tests.web.problems import page, problem, said
from tests.web.servers import API, KEPT, PAGE, PLACES, Site, asks

COUNTRIES = "/api/v1/countries"


@pytest.mark.parametrize("path", ["/api/nothing", "/api/v1/nothing", "/api/v1/countries/TR/x/y"])
def test_nothing_at_an_address_of_the_api(site: Site, path: str) -> None:
    assert problem(site.get(path), 404)["detail"] == f"There is nothing at {path}."


def test_nothing_at_an_address_of_a_page(site: Site) -> None:
    assert "There is nothing at /nothing" in page(site.get("/nothing"), 404)


@pytest.mark.parametrize("place", ["/api/v1/", "/"])
def test_an_address_is_text_whatever_is_in_it(site: Site, place: str) -> None:
    answer = site.get(f"{place}{quote(HOSTILE)}/%C5%9F/%0d%0aSet-Cookie:x=y")

    said(answer, 404)
    assert place.startswith("/api/") or "<script>document" not in answer.text
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"])
def test_nothing_can_be_done_but_reading(site: Site, place: str, method: str) -> None:
    answer = site.get(place, method)

    assert said(answer, 405).count(f"{method} is not possible here; GET is")
    assert answer.headers["Allow"] == "GET"
    assert site.probe.asked == 0


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_where_there_is_nothing_nothing_can_be_done_either(site: Site, method: str) -> None:
    problem(site.get("/api/v1/nothing", method), 404)
    page(site.get("/nothing", method), 404)


def test_a_parameter_that_there_is_not(site: Site) -> None:
    refused = problem(site.get(f"{COUNTRIES}?pgae=2"), 422)

    assert refused["faults"] == [{"parameter": "pgae", "message": "there is no such parameter"}]
    assert refused["detail"] == "This was not understood: pgae: there is no such parameter"


def test_several_parameters_that_are_wrong_are_named_one_by_one(site: Site) -> None:
    refused = problem(site.get(f"{COUNTRIES}?format=xml&a=1&b=2"), 422)

    faults = refused["faults"]
    assert isinstance(faults, list)
    assert [fault["parameter"] for fault in faults] == ["format", "a", "b"]
    assert "'json' or 'csv'" in faults[0]["message"]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("value", ["0", "10", "x", "", "1.5", "9" * 4000, "%ff", "%ED%A0%80", "٣x"])
def test_a_value_that_is_wrong(site: Site, place: str, value: str) -> None:
    refused = said(site.get(f"{place}?number={value}"), 422)

    assert refused.startswith("This was not understood: number: ")
    assert len(refused) < 200
    assert site.probe.asked == 0


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("path", ["/x%00", "?text=%00", "?text=a%00b&number=1", "?%00=1"])
def test_no_nul_reaches_the_database(site: Site, place: str, path: str) -> None:
    assert "there is a NUL (%00) in the address" in said(site.get(place + path), 422)
    assert site.probe.asked == 0


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "text", ["%", "%zz", "%ff%fe", "%ED%A0%80", "%F0%9F%92%A9", "%E2%80%AE", "%0d%0aX:%20y", "&&=&"]
)
def test_odd_encodings_are_read_as_text(site: Site, place: str, text: str) -> None:
    head, _, _ = site.send(f"{place}?text={text}".encode()).partition(b"\r\n")
    assert head == b"HTTP/1.1 200 OK"

    head, _, body = site.send(f"{place}/{text}".encode()).partition(b"\r\n")
    assert head == b"HTTP/1.1 404 Not Found"
    assert b"There is nothing at" in body


@pytest.mark.parametrize(
    "target",
    [
        *("*", "//", "///x", "/api", "/api/", "/api//v1/probe", "/api/v1/probe/", "/%2e%2e/x"),
        *("http://x/nothing", "/static/", "/static/%2e%2e/x", "/;x", "/nothing?" + "&=" * 500),
    ],
)
def test_odd_addresses_lead_nowhere(site: Site, target: str) -> None:
    for header in b"Accept: \xff\xfe", b"Host: evil.example:x/y", b"If-None-Match: \xff, ,W/":
        head, _, body = site.send(target.encode(), header).partition(b"\r\n\r\n")
        assert head.split(b" ", 2)[1] in (b"404", b"400")
        assert b"evil.example" not in head + body


@pytest.mark.parametrize("place", PLACES)
def test_a_value_may_be_long(site: Site, place: str) -> None:
    assert site.get(f"{place}?text={'x' * 30_000}").status_code == 200
    assert len(said(site.get(f"{place}/{'x' * 30_000}"), 404)) > 30_000


@pytest.mark.parametrize("place", PLACES)
def test_what_nobody_expected_is_told_to_the_log_only(
    site: Site, place: str, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: psycopg.Connection) -> str:
        raise ValueError("bi.sections of hunter2")

    site.probe.reads = fail
    server = logging.getLogger("uvicorn")
    server.addHandler(caplog.handler)
    try:
        answer = site.get(f"{place}?number=7")
        wait_until(lambda: "Exception in ASGI application" in caplog.text)
    finally:
        server.removeHandler(caplog.handler)

    assert "was written to the log" in said(answer, 500)
    assert caplog.text.count("\nValueError: bi.sections of hunter2") == 1


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "query", ["SELECT 1/0", "SELECT 'x'::int", "SELECT nothing()", "SELEKT", "SELECT 'ab' ~ '('"]
)
def test_a_query_that_is_wrong_is_a_fault_of_ours(site: Site, place: str, query: str) -> None:
    site.probe.reads = asks(query)

    assert "was written to the log" in said(site.get(place), 500)
    site.probe.reads = lambda _: "well"
    assert site.get(place).text == "well"


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("SELECT * FROM bi.nothing", "There are no data to show yet"),
        ("SELECT * FROM nowhere.nothing", "There are no data to show yet"),
        ("SELECT nothing FROM bi.sections", "There are no data to show yet"),
        ("DO 'BEGIN RAISE query_canceled; END'", "takes too long"),
        ("DO 'BEGIN RAISE insufficient_privilege; END'", "There are no data to show yet"),
        ("DO 'BEGIN RAISE too_many_connections; END'", "can't be reached right now"),
        ("DO 'BEGIN RAISE disk_full; END'", "can't be reached right now"),
        ("SELECT pg_terminate_backend(pg_backend_pid())", "can't be reached right now"),
    ],
)
def test_a_database_that_can_not_answer(
    site: Site, place: str, query: str, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    site.probe.reads = asks(query)
    answer = site.get(place)

    assert reason in said(answer, 503)
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    [logged] = [one for one in caplog.records if one.name == "esn_pulse.web.problems"]
    assert logged.levelname == "ERROR"
    assert "\n" not in logged.getMessage()
    site.probe.reads = lambda _: "well"
    assert site.get(place).text == "well"


@pytest.mark.parametrize("place", PLACES)
def test_head_is_answered_as_get_is_without_a_body(site: Site, place: str) -> None:
    site.probe.headers = KEPT
    for path in (place, f"{place}?number=0", f"{place}/nothing"):
        got, head = site.get(path), site.get(path, "HEAD")
        assert (head.status_code, head.content) == (got.status_code, b"")
        for name in ("Content-Type", "Content-Length", "ETag", "Cache-Control"):
            assert head.headers.get(name) == got.headers.get(name)


def test_both_places_have_the_same_statuses(site: Site) -> None:
    for query in ("", "?number=0", "?text=%00"):
        assert site.get(API + query).status_code == site.get(PAGE + query).status_code
