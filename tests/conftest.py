"""What all tests share: a real PostgreSQL, fresh databases in it, and crawls as users run them."""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn
from uuid import uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from scrapy.settings import Settings

from esn_pulse.database import embedded, prepare
from esn_pulse.database.libpq import completed, forget_environment, from_environment
from tests.forked import ForkServer

PROJECT = Path(__file__).parents[1]
ROOM = 4_000_000_000  # bytes; what the servers of all test processes take is less than half of it

SLOW = tuple(
    f"tests/{start}"
    for start in (
        *("node/", "end_to_end/", "web/browser/", "report/", "extensions/", "database/"),
        *("commands/", "sample/", "fetching/browser/", "web/test_", "test_messenger"),
    )
)

Crawl = Callable[..., subprocess.CompletedProcess[str]]

# Crawls leave no log files, in this process or another, unless a test asks for them.
os.environ["LOGS_DIR"] = ""

# The same cases everywhere and each day, however slow the machine is.
settings.register_profile(
    "tests", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("tests")

# What somebody may have set for a server elsewhere; none of it is right for ours.
FOR_ANOTHER_SERVER = {
    "PGHOST": "/nonexistent",
    "PGHOSTADDR": "127.0.0.2",
    "PGPORT": "1",
    "PGUSER": "nobody",
    "PGDATABASE": "nowhere",
    "PGPASSWORD": "hunter2",
    "PGSERVICE": "nosuch",
    "PGOPTIONS": "-c statement_timeout=1",
    "PGREQUIREAUTH": "scram-sha-256",
    "PGSSLMODE": "require",
    "PGTARGETSESSIONATTRS": "standby",
    "PGCLIENTENCODING": "LATIN1",
    "PGDATESTYLE": "German",
    "PGTZ": "Asia/Tokyo",
}

# The variables by which coverage reaches into other processes. They are in no test's environment,
# as it takes twice as long with them; a test that wants its process measured adds them.
MEASURED: dict[str, str] = {}


def pytest_xdist_auto_num_workers() -> int:
    """Return how many processes run tests: one more than there are cores, as some always wait."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the tests that take long: at the end they would be what all processes wait for."""
    items.sort(key=lambda item: not item.nodeid.startswith(SLOW))


@pytest.hookimpl(wrapper=True)
def pytest_sessionstart() -> Iterator[None]:
    """Fill ``MEASURED``, before xdist starts its workers and after pytest-cov starts in one."""
    settle_database()
    forget_the_way_out()
    put_coverage_aside()
    yield
    put_coverage_aside()


def settle_database() -> None:
    """Let ``DATABASE_URL``, where it is set, say what ``PG…`` variables do, and drop these.

    A test that wants one sets it. Otherwise they would reach servers of our own, or not, depending
    on which test comes first.
    """
    if url := os.environ.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = make_conninfo(
            make_conninfo(**from_environment()), **conninfo_to_dict(completed(url))
        )
    forget_environment()


def forget_the_way_out() -> None:
    """Drop the variables that name a proxy, or whose certificates are trusted: for other sites."""
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        del os.environ[name]
    for name in "SSL_CERT_FILE", "SSL_CERT_DIR":
        os.environ.pop(name, None)


def put_coverage_aside() -> None:
    for name in [name for name in os.environ if name.startswith("COVERAGE_")]:
        MEASURED[name] = os.environ.pop(name)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Address of a running server: ``DATABASE_URL``, else an embedded one for this session."""
    if url := os.environ.get("DATABASE_URL"):
        yield url
        return
    # Its path is short: that of a socket may not be long.
    folder = Path(tempfile.mkdtemp(prefix="pulse-", dir=memory_folder()))
    try:
        conninfo = embedded.start(folder / "postgres")
        with psycopg.connect(conninfo, autocommit=True) as connection:
            # Nobody will miss these data after a power cut.
            for name in "fsync", "full_page_writes", "synchronous_commit":
                connection.execute(f"ALTER SYSTEM SET {name} = off")
            connection.execute("SELECT pg_reload_conf()")
        yield conninfo
    finally:
        embedded.stop(folder / "postgres")
        shutil.rmtree(folder)


def memory_folder() -> Path | None:
    """Return a folder in memory, if there is one with room: databases are made there at once."""
    memory = Path("/dev/shm")
    if memory.is_dir() and shutil.disk_usage(memory).free > ROOM:
        return memory
    return None


@pytest.fixture
def pulse_dir() -> Iterator[Path]:
    """Where an embedded server of its own keeps its data."""
    folder = Path(tempfile.mkdtemp(prefix="pulse-"))  # short: a socket's path may not be long
    try:
        yield folder
    finally:
        embedded.stop(folder / "postgres")
        shutil.rmtree(folder)


def create_database(server: str, template: str) -> str:
    """Create a database of a random name; returns its address."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(
            # A copy of the files is made in a fifth of the time of one by way of the log.
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
    return make_conninfo(server, dbname=name)


def database_name(conninfo: str) -> str:
    """Return the name of the database at an address."""
    return str(conninfo_to_dict(conninfo)["dbname"])


def drop_database(server: str, conninfo: str) -> None:
    """Drop a database, whoever is connected to it."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(
                sql.Identifier(database_name(conninfo))
            )
        )


@contextmanager
def filled_database(
    server: str, template: str, fill: Callable[[str], Coroutine[Any, Any, None]]
) -> Iterator[str]:
    """Make a copy of a database, and fill it; the block gets its address."""
    conninfo = create_database(server, database_name(template))
    asyncio.run(fill(conninfo))
    yield conninfo
    drop_database(server, conninfo)


@pytest.fixture
def empty_database(server: str) -> Iterator[str]:
    """Address of a database without any table."""
    conninfo = create_database(server, "template0")
    yield conninfo
    drop_database(server, conninfo)


@pytest.fixture(scope="session")
def migrated_template(server: str) -> Iterator[str]:
    """Address of a database with the schema, from which others are copied."""
    conninfo = create_database(server, "template0")
    prepare(Settings({"DATABASE_URL": conninfo}))
    yield conninfo
    drop_database(server, conninfo)


@pytest.fixture
def database(server: str, migrated_template: str) -> Iterator[str]:
    """Address of a database with the schema and nothing else."""
    conninfo = create_database(server, database_name(migrated_template))
    yield conninfo
    drop_database(server, conninfo)


@pytest.fixture
def connection(database: str) -> Iterator[psycopg.Connection]:
    """Connection to ``database``, each statement its own transaction."""
    with psycopg.connect(database, autocommit=True) as connected:
        yield connected


@pytest.fixture
def login(server: str) -> Iterator[dict[str, str]]:
    """A superuser's name and password, which the server may ask for or not."""
    login = {"user": f"login_{uuid4().hex}", "password": "hunter2"}
    name = sql.Identifier(login["user"])
    with psycopg.connect(server, autocommit=True) as connection:
        making = sql.SQL("CREATE ROLE {} SUPERUSER LOGIN PASSWORD {}")
        connection.execute(making.format(name, login["password"]))
        yield login
        connection.execute(sql.SQL("DROP ROLE {}").format(name))


@pytest.fixture(scope="session")
def driver() -> None:
    """Needs Playwright's driver to start, which without libatomic it doesn't."""
    command = [sys.executable, "-m", "playwright", "--version"]
    tried = subprocess.run(command, capture_output=True, text=True, check=False)
    if tried.returncode:
        do_without(f"Playwright's driver does not start: {tried.stderr.strip()}")


@pytest.fixture(scope="session")
def browser(driver: None) -> str:
    """Path of a real browser."""
    names = [os.environ.get("BROWSER_PATH"), "chromium", "chromium-browser", "google-chrome"]
    found = next(filter(None, map(shutil.which, filter(None, names))), None)
    return found or do_without("no browser is installed")


def do_without(missing: str) -> NoReturn:
    """Skip a test for want of something, but not where ``CI`` is set."""
    reason = f"{missing} (apt-get install chromium libatomic1 libnss3-tools, or set BROWSER_PATH)"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def quick_settings() -> list[str]:
    """Return the options that leave out the polite waits."""
    quick = ("DOWNLOAD_DELAY=0", "AUTOTHROTTLE_ENABLED=0", "RETRY_FIRST_WAIT=0.01")
    return [part for setting in quick for part in ("-s", setting)]


def crawl_environment(**variables: str) -> dict[str, str]:
    """Return the environment of a crawl, with these variables set; ``MEASURED`` may be some."""
    return os.environ | variables


@pytest.fixture(scope="session")
def fork_server() -> Iterator[ForkServer]:
    """Starts ``scrapy`` in a tenth of the time; see ``crawl`` and ``start_crawl``."""
    with ForkServer(PROJECT) as server:
        yield server


@pytest.fixture(scope="session")
def crawl(fork_server: ForkServer) -> Crawl:
    """Run ``scrapy`` in a process of its own, as a user does, without the polite waits.

    ``crawl("crawl", "accounts", DATABASE_URL=…, ESN_ACCOUNTS_URL=…)`` takes the command's words
    and environment variables, and returns the finished process. It is a fork of one that has
    imported Scrapy; ``afresh=True`` starts Python instead, which takes two seconds longer.
    """

    def run(
        command: str, *others: str, afresh: bool = False, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        words = [command, *quick_settings(), *others]
        if afresh:
            return subprocess.run(
                [sys.executable, "-W", "error", "-m", "scrapy", *words],
                env=crawl_environment(**environment),
                cwd=PROJECT,
                capture_output=True,
                text=True,
                timeout=100,
                check=False,
            )
        with fork_server.start(words, crawl_environment(**environment)) as process:
            stdout, stderr = process.communicate(timeout=100)
            return subprocess.CompletedProcess(words, process.wait(), stdout, stderr)

    return run
