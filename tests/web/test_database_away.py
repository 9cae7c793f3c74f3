"""A database that is away, comes back, hangs, is slow, or has nothing to show."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from time import monotonic

import psycopg
import pytest
import requests
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from scrapy.settings import Settings

from esn_pulse.database import embedded, prepare
from esn_pulse.reader import make_reader
from esn_pulse.web import pools
from tests.end_to_end.village import wait_until
from tests.poolers import left_behind, pgbouncer
from tests.reader.conftest import role_on
from tests.relays import relaying_to_socket
from tests.web.problems import said
from tests.web.servers import API, KEPT, PLACES, asks, served

COUNTRIES = "/api/v1/countries"
AWAY = "can't be reached right now"
NOWHERE = "postgresql://127.0.0.1:1/x"
BUSY = "Too much is asked here at a time"


def assert_refused(answer: requests.Response, reason: str) -> None:
    assert reason in said(answer, 503)
    assert 0 < int(answer.headers["Retry-After"]) <= 60


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A web that waits for one second, where it would wait for several."""
    monkeypatch.setattr(pools, "PATIENCE", 1)
    monkeypatch.setattr(pools, "LONGEST", 1)


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A web that refuses nobody because this machine is slow."""
    monkeypatch.setattr(pools, "PATIENCE", 20)
    monkeypatch.setattr(pools, "LONGEST", 20)


@contextmanager
def relayed(conninfo: str, is_silent: Event) -> Iterator[str]:
    """An address of the database that does not answer any more once it is silent."""
    parts = conninfo_to_dict(conninfo)
    if not str(parts["host"]).startswith("/"):
        pytest.skip("the server has no socket here")
    with relaying_to_socket(f"{parts['host']}/.s.PGSQL.{parts['port']}", is_silent) as port:
        yield make_conninfo(conninfo, host="127.0.0.1", port=port)


def test_it_starts_without_a_database_and_finds_it_later(
    pulse_dir: Path, impatient: None, caplog: pytest.LogCaptureFixture
) -> None:
    conninfo = prepare(Settings({"PULSE_DIR": str(pulse_dir)}))
    embedded.stop(pulse_dir / "postgres")
    with served(conninfo) as site:
        for place in PLACES:
            assert_refused(site.get(place), AWAY)
        assert site.get("/nothing").status_code == 404

        embedded.start(pulse_dir / "postgres")
        wait_until(lambda: site.get(API).status_code == 200)

        with ThreadPoolExecutor(8) as pool:  # so that there are many connections to break
            site.probe.reads = asks("SELECT pg_sleep(0.1)")
            list(pool.map(site.get, [f"{API}?number={number}" for number in range(1, 9)]))
        embedded.stop(pulse_dir / "postgres")
        assert_refused(site.get(API), AWAY)
        embedded.start(pulse_dir / "postgres")
        wait_until(lambda: site.get(API).status_code == 200)
        embedded.stop(pulse_dir / "postgres")
        embedded.start(pulse_dir / "postgres")
        wait_until(lambda: site.get(API).status_code == 200)  # nobody asked in between
    assert "error connecting in 'web'" in caplog.text


def test_all_connections_may_break_between_two_requests(web_database: str, patient: None) -> None:
    with served(web_database) as site, psycopg.connect(web_database, autocommit=True) as other:
        site.probe.reads = asks("SELECT pg_sleep(0.2)")
        with ThreadPoolExecutor(8) as pool:
            paths = [f"{API}?number={number}" for number in range(1, 9)]
            assert {one.status_code for one in pool.map(site.get, paths)} == {200}
        ended = other.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        ).rowcount
        assert ended >= 2
        begun = monotonic()
        assert site.get(API).status_code == 200
        assert monotonic() - begun < 10


def test_a_database_that_hangs(web_database: str, impatient: None) -> None:
    is_silent = Event()
    with relayed(web_database, is_silent) as conninfo, served(conninfo) as site:
        wait_until(lambda: site.get(API).status_code == 200)
        is_silent.set()
        for _ in range(2):  # with a connection, and without
            begun = monotonic()
            assert_refused(site.get(API), AWAY)
            assert monotonic() - begun < 15
        is_silent.clear()
        wait_until(lambda: site.get(API).status_code == 200)


def test_a_database_that_hangs_in_the_middle_of_a_query(web_database: str, impatient: None) -> None:
    is_silent = Event()

    def hang(connection: psycopg.Connection) -> str:
        is_silent.set()
        return str(connection.execute("SELECT 1"))

    with relayed(web_database, is_silent) as conninfo, served(conninfo) as site:
        site.probe.reads = hang
        begun = monotonic()
        assert_refused(site.get(API), AWAY)
        assert monotonic() - begun < 15


def test_a_view_that_another_session_holds(web_database: str, patient: None) -> None:
    with served(web_database) as site, psycopg.connect(web_database) as other:
        other.execute("REFRESH MATERIALIZED VIEW bi_cache.country_figures")
        assert_refused(site.get(COUNTRIES), "takes too long to answer")
        other.rollback()
        assert site.get(COUNTRIES).json()["total"] == 5


def test_slow_requests_leave_the_others_alone(
    web_database: str, patient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(web_database, WEB_PROXIES="127.0.0.1") as site, ThreadPoolExecutor(70) as pool:
        site.probe.headers = KEPT
        kept = site.get(f"{API}?number=9")
        release = Event()
        site.probe.reads = lambda _: str(release.wait(20))
        slow = [
            pool.submit(site.get, f"{API}?number={number}", X_Forwarded_For=f"192.0.2.{number}")
            for number in range(1, 9)
        ]
        wait_until(lambda: site.probe.asked == 9)

        monkeypatch.setattr(pools, "PATIENCE", 1)  # there is no turn for those that come now
        waiting = [
            pool.submit(site.get, f"{place}?text={number}")
            for number in range(30)
            for place in PLACES
        ]
        wait_until(lambda: site.begun == 9 + 60)
        assert site.get(f"{API}?number=9").text == kept.text
        assert site.get("/static/nothing.js").status_code == 404
        assert not any(one.done() for one in slow)
        for one in waiting:
            assert_refused(one.result(), BUSY)

        monkeypatch.setattr(pools, "PATIENCE", 20)
        release.set()
        assert {one.result().text for one in slow} == {"True"}
        assert site.get(f"{API}?text=x").status_code == 200


def test_who_has_to_be_found_out_leaves_the_others_alone(web_database: str, patient: None) -> None:
    with (
        psycopg.connect(web_database) as holding,
        served(web_database, writing=web_database) as site,
        ThreadPoolExecutor(60) as pool,
    ):
        holding.execute("LOCK TABLE web_sessions")
        token = f"esn_pulse_session={'A' * 43}"
        waiting = [pool.submit(site.get, "/nothing", Cookie=token) for _ in range(60)]
        wait_until(lambda: site.begun == 60)
        assert site.get("/static/nothing.js").status_code == 404
        assert not any(one.done() for one in waiting)
        holding.rollback()
        assert {one.result().status_code for one in waiting} == {404}


@pytest.mark.parametrize("path", [COUNTRIES, "/countries"])
def test_what_can_be_no_session_is_not_looked_up(web_database: str, path: str) -> None:
    with served(web_database, writing=NOWHERE) as site:
        for token in "x", "A" * 42, "A" * 44, "A" * 42 + "!":
            assert site.get(path, Cookie=f"esn_pulse_session={token}").status_code == 200


def test_what_can_be_no_key_is_not_looked_up(web_database: str) -> None:
    with served(web_database, writing=NOWHERE) as site:
        for token in "nonsense", "A" * 43, f"esnp_AAAAAAAA_{'A' * 42}":
            assert site.get(COUNTRIES, Authorization=f"Bearer {token}").status_code == 401


@pytest.mark.parametrize("many", ["198.51.100.1", "2001:db8::{}"])
def test_no_address_has_all_turns(web_database: str, patient: None, many: str) -> None:
    """Of IPv6 a network is one address, as for the limits."""
    with served(web_database, WEB_PROXIES="127.0.0.1") as site, ThreadPoolExecutor(20) as pool:
        release = Event()
        site.probe.reads = lambda _: str(release.wait(20))
        greedy = [
            pool.submit(site.get, f"{API}?text={number}", X_Forwarded_For=many.format(number))
            for number in range(20)
        ]
        wait_until(lambda: site.begun == 20 and site.probe.asked == 4)

        assert site.get(COUNTRIES, X_Forwarded_For="192.0.2.1").status_code == 200
        release.set()
        assert {one.result().status_code for one in greedy} <= {200, 503}


def test_many_may_ask_at_once(web_database: str, patient: None) -> None:
    with served(web_database) as site, ThreadPoolExecutor(100) as pool:
        release = Event()
        site.probe.reads = lambda connection: f"{release.wait(20)} {asks('SELECT 1')(connection)}"
        asking = [pool.submit(site.get, f"{API}?text={number}") for number in range(100)]
        wait_until(lambda: site.begun == 100)
        release.set()
        assert {one.result().text for one in asking} == {"True [(1,)]"}


def test_a_database_that_nothing_was_crawled_into(empty_database: str) -> None:
    with served(empty_database) as site:
        assert_refused(site.get(COUNTRIES), "They come with the next run of the spiders")
        prepare(Settings({"DATABASE_URL": empty_database}))
        assert site.get(COUNTRIES).json()["total"] == 0


@pytest.fixture
def role(server: str) -> Iterator[str]:
    """A name for a role; ask for it before ``database``, so that this is dropped first."""
    with role_on(server) as name:
        yield name


def test_a_login_that_may_not_read(
    role: str, database: str, caplog: pytest.LogCaptureFixture
) -> None:
    with psycopg.connect(database) as connection:
        name = sql.Identifier(role)
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'hunter2'").format(name))
    with served(make_conninfo(database, user=role, password="hunter2")) as site:
        assert_refused(site.get(COUNTRIES), "its operator finds the reason in the log")
    assert "permission denied" in caplog.text
    assert "hunter2" not in caplog.text


def test_the_log_says_why_there_is_no_connection_and_keeps_the_password(
    impatient: None, caplog: pytest.LogCaptureFixture
) -> None:
    with served("postgresql://me:hunter2@127.0.0.1:1/x") as site:
        assert_refused(site.get(API), AWAY)
    assert "Connection refused" in caplog.text
    assert "The database can't be used: couldn't get a connection" in caplog.text
    assert "hunter2" not in caplog.text


def test_the_reader_is_enough(role: str, database: str) -> None:
    made = make_reader(database, role=role, strict=True)
    with served(make_conninfo(database, user=role, password=made.password)) as site:
        assert site.get(COUNTRIES).json() == {"total": 0, "rows": []}
        site.probe.reads = asks("SELECT * FROM public.countries")
        assert_refused(site.get(API), "There are no data to show yet")


def test_a_pooler_that_gives_each_transaction_another_session_will_do(web_database: str) -> None:
    with pgbouncer(web_database, "transaction", default_pool_size=1) as pooled:
        with served(pooled) as site, ThreadPoolExecutor(4) as pool:
            paths = [COUNTRIES, *(f"{API}?number={number}" for number in range(1, 9))]
            assert {one.status_code for one in pool.map(site.get, paths)} == {200}
        assert not left_behind(pooled)


def test_a_site_whose_database_is_away_ends_at_once(impatient: None) -> None:
    with served(NOWHERE) as site:
        site.get(API)
        begun = monotonic()
    assert monotonic() - begun < 10


def test_a_connection_that_breaks_when_all_was_read(web_database: str) -> None:
    def read_and_break(connection: psycopg.Connection) -> str:
        with psycopg.connect(web_database, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.info.backend_pid])
        return "read"

    with served(web_database) as site:
        site.probe.reads = read_and_break
        assert_refused(site.get(API), AWAY)
