"""Poolers that give each transaction another session are told from those that don't."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest.mock import Mock
from urllib.parse import unquote

import pytest
from psycopg.conninfo import make_conninfo

from esn_pulse.backups.backup import back_up
from esn_pulse.database import Database, prepare
from esn_pulse.database import pooling as module
from esn_pulse.database.queries.job_queue import Jobs
from esn_pulse.database.sessions import connect, connected
from esn_pulse.exceptions import ConfigurationError, DatabaseUnavailable
from tests.database.factories import opened, settings
from tests.end_to_end.village import wait_until
from tests.poolers import left_behind, pgbouncer

REFUSED = r"pooler .* another session.* 5432 .* pool_mode=session"


@contextmanager
def processes(pooled: str, number: int) -> Iterator[None]:
    """Let a pool have so many processes, all at rest."""
    with ExitStack() as stack:
        connections = [stack.enter_context(connect(pooled)) for _ in range(number)]
        for connection in connections:
            connection.execute("BEGIN")
        for connection in connections:
            connection.execute("ROLLBACK")
        yield


@pytest.mark.parametrize("round_robin", [0, 1])
@pytest.mark.parametrize("number", [0, 1, 2, 5])
def test_transactions_that_share_processes_are_told(
    database: str, number: int, round_robin: int
) -> None:
    with (
        pgbouncer(database, "transaction", server_round_robin=round_robin) as pooled,
        processes(pooled, number),
        connect(pooled) as connection,
    ):
        assert module.pools_by_transaction(connection, pooled)


def test_sessions_of_their_own_are_told(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = Mock(side_effect=connect)
    monkeypatch.setattr(module, "connect", counted)

    with connect(database) as connection:
        assert not module.pools_by_transaction(connection, database)
    assert counted.call_count == 1  # each run pays for it

    with pgbouncer(database, "session") as pooled, connect(pooled) as connection:
        assert not module.pools_by_transaction(connection, pooled)


async def test_what_needs_a_session_is_refused_and_leaves_nothing(empty_database: str) -> None:
    with pgbouncer(empty_database, "transaction", default_pool_size=1) as pooled:
        given = settings(pooled)
        given.setdict({"BACKUPS_KEPT": 0, "BACKUPS_DIR": "/nonexistent"})
        with pytest.raises(ConfigurationError, match=REFUSED):
            await Database(given).open()
        with pytest.raises(ConfigurationError, match=REFUSED):
            Jobs(given, "node", 60).ended(1)
        with pytest.raises(ConfigurationError, match=REFUSED):
            back_up(given)
        with pytest.raises(ConfigurationError, match=REFUSED):
            prepare(given)  # as there are no tables yet

        assert left_behind(pooled) == {}
        with connect(pooled) as connection:
            tables = "SELECT FROM pg_tables WHERE schemaname = 'public'"
            assert connection.execute(tables).rowcount == 0


def test_statements_that_share_processes_are_told(database: str) -> None:
    with (
        pgbouncer(database, "statement") as pooled,
        pytest.raises(DatabaseUnavailable, match=REFUSED),
    ):
        prepare(settings(pooled))


def test_a_pool_without_room_is_not_waited_for(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ANSWERS_AT_ONCE", 0.2)

    with (
        pgbouncer(database, "session", default_pool_size=1) as pooled,
        pytest.raises(DatabaseUnavailable, match=r"no second session within 0\.2 s: a pooler"),
    ):
        prepare(settings(pooled), own_session=True)


async def test_a_pooler_by_session_will_do(empty_database: str) -> None:
    with pgbouncer(empty_database, "session") as pooled:
        async with opened(pooled) as pulse:
            assert await pulse.lock(1, 1)
        wait_until(lambda: left_behind(pooled) == {})  # it clears a session once that has ended


def test_a_wrong_password_may_be_one_that_was_not_escaped(database: str, tmp_path: Path) -> None:
    users = tmp_path / "users"
    users.write_text('"me" "se%41cret"\n')
    with pgbouncer(database, "session", auth_type="plain", auth_file=users) as pooled:
        misread = make_conninfo(pooled, user="me", password=unquote("se%41cret"))
        with pytest.raises(DatabaseUnavailable, match="has to be written %25") as refused:
            prepare(settings(misread))

    assert "cret" not in str(refused.value)


def test_nothing_is_prepared_for_another_process(database: str) -> None:
    with pgbouncer(database, "transaction", default_pool_size=1) as pooled:
        with connected(pooled) as connection:
            for _ in range(10):
                connection.execute("SELECT count(*) FROM sections")
        assert left_behind(pooled) == {}
