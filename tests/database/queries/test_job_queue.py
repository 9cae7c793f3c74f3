"""The queue that all nodes share."""

from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager
from threading import Event

import psycopg
import pytest
from psycopg import AsyncConnection, sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from scrapy.settings import Settings

from esn_pulse.database.queries.job_queue import Job, Jobs
from esn_pulse.run.record import Ending, Shown, begin_run, end_run
from tests.pipelines.factories import row, values
from tests.relays import relaying_to_socket

INTERRUPTED = Ending("failed: interrupted by a signal", "interrupted by a signal")
MARKUP = Ending("failed: markup changed", "markup changed")
JOB = "SELECT * FROM scrapyd_jobs WHERE job = %s"

NodeNamed = Callable[..., Jobs]


@pytest.fixture
def node(database: str) -> Iterator[NodeNamed]:
    """Return a node's view of the queue: ``node("a")``; with ``lease=0`` it is never heard of."""
    with ExitStack() as stack:

        def named(name: str, lease: float = 1000, url: str = database) -> Jobs:
            jobs = Jobs(Settings({"DATABASE_URL": url}), name, lease)
            stack.callback(jobs.close)
            return jobs

        yield named


@pytest.fixture(autouse=True)
def waiting_job(node: NodeNamed) -> None:
    post(node("a"), "first")


def post(jobs: Jobs, name: str, priority: float = 0.0, project: str = "pulse") -> None:
    jobs.add(project, Job(name, "activities", None, {"LOG_LEVEL": "INFO"}, {}, 0), priority)


def taken(jobs: Jobs) -> str | None:
    job = jobs.take("pulse")
    return job.job if job else None


@asynccontextmanager
async def run_of(database: str, job: str, ending: Ending | None = None) -> AsyncIterator[None]:
    """Be the run of a job: alive within the block, and with no word at its end but this."""
    async with await AsyncConnection.connect(database, autocommit=True) as own:
        backend = own.info.backend_pid
        run = await begin_run(own, "ActivitiesAndStatisticsScraper", {}, job)
        yield
        if ending:
            await end_run(own, run, ending, {}, Shown())
    async with await AsyncConnection.connect(database) as other:
        # The server notices a moment later that a connection was closed, and keeps its locks.
        await other.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])


def test_a_job_is_taken_with_all_that_was_posted(
    node: NodeNamed, connection: psycopg.Connection
) -> None:
    posted = Job("full", "accounts", "v2", {"LOG_LEVEL": "DEBUG"}, {"country": "tr"}, 0)
    node("a").add("other", posted, 0)

    job = node("b").take("other")

    assert job == Job("full", "accounts", "v2", {"LOG_LEVEL": "DEBUG"}, {"country": "tr"}, 1)
    found = row(connection, JOB, "full")
    assert (found["node"], found["attempts"]) == ("b", 1)
    assert found["started_at"] == found["taken_at"]


def test_the_most_urgent_comes_first_then_the_eldest(node: NodeNamed) -> None:
    a = node("a")
    post(a, "second")
    post(a, "urgent", priority=1)
    post(a, "of another project", project="other")

    assert [job.job for job in a.waiting("pulse")] == ["urgent", "first", "second"]
    assert [taken(a) for _ in range(4)] == ["urgent", "first", "second", None]
    assert a.waiting("pulse") == []


def test_many_nodes_take_each_job_once(node: NodeNamed) -> None:
    jobs = {f"job {number}" for number in range(40)}
    for job in jobs:
        post(node("a"), job)

    def take_all(name: str) -> list[str]:
        jobs = node(name)
        return [*iter(lambda: taken(jobs), None)]

    with ThreadPoolExecutor(4) as pool:
        found = [job for own in pool.map(take_all, "abcd") for job in own]

    assert len(found) == 41
    assert set(found) == jobs | {"first"}


def test_a_name_is_used_once(node: NodeNamed) -> None:
    with pytest.raises(ValueError, match="there has been a job 'first' already"):
        post(node("a"), "first")


