"""What the role can do, and how it becomes again what it has to be."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from psycopg import errors, sql
from scrapy.settings import Settings

from esn_pulse.database import prepare
from esn_pulse.reader import make_reader, making
from esn_pulse.reader import role as module
from esn_pulse.reader.limits import owned
from tests.conftest import create_database, database_name, drop_database
from tests.poolers import left_behind, pgbouncer
from tests.reader.conftest import logged_in
from tests.reader.rights import known

VIEWS = "SELECT viewname FROM pg_views WHERE schemaname = 'bi' ORDER BY 1"


def test_a_new_role_reads_every_view(role: str, database: str) -> None:
    made = make_reader(database, role=role)

    assert made.created
    with logged_in(database, role, made.password) as reading:
        views = [view for (view,) in reading.execute(VIEWS)]
        assert len(views) > 10
        for view in views:
            reading.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(view)))


def test_a_pooler_by_transaction_is_no_obstacle(role: str, database: str) -> None:
    with pgbouncer(database, "transaction", default_pool_size=1) as pooled:
        assert make_reader(prepare(Settings({"DATABASE_URL": pooled})), role=role).created
        assert left_behind(pooled) == {}


def test_it_sees_the_views_and_what_they_mean(reading: psycopg.Connection) -> None:
    listed = reading.execute(
        "SELECT table_name, obj_description(table_name::regclass)"
        " FROM information_schema.tables"
        " WHERE table_schema NOT IN ('pg_catalog', 'information_schema')"
    ).fetchall()

    assert sorted(view for view, _ in listed) == [view for (view,) in reading.execute(VIEWS)]
    assert all(comment for _, comment in listed)


def test_a_view_of_a_later_migration_can_be_read(
    role: str, database: str, connection: psycopg.Connection
) -> None:
    made = make_reader(database, role=role)
    connection.execute("CREATE VIEW bi.later AS SELECT 42 AS answer")

    with logged_in(database, role, made.password) as reading:
        assert reading.execute("SELECT answer FROM later").fetchone() == (42,)


def test_its_sessions_have_limits(reading: psycopg.Connection) -> None:
    limits = {
        "statement_timeout": "1min",
        "idle_in_transaction_session_timeout": "1min",
        "temp_file_limit": "1GB",
        "default_transaction_read_only": "on",
        "search_path": "bi",
    }
    for name, value in limits.items():
        assert reading.execute("SELECT current_setting(%s)", [name]).fetchone() == (value,)


def test_a_query_that_takes_too_long_is_ended(
    role: str, database: str, connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(module._SETTINGS, "statement_timeout", "50ms")
    made = make_reader(database, role=role)

    with (
        logged_in(database, role, made.password) as reading,
        pytest.raises(errors.QueryCanceled, match="statement timeout"),
    ):
        reading.execute("SELECT pg_sleep(30)")


@pytest.mark.parametrize("strict", [False, True])
def test_a_second_call_changes_nothing(
    role: str, database: str, connection: psycopg.Connection, *, strict: bool
) -> None:
    make_reader(database, role=role, strict=strict)
    before = known(connection, role)

    again = make_reader(database, role=role, strict=strict)

    assert (again.created, again.password) == (False, None)
    assert known(connection, role) == before


def test_the_password_is_new_when_that_is_asked_for(
    role: str, database: str, connection: psycopg.Connection
) -> None:
    first = make_reader(database, role=role)
    before = known(connection, role)

    again = make_reader(database, role=role, new_password=True)

    assert not again.created
    assert again.password
    assert again.password != first.password
    after = known(connection, role)
    assert {name for name in after if after[name] != before[name]} == {"password"}


def test_the_server_is_told_no_password(
    role: str, database: str, connection: psycopg.Connection
) -> None:
    made = make_reader(database, role=role)

    stored = known(connection, role)["password"]
    assert stored.startswith("[('SCRAM-SHA-256$4096:")
    assert made.password
    assert made.password not in stored


def test_a_second_database_takes_nothing_from_the_first(
    role: str, database: str, connection: psycopg.Connection, server: str, migrated_template: str
) -> None:
    second = create_database(server, database_name(migrated_template))
    try:
        here = sql.Identifier(connection.info.dbname)
        connection.execute(sql.SQL("REVOKE CONNECT ON DATABASE {} FROM PUBLIC").format(here))
        made = make_reader(database, role=role, strict=True)
        before = known(connection, role)
        added = make_reader(second, role=role, strict=True)

        assert (added.created, added.password) == (False, None)
        after = known(connection, role)
        assert {name for name in after if after[name] != before[name]} == {"rights"}
        for conninfo in database, second:
            with logged_in(conninfo, role, made.password) as reading:
                reading.execute("SELECT FROM runs")
    finally:
        drop_database(server, second)


def test_who_comes_second_leaves_the_password_alone(
    role: str, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []

    def owned_meanwhile(connection: psycopg.Connection, name: str) -> list[str]:
        monkeypatch.undo()
        made.append(make_reader(database, role=role, strict=True))
        return owned(connection, name)

    monkeypatch.setattr(making, "owned", owned_meanwhile)
    second = make_reader(database, role=role, strict=True)

    assert [made[0].created, second.created, second.password] == [True, False, None]


def test_two_at_once_both_succeed(
    role: str, database: str, server: str, migrated_template: str
) -> None:
    second = create_database(server, database_name(migrated_template))
    try:
        with ThreadPoolExecutor() as threads:
            calls = [
                threads.submit(make_reader, conninfo, role=role, strict=True)
                for conninfo in (database, second) * 3
            ]
        made = [call.result() for call in calls]
        (first,) = (one for one in made if one.created)
        for conninfo in database, second:
            with logged_in(conninfo, role, first.password) as reading:
                reading.execute("SELECT FROM runs")
    finally:
        drop_database(server, second)
