"""The role beside runs and backups."""

import asyncio
from pathlib import Path

import psycopg
from psycopg import AsyncConnection
from psycopg.conninfo import make_conninfo
from scrapy.settings import Settings

from esn_pulse.backups.backup import back_up
from esn_pulse.backups.restore import restore
from esn_pulse.database.schema.views import refresh_views
from esn_pulse.reader import make_reader
from tests.database.factories import hang_up, opened
from tests.end_to_end.village import wait_until
from tests.reader.conftest import logged_in


async def session(own: AsyncConnection) -> str:
    found = await (await own.execute("SELECT current_setting('application_name')")).fetchone()
    return str(found and found[0])


async def test_a_run_does_not_end_a_session_that_took_its_name(
    role: str, database: str, connection: psycopg.Connection
) -> None:
    made = make_reader(database, role=role)
    async with opened(database) as run:
        name = await run.run(session)
        address = make_conninfo(database, application_name=name)
        with logged_in(address, role, made.password) as reading:
            await hang_up(run, connection)
            assert await run.run(session) == name
            reading.execute("SELECT FROM runs")


async def test_it_waits_until_the_views_are_refreshed(
    role: str, database: str, connection: psycopg.Connection
) -> None:
    waiting = "SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    async with await AsyncConnection.connect(database) as refreshing:
        await refresh_views(refreshing)
        making = asyncio.create_task(
            asyncio.to_thread(make_reader, database, role=role, strict=True)
        )
        await asyncio.to_thread(wait_until, lambda: connection.execute(waiting).rowcount)
        await refresh_views(refreshing)

    assert (await making).created


def test_a_restored_database_can_be_read_after_another_call(
    role: str, database: str, empty_database: str, tmp_path: Path
) -> None:
    made = make_reader(database, role=role)
    settings = {"DATABASE_URL": database, "BACKUPS_DIR": str(tmp_path), "BACKUPS_KEPT": 0}
    backup = back_up(Settings(settings)).backup.path
    restore(Settings({"DATABASE_URL": empty_database}), backup)

    with logged_in(empty_database, role, made.password) as reading:
        query = "SELECT has_schema_privilege('bi', 'USAGE')"
        assert reading.execute(query).fetchone() == (False,)
        again = make_reader(empty_database, role=role)
        reading.execute("SELECT FROM runs")
    assert (again.created, again.password) == (False, None)