def test_a_job_whose_node_is_alive_stays_its_own(node: NodeNamed) -> None:
    a = node("a")
    taken(a)

    assert a.renew({"first": 1}) == set()
    assert taken(node("b")) is None


async def test_a_job_whose_node_died_is_taken_by_another_one(
    node: NodeNamed, database: str, connection: psycopg.Connection
) -> None:
    a = node("a", lease=0)
    taken(a)
    async with run_of(database, "first"):
        pass

    assert taken(node("b", lease=0)) == "first"

    found = row(connection, JOB, "first")
    assert (found["node"], found["attempts"]) == ("b", 2)
    assert found["started_at"] < found["taken_at"]
    assert a.renew({"first": 1}) == {"first"}  # a was only cut off, and learns it
    a.end("first", 1, gives_back=False)
    assert row(connection, JOB, "first")["ended_at"] is None


def test_a_server_that_was_away_gives_nodes_time_to_renew(node: NodeNamed) -> None:
    taken(node("a", lease=0))

    assert taken(node("b", lease=1e8)) is None


def test_a_lease_of_before_the_clock_was_set_back_has_expired(
    node: NodeNamed, connection: psycopg.Connection
) -> None:
    taken(node("a"))
    connection.execute("UPDATE scrapyd_jobs SET leased_until = leased_until + interval '3 days'")

    assert taken(node("b")) == "first"


async def test_a_run_may_outlive_its_node(
    node: NodeNamed, database: str, connection: psycopg.Connection
) -> None:
    b = node("b", lease=0)
    taken(node("a", lease=0))
    async with run_of(database, "first", Ending("finished", None)):
        assert taken(b) is None
        assert row(connection, JOB, "first")["ended_at"] is None

    while row(connection, JOB, "first")["ended_at"] is None:  # until its connection is gone
        assert taken(b) is None


async def test_a_job_that_kills_its_nodes_is_given_up(
    node: NodeNamed, connection: psycopg.Connection
) -> None:
    jobs = node("a", lease=0)

    assert [taken(jobs) for _ in range(4)] == ["first", "first", "first", None]

    found = row(connection, JOB, "first")
    assert (found["attempts"], found["deaths"]) == (3, 3)
    assert found["ended_at"] is not None


@pytest.mark.parametrize(
    ("ending", "gives_back", "waits"),
    [
        (Ending("finished", None), False, False),
        (Ending("finished", None), True, False),
        (MARKUP, False, False),
        (INTERRUPTED, False, True),
        (INTERRUPTED, True, True),
        (None, False, True),  # killed without a word
    ],
)
async def test_a_job_waits_again_when_its_run_was_interrupted(
    node: NodeNamed,
    database: str,
    connection: psycopg.Connection,
    ending: Ending | None,
    *,
    gives_back: bool,
    waits: bool,
) -> None:
    jobs = node("a")
    taken(jobs)
    async with run_of(database, "first", ending):
        pass

    jobs.end("first", 1, gives_back=gives_back)

    assert (row(connection, JOB, "first")["ended_at"] is None) == waits
    assert (taken(node("b")) == "first") == waits


async def test_a_run_that_is_killed_again_and_again_is_given_up(
    node: NodeNamed, database: str, connection: psycopg.Connection
) -> None:
    jobs = node("a")
    for attempt in 1, 2, 3:
        assert taken(jobs) == "first"
        async with run_of(database, "first"):
            pass
        jobs.end("first", attempt, gives_back=False)

    assert taken(jobs) is None
    found = row(connection, JOB, "first")
    assert found["deaths"] == 3
    assert found["ended_at"] is not None


async def test_nodes_that_stop_give_a_job_back_as_often_as_it_takes(
    node: NodeNamed, database: str, connection: psycopg.Connection
) -> None:
    jobs = node("a")
    for attempt in range(1, 6):
        assert taken(jobs) == "first"
        async with run_of(database, "first", INTERRUPTED):
            pass
        jobs.end("first", attempt, gives_back=True)

    assert taken(jobs) == "first"
    assert row(connection, JOB, "first")["deaths"] == 0


