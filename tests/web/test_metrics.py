"""What those see who look after the web: `/metrics`, `/healthz` and `/readyz`."""

import json
from collections.abc import Iterator
from threading import Event
from time import monotonic

import psycopg
import pytest
import requests
from prometheus_client import CollectorRegistry
from prometheus_client.openmetrics import parser as openmetrics
from psycopg import sql
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from esn_pulse.web import pools
from esn_pulse.web.metrics import Counting
from esn_pulse.web.sign_in import keys
from esn_pulse.web.sign_in.keys import NewKey
from tests.conftest import database_name
from tests.metrics.readings import Reading, complaints
from tests.web.problems import page, problem
from tests.web.servers import API, KEPT, PAGE, Clock, Site, served
from tests.web.test_database_away import relayed

NOWHERE = "postgresql://me:hunter2@127.0.0.1:1/x"
WATCHED = ["/metrics", "/healthz", "/readyz"]


@pytest.fixture
def site(web_database: str) -> Iterator[Site]:
    """A web with a count of its own."""
    with served(web_database, WEB_METRICS_OPEN="1") as site:
        yield site


def counted(site: Site) -> dict[tuple[str, ...], float]:
    """Return how many requests there were, by method, route and status, but for these."""
    found = Reading(site.get("/metrics").text).of("http_requests_total")
    return {labels: number for labels, number in found.items() if labels[1] not in WATCHED}


def test_requests_are_counted_by_template(site: Site) -> None:
    for path in ("/countries/TR", "/countries/AD", "/countries/XX", "/api/v1/countries/TR"):
        site.get(path)
    for path in ("/", "/api/docs", "/api/openapi.json", "/api/v1/countries?limit=x"):
        site.get(path)

    assert counted(site) == {
        ("GET", "/countries/{code}", "200"): 2,
        ("GET", "/countries/{code}", "404"): 1,
        ("GET", "/api/v1/countries/{code}", "200"): 1,
        ("GET", "/", "200"): 1,
        ("GET", "/api/docs", "200"): 1,
        ("GET", "/api/openapi.json", "200"): 1,
        ("GET", "/api/v1/countries", "422"): 1,
    }


@pytest.mark.parametrize("place", [API, PAGE])
def test_what_the_cache_answers_counts_too(site: Site, place: str) -> None:
    site.probe.headers = {**KEPT, "ETag": '"1"'}
    for _ in range(3):
        site.get(place)
    site.get(place, method="HEAD")
    site.get(place, If_None_Match='"1"')

    assert site.probe.asked == 1
    assert counted(site) == {
        ("GET", place, "200"): 3,
        ("HEAD", place, "200"): 1,
        ("GET", place, "304"): 1,
    }


def test_files_are_one_route(site: Site) -> None:
    for name in "a.css", "b/c.js", "%2e%2e/%2e%2e/etc/passwd":
        site.get(f"/static/{name}")

    assert counted(site) == {("GET", "/static/{path:path}", "404"): 3}


HOSTILE = [
    b"/nothing/1",
    b"/nothing/2",
    b"/api",
    b"/api/",
    b"/api/v1/nothing",
    b"/api/v2/countries",
    b"/countries/TR/x",
    b"/%00",
    b"/%22%7D%20evil%7Bx=%22",
    b"/a%0Aesn_pulse_database_up%201",
    b"//countries",
    b"/metrics/",
    b"/" + b"x" * 5000,
    b"/%F0%9F%92%A9",
    b"/%FF",
]


def test_addresses_that_are_made_up_are_one_route(site: Site) -> None:
    for target in HOSTILE:
        site.send(target)
    told = site.get("/metrics").text

    found = Reading(told).of("http_requests_total")
    assert {route for _, route, _ in found} == {"unmatched"}
    assert sum(found.values()) == len(HOSTILE)
    assert "evil" not in told
    assert Reading(told)("database_up") == 1


def test_methods_that_are_made_up_are_one(site: Site) -> None:
    for method in "FOO", "BAR", "DELETE", "get":
        requests.request(method, f"{site.url}/countries", timeout=30)

    assert counted(site) == {
        ("other", "/countries", "405"): 2,
        ("DELETE", "/countries", "405"): 1,
        ("GET", "/countries", "200"): 1,
    }


