"""A server that takes only reading for a while, or falls silent."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tests.conftest import database_name
from tests.end_to_end.content import Content, content, differences
from tests.end_to_end.faults import terminate_connections
from tests.end_to_end.village import Village, forget_visits
from tests.relays import relaying_to_socket

UNHURRIED = ("-s", "DOWNLOAD_DELAY=0.01")


@contextmanager
def only_reading(server: str, conninfo: str) -> Iterator[None]:
    """Let new sessions only read, and end those that there are."""
    name = sql.Identifier(database_name(conninfo))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(
            sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = on").format(name)
        )
        try:
            terminate_connections(server, conninfo)
            yield
        finally:
            connection.execute(
                sql.SQL("ALTER DATABASE {} RESET default_transaction_read_only").format(name)
            )


def test_a_server_that_only_reads_for_a_while_is_waited_for(
    village: Village, server: str, village_crawled: str, village_content: Content
) -> None:
    forget_visits(village_crawled)
    run = village.start(village_crawled, "activities", *UNHURRIED)
    village.wait_until_asked("^/organisation/")
    log = iter(run.stderr)

    with only_reading(server, village_crawled):
        assert any("read-only transaction" in line for line in log)
    rest = "".join(log)

    assert run.wait(60) == 0, rest
    assert differences(content(village_crawled), village_content) == []


@contextmanager
def falling_silent(conninfo: str) -> Iterator[tuple[str, Event]]:
    """Give another address of a database, and what makes the connections there silent."""
    parts, is_silent = conninfo_to_dict(conninfo), Event()
    path = f"{parts['host']}/.s.PGSQL.{parts['port']}"
    with relaying_to_socket(path, is_silent) as port:
        yield make_conninfo(conninfo, host="127.0.0.1", port=port), is_silent


def test_a_run_goes_on_by_another_connection_than_a_silent_one(
    village: Village, village_crawled: str, village_content: Content
) -> None:
    forget_visits(village_crawled)
    with falling_silent(village_crawled) as (conninfo, is_silent):
        run = village.start(conninfo, "activities", *UNHURRIED, "-s", "DATABASE_PATIENCE=30")
        village.wait_until_asked("^/organisation/")
        log = iter(run.stderr)
        is_silent.set()
        assert any("there was no answer for 10 s" in line for line in log)
        is_silent.clear()
        rest = "".join(log)

    assert run.wait(60) == 0, rest
    assert differences(content(village_crawled), village_content) == []


def test_a_server_that_stays_silent_is_noticed_in_time(
    village: Village, village_crawled: str
) -> None:
    patience = 6
    with falling_silent(village_crawled) as (conninfo, is_silent):
        quickly = ("-s", f"DATABASE_PATIENCE={patience}")
        run = village.start(conninfo, "activities", *UNHURRIED, *quickly)
        village.wait_until_asked("^/organisation/")
        is_silent.set()
        began = time.monotonic()
        _, log = run.communicate(timeout=60)

    assert time.monotonic() - began < 55  # with some tries to connect
    assert run.returncode == 1
    assert f"PostgreSQL stayed away for {patience} s" in log