@pytest.mark.parametrize("gives_back", [True, False])
def test_a_job_that_never_became_a_run_has_ended_unless_its_node_stopped(
    node: NodeNamed, connection: psycopg.Connection, *, gives_back: bool
) -> None:
    jobs = node("a")
    taken(jobs)

    jobs.end("first", 1, gives_back=gives_back)

    assert (row(connection, JOB, "first")["ended_at"] is None) == gives_back


def test_a_waiting_job_is_cancelled(node: NodeNamed, connection: psycopg.Connection) -> None:
    assert node("b").cancel("pulse", "first") == "pending"

    assert taken(node("a")) is None
    assert node("b").cancel("pulse", "first") is None
    assert node("b").cancel("pulse", "no such job") is None
    assert values(connection, "SELECT job FROM scrapyd_jobs WHERE ended_at IS NULL") == []


async def test_a_running_job_is_cancelled_by_its_own_node(
    node: NodeNamed, database: str, connection: psycopg.Connection
) -> None:
    a = node("a")
    taken(a)

    assert node("b").cancel("pulse", "first") == "running"

    assert a.renew({"first": 1}) == {"first"}
    async with run_of(database, "first", INTERRUPTED):
        pass
    a.end("first", 1, gives_back=True)
    assert row(connection, JOB, "first")["ended_at"] is not None


def test_a_cancelled_job_of_a_dead_node_has_ended(
    node: NodeNamed, connection: psycopg.Connection
) -> None:
    jobs = node("a", lease=0)
    taken(jobs)
    jobs.cancel("pulse", "first")

    assert taken(jobs) is None
    assert row(connection, JOB, "first")["ended_at"] is not None


def test_what_ended_is_listed_the_latest_first(node: NodeNamed) -> None:
    jobs = node("a")
    for name in "second", "never begun":
        post(jobs, name)
    jobs.cancel("pulse", "never begun")
    for job in jobs.take("pulse"), jobs.take("pulse"):
        assert job
        jobs.end(job.job, 1, gives_back=False)

    assert [job.job for job in jobs.ended(limit=9)] == ["second", "first"]
    assert [job.job for job in jobs.ended(limit=1)] == ["second"]


def test_a_server_that_only_reads_is_left_for_another_session(
    node: NodeNamed, database: str, connection: psycopg.Connection
) -> None:
    a = node("a")
    setting = "ALTER DATABASE {} {} default_transaction_read_only {}"
    name = sql.Identifier(connection.info.dbname)
    connection.execute(sql.SQL(setting).format(name, sql.SQL("SET"), sql.SQL("= on")))
    a.close()
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        a.take("pulse")
    connection.execute(sql.SQL(setting).format(name, sql.SQL("RESET"), sql.SQL("")))

    assert taken(a) == "first"


def test_a_server_that_is_silent_is_not_waited_for(
    node: NodeNamed, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("esn_pulse.database.queries.job_queue.ANSWERS_AT_ONCE", 1)
    parts, is_silent = conninfo_to_dict(database), Event()
    with relaying_to_socket(f"{parts['host']}/.s.PGSQL.{parts['port']}", is_silent) as port:
        a = node("a", url=make_conninfo(database, host="127.0.0.1", port=port))
        assert a.waiting("pulse")
        is_silent.set()
        with pytest.raises(psycopg.OperationalError, match="there was no answer for 1 s"):
            a.take("pulse")
        is_silent.clear()
        assert taken(a) == "first"


def test_a_lost_connection_is_opened_anew(node: NodeNamed, connection: psycopg.Connection) -> None:
    jobs = node("a")
    jobs.waiting("pulse")
    connection.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        " WHERE application_name = 'esn_pulse node a'"
    )

    with pytest.raises(psycopg.OperationalError):
        jobs.waiting("pulse")

    assert taken(jobs) == "first"