def test_what_goes_wrong_counts(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    def fail(_: psycopg.Connection) -> str:
        raise RuntimeError("nobody expected that")

    site.probe.reads = fail
    assert site.get(PAGE).status_code == 500
    assert counted(site) == {("GET", PAGE, "500"): 1}


def test_who_is_refused_counts(web_database: str) -> None:
    with served(web_database, WEB_LIMITS="1/hour", WEB_METRICS_OPEN="1") as site:
        for _ in range(3):
            site.get(PAGE)
        assert counted(site) == {("GET", PAGE, "200"): 1, ("GET", PAGE, "429"): 2}


def test_durations(site: Site) -> None:
    for _ in range(3):
        site.get("/countries")
    told = Reading(site.get("/metrics").text)

    samples = {
        (one.name.removeprefix("esn_pulse_http_request_duration_seconds_"), one.labels.get("le")): (
            one.value
        )
        for one in told.families["esn_pulse_http_request_duration_seconds"].samples
        if one.labels["route"] == "/countries"
    }
    assert samples["count", None] == samples["bucket", "+Inf"] == 3
    assert 0 < samples["sum", None] < 30


async def test_what_is_sent_bit_by_bit_is_passed_on_at_once() -> None:
    sent: list[Message] = []
    seen: list[int] = []

    async def stream(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _ in range(3):
            await send({"type": "http.response.body", "body": b"x", "more_body": True})
            seen.append(len(sent))
        await send({"type": "http.response.body"})

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    registry = CollectorRegistry()
    app = Counting(stream, [Route("/events", lambda _: None)], registry)
    await app({"type": "http", "method": "GET", "path": "/events"}, receive, send)

    assert seen == [2, 3, 4]
    labels = {"method": "GET", "route": "/events", "status": "200"}
    assert registry.get_sample_value("esn_pulse_http_requests_total", labels) == 1


def test_metrics_are_for_nobody_where_there_are_no_keys(web_database: str) -> None:
    with served(web_database) as site:
        page(site.get("/metrics"), 401)
        assert site.get("/healthz").status_code == 200


def test_metrics_are_for_those_who_have_a_key(database: str) -> None:
    with served(database, writing=database) as site:
        key = made_key(database)
        assert site.get("/metrics", Authorization=f"Bearer {key}").status_code == 200
        refused = site.get("/metrics"), site.get("/metrics", Authorization=f"Bearer {key}x")

    for answer in refused:
        page(answer, 401)
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_key_that_was_good_is_good_while_the_database_is_away(database: str) -> None:
    is_silent, clock = Event(), Clock()
    with (
        relayed(database, is_silent) as conninfo,
        served(conninfo, clock, writing=conninfo) as site,
    ):
        key, other = made_key(database), made_key(database)
        assert site.get("/metrics", Authorization=f"Bearer {key}").status_code == 200
        is_silent.set()
        clock.now += 5
        answer = site.get("/metrics", Authorization=f"Bearer {key}")
        page(site.get("/metrics", Authorization=f"Bearer {other}"), 503)
        is_silent.clear()

    assert Reading(answer.text)("database_up") == 0


def test_a_key_that_was_revoked_is_not_good_again_when_the_database_is_away(
    database: str, connection: psycopg.Connection
) -> None:
    is_silent, clock = Event(), Clock()
    with (
        relayed(database, is_silent) as conninfo,
        served(conninfo, clock, writing=conninfo) as site,
    ):
        key = made_key(database)
        for status in 200, 401:
            assert site.get("/metrics", Authorization=f"Bearer {key}").status_code == status
            assert keys.revoke(connection, keys.prefix_of(key)) == (status == 200)
            connection.commit()
        is_silent.set()
        clock.now += 5
        page(site.get("/metrics", Authorization=f"Bearer {key}"), 503)
        is_silent.clear()


def test_nobody_waits_for_a_database_that_is_away_to_find_out_whose_a_good_key_is(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "PATIENCE", 20)
    is_silent, clock = Event(), Clock()
    with (
        relayed(database, is_silent) as conninfo,
        served(conninfo, clock, writing=conninfo) as site,
    ):
        key = made_key(database)
        assert site.get("/metrics", Authorization=f"Bearer {key}").status_code == 200
        is_silent.set()
        clock.now += 5
        begun = monotonic()
        assert site.get("/metrics", Authorization=f"Bearer {key}").status_code == 200
        assert monotonic() - begun < 10
        is_silent.clear()


def made_key(conninfo: str) -> str:
    with psycopg.connect(conninfo) as connection:
        return keys.make(connection, NewKey("prometheus", "reader"), "cli:test")


@pytest.mark.parametrize("path", WATCHED)
def test_what_is_watched_is_kept_by_nobody(web_database: str, path: str) -> None:
    with served(web_database, WEB_LIMITS="3/hour", WEB_METRICS_OPEN="1") as site:
        answers = [site.get(path) for _ in range(3)]
        assert site.get(PAGE).status_code == 200  # is counted by itself

    for answer in answers:
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["Content-Type"].startswith("text/plain")
        assert "ETag" not in answer.headers


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_who_watches_is_never_refused(web_database: str, path: str) -> None:
    with served(web_database, WEB_LIMITS="1/hour") as site:
        assert [site.get(path).status_code for _ in range(3)] == [200, 200, 200]


def test_keys_are_not_tried_for_ever(database: str) -> None:
    with served(database, writing=database, WEB_LIMITS="2/hour") as site:
        tried = [site.get("/metrics", Authorization="Bearer x").status_code for _ in range(3)]

    assert tried == [401, 401, 429]


def test_the_api_says_nothing_of_them(site: Site) -> None:
    document = json.dumps(site.get("/api/openapi.json").json())

    assert not [path for path in WATCHED if path in document]


@pytest.mark.parametrize("path", WATCHED)
def test_only_reading_is_possible(site: Site, path: str) -> None:
    assert site.get(path, method="HEAD").status_code == 200
    assert site.get(path, method="POST").status_code == 404


def test_prometheus_understands_both_formats(site: Site) -> None:
    site.get("/countries")
    plain = site.get("/metrics")
    other = site.get("/metrics", Accept="application/openmetrics-text; version=1.0.0")

    assert plain.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert complaints(plain.text) == ""
    assert other.headers["Content-Type"].startswith("application/openmetrics-text; version=1.0.0")
    families = {one.name for one in openmetrics.text_string_to_metric_families(other.text)}
    assert {"esn_pulse_database_up", "esn_pulse_http_requests", "esn_pulse_runs"} <= families


def let_in(server: str, database: str, *, is_open: bool) -> None:
    """Let a database take connections, or no more of them."""
    with psycopg.connect(server, autocommit=True) as connection:
        name = sql.Identifier(database_name(database))
        allow = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
        connection.execute(allow.format(name, sql.SQL(str(is_open))))


def test_the_database_is_asked_once_for_all_who_ask(server: str, database: str) -> None:
    clock = Clock()
    with served(database, clock, WEB_METRICS_OPEN="1") as site:
        assert Reading(site.get("/metrics").text)("database_up") == 1
        let_in(server, database, is_open=False)
        clock.now += 4.9
        again = Reading(site.get("/metrics").text)
        assert again("database_up") == 1
        assert again("http_requests_total", method="GET", route="/metrics", status="200") == 1
        clock.now += 0.2
        assert Reading(site.get("/metrics").text)("database_up") == 0


def test_without_a_database(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "PATIENCE", 20)  # who reads waits; they do not
    with served(NOWHERE, WEB_METRICS_OPEN="1") as site:
        begun = monotonic()
        alive, ready, told = (site.get(path) for path in ("/healthz", "/readyz", "/metrics"))
        assert monotonic() - begun < 10
        assert site.get("/readyz").status_code == 503

    assert (alive.status_code, alive.text) == (200, "The web lives.\n")
    assert (ready.status_code, ready.text) == (
        503,
        "The database does not answer; its operator finds the reason in the log.\n",
    )
    assert ready.headers["Cache-Control"] == "private, no-store"
    assert told.status_code == 200
    reading = Reading(told.text)
    assert reading("database_up") == 0
    assert reading("http_requests_total", method="GET", route="/readyz", status="503") == 1
    assert reading.of("runs_total") == {}
    assert caplog.text.count("The web is not ready: ") == 1
    assert "hunter2" not in caplog.text


def test_a_database_that_hangs(web_database: str) -> None:
    is_silent, clock = Event(), Clock()
    with (
        relayed(web_database, is_silent) as conninfo,
        served(conninfo, clock, WEB_METRICS_OPEN="1") as site,
    ):
        assert site.get("/readyz").status_code == 200
        assert Reading(site.get("/metrics").text)("database_up") == 1
        is_silent.set()
        clock.now += 5
        begun = monotonic()
        assert site.get("/readyz").status_code == 503
        assert Reading(site.get("/metrics").text)("database_up") == 0
        assert monotonic() - begun < 15  # two seconds each, on a machine that is busy
        is_silent.clear()


def test_it_is_ready_when_people_can_read_though_nobody_can_sign_in(web_database: str) -> None:
    with served(web_database, writing=NOWHERE) as site:
        assert site.get("/").status_code == 200
        assert site.get("/readyz").status_code == 200


def test_it_is_not_ready_when_nobody_can_read(web_database: str) -> None:
    with served(NOWHERE, writing=web_database, WEB_METRICS_OPEN="1") as site:
        assert site.get("/readyz").status_code == 503
        assert Reading(site.get("/metrics").text)("database_up") == 1


def test_a_web_that_is_ready_again(
    server: str, database: str, caplog: pytest.LogCaptureFixture
) -> None:
    clock, said = Clock(), []
    with served(database, clock) as site:
        for is_open in True, False, True:
            let_in(server, database, is_open=is_open)
            said.append((site.get("/readyz").status_code, site.get("/healthz").status_code))
            clock.now += 1

    assert said == [(200, 200), (503, 200), (200, 200)]
    assert caplog.text.count("The web is not ready: ") == 1


def test_an_api_that_has_no_such_path(site: Site) -> None:
    problem(site.get("/api/metrics"), 404)
