"""Views become what their files say, and what others have built on them stays."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import LiteralString
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from esn_pulse.database import prepare
from esn_pulse.database import server as database_server
from esn_pulse.database.locks import VIEWS
from esn_pulse.database.schema import rebuilding
from esn_pulse.database.schema.views import in_order, known_views, read_script, refresh_views
from esn_pulse.exceptions import DatabaseUnavailable
from esn_pulse.health import State
from tests.database.factories import settings
from tests.database.schema.states import structure
from tests.end_to_end.village import wait_until
from tests.health.factories import examined

# (text, what stands in its place) by view
Edits = dict[str, tuple[str, str]]
Edit = Callable[..., None]

ADDED: Edits = {
    "bi.sections": (
        "f.rank_in_network -- Place by activities, then participants, of the 365 days up to the"
        " last run.\n",
        "f.rank_in_network, -- Place.\n    1 AS one -- One.\n",
    )
}
MOVED: Edits = {"bi.sections": ("SELECT\n", "SELECT\n    1 AS one, -- One.\n")}
OF_ACTIVITIES: Edits = {"bi_cache.activities": ("SELECT a.id,", "SELECT 1 AS one, a.id,")}
WITHOUT_URL: Edits = {
    "bi.countries": ("    c.url, -- Address of its page on accounts.esn.org.\n", "")
}
MATERIALISED = """
CREATE MATERIALIZED VIEW bi_cache.named_sections AS
SELECT id AS section_id, name AS section, country_code, '' AS country, TRUE AS is_counted,
    '' AS section_slug
FROM public.sections;
CREATE UNIQUE INDEX idx_named ON bi_cache.named_sections (section_id);
"""
FIRST = "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum = 1"
MEANING = """
    SELECT col_description(attrelid, attnum) FROM pg_attribute
    WHERE attrelid = 'bi.sections'::regclass AND attname = 'one'
"""
RIGHTS: LiteralString = """
    SELECT c.oid::regclass::text, relowner::regrole::text, relacl::text, array(
        SELECT attname || attacl::text FROM pg_attribute
        WHERE attrelid = c.oid AND attacl IS NOT NULL ORDER BY attname
    )
    FROM pg_class AS c
    WHERE relnamespace IN ('bi'::regnamespace, 'bi_cache'::regnamespace) AND relkind IN ('v', 'm')
    ORDER BY 1
"""
WAITING = "SELECT FROM pg_locks WHERE NOT granted"


@pytest.fixture
def edit(monkeypatch: pytest.MonkeyPatch) -> Edit:
    """Changes the files: what stands in them, which there are, and further ones."""

    def change(edits: Edits, *further: str, without: str = "") -> None:
        texts = {view.name: view.text for view in known_views() if view.name != without}
        for name, (old, new) in edits.items():
            assert old in texts[name]
            texts[name] = texts[name].replace(old, new, 1)
        edited = in_order(read_script(text) for text in (*texts.values(), *further))
        monkeypatch.setattr(rebuilding, "known_views", lambda: edited)

    return change


@pytest.fixture
def somebody(server: str) -> Iterator[str]:
    """A role; ask for it before ``database``, so that this is dropped first."""
    name = f"somebody_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'secret'".encode())
        yield name
        connection.execute(f"DROP ROLE {name}".encode())


def first(connection: psycopg.Connection, view: str) -> str:
    [(column,)] = connection.execute(FIRST, [view]).fetchall()
    return str(column)


def test_nothing_is_built_where_no_text_has_changed(
    database: str, connection: psycopg.Connection
) -> None:
    connection.execute("COMMENT ON VIEW bi.sections IS 'As it was.'")
    prepare(settings(database))

    comment = "SELECT obj_description('bi.sections'::regclass, 'pg_class')"
    assert connection.execute(comment).fetchone() == ("As it was.",)


def test_a_view_is_built_from_its_new_text_with_all_that_read_it(
    database: str, connection: psycopg.Connection, edit: Edit
) -> None:
    edit(OF_ACTIVITIES | MOVED)
    prepare(settings(database))

    assert first(connection, "bi_cache.activities") == "one"
    assert first(connection, "bi.sections") == "one"
    assert connection.execute(MEANING).fetchone() == ("One.",)
    assert connection.execute("SELECT FROM bi.network_months").rowcount == 0
    assert not rebuilding.plan(connection)


def test_all_views_built_from_their_files_are_those_of_the_migrations(
    database: str, connection: psycopg.Connection
) -> None:
    before = structure(database)
    connection.execute("DROP VIEW bi_cache.dated_activities CASCADE")
    connection.execute("UPDATE view_scripts SET digest = ''")
    prepare(settings(database))

    assert structure(database) == before


def test_an_older_program_leaves_the_views_of_a_newer_one(
    database: str, connection: psycopg.Connection, edit: Edit
) -> None:
    connection.execute("INSERT INTO _yoyo_migration VALUES ('x', '9999_later', now())")
    edit(MOVED)
    prepare(settings(database))

    assert first(connection, "bi.sections") == "section_id"
    assert examined(database)["views"].state == State.OK


def test_a_view_without_a_file_goes(
    database: str, connection: psycopg.Connection, edit: Edit
) -> None:
    edit({}, without="bi.calendar")
    prepare(settings(database))

    assert connection.execute("SELECT to_regclass('bi.calendar')").fetchone() == (None,)
    assert not rebuilding.plan(connection)


async def test_what_is_materialised_is_refreshed_because_its_file_says_so(
    database: str, connection: psycopg.Connection, edit: Edit
) -> None:
    edit({}, MATERIALISED, without="bi_cache.named_sections")
    prepare(settings(database))
    connection.execute("INSERT INTO sections (name, accounts_platform_slug) VALUES ('x', 'x')")

    async with await psycopg.AsyncConnection.connect(database) as run:
        await refresh_views(run)

    assert connection.execute("SELECT section FROM bi_cache.named_sections").fetchone() == ("x",)


@pytest.mark.parametrize("edits", [ADDED, MOVED | WITHOUT_URL], ids=["in place", "anew"])
def test_owner_and_rights_stay(
    somebody: str, database: str, connection: psycopg.Connection, edit: Edit, edits: Edits
) -> None:
    for statement in (
        "GRANT USAGE, CREATE ON SCHEMA bi TO {0}",
        "ALTER VIEW bi.sections OWNER TO {0}",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA bi GRANT SELECT, INSERT ON TABLES TO PUBLIC",
        "GRANT SELECT (section_id, city) ON bi.sections TO PUBLIC",
        "GRANT SELECT, DELETE ON bi.sections TO pg_monitor WITH GRANT OPTION",
        "GRANT SELECT ON bi.countries TO {0}",
    ):
        connection.execute(statement.format(somebody).encode())
    before = connection.execute(RIGHTS).fetchall()
    edit(edits)
    prepare(settings(database))

    assert connection.execute(RIGHTS).fetchall() == before
    assert not rebuilding.plan(connection)


def test_rights_to_a_column_go_with_it(
    database: str, connection: psycopg.Connection, edit: Edit
) -> None:
    connection.execute("GRANT SELECT (url, email) ON bi.countries TO PUBLIC")
    edit(WITHOUT_URL)
    prepare(settings(database))

    granted = (
        "SELECT attname FROM pg_attribute WHERE attacl IS NOT NULL AND attrelid = %s::regclass"
    )
    assert connection.execute(granted, ["bi.countries"]).fetchall() == [("email",)]


def test_what_is_built_on_a_view_stays_where_this_only_gets_another_column(
    database: str, connection: psycopg.Connection, edit: Edit
) -> None:
    connection.execute("CREATE VIEW mine AS SELECT section FROM bi.sections")
    edit(ADDED)
    prepare(settings(database))

    assert connection.execute("SELECT one FROM bi.sections").rowcount == 0
    assert connection.execute("SELECT section FROM mine").rowcount == 0
    assert connection.execute(MEANING).fetchone() == ("One.",)


@pytest.mark.parametrize(
    ("built", "named"),
    [
        ("CREATE VIEW mine AS SELECT section FROM bi.sections", "view public.mine"),
        (
            "CREATE MATERIALIZED VIEW bi.mine AS SELECT section FROM bi.sections",
            "materialized view bi.mine",
        ),
        ("CREATE TABLE mine (one bi.sections)", "table public.mine"),
        (
            "CREATE FUNCTION mine() RETURNS bigint RETURN (SELECT count(*) FROM bi.sections)",
            "function public.mine()",
        ),
    ],
    ids=["view", "materialised view", "table", "function"],
)
def test_where_somebody_built_on_it_the_old_view_stays_until_that_is_gone(
    database: str,
    connection: psycopg.Connection,
    edit: Edit,
    caplog: pytest.LogCaptureFixture,
    built: LiteralString,
    named: str,
) -> None:
    connection.execute(built)
    edit(MOVED | OF_ACTIVITIES)
    prepare(settings(database))

    assert first(connection, "bi.sections") == "section_id"
    assert first(connection, "bi_cache.activities") == "id"
    [warning] = [record.message for record in caplog.records if record.levelname == "WARNING"]
    assert (
        "Views stay as an earlier version made them (bi.sections, bi_cache.activities)" in warning
    )
    assert f"other objects depend on it ({named})" in warning
    check = examined(database)["views"]
    assert check.state == State.PROBLEM
    assert check.value["obstacles"] == [named]
    assert (
        f"bi.sections, bi_cache.activities can't be built anew because of: {named}." in check.advice
    )

    connection.execute(f"DROP {named}".encode())
    assert examined(database)["views"].state == State.INFO
    prepare(settings(database))

    assert first(connection, "bi.sections") == "one"
    assert examined(database)["views"].state == State.OK


def test_a_name_that_somebody_else_took_is_left_to_them(
    database: str, connection: psycopg.Connection, edit: Edit
) -> None:
    connection.execute("CREATE VIEW bi.new AS SELECT 'mine' AS whose")
    edit({}, "CREATE VIEW bi.new AS\nSELECT 'ours' AS whose;\n")
    prepare(settings(database))

    assert connection.execute("SELECT whose FROM bi.new").fetchone() == ("mine",)
    assert examined(database)["views"].value["obstacles"] == ["view bi.new"]


def test_who_keeps_reading_does_not_hold_up_a_run(
    database: str, connection: psycopg.Connection, edit: Edit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuilding, "_LOCK_TIMEOUT", "50ms")
    monkeypatch.setattr(database_server, "TAKES_LONG", 30)
    edit(MOVED)
    with psycopg.connect(database) as reading:
        reading.execute("SELECT FROM bi.sections")
        prepare(settings(database))
        assert first(connection, "bi.sections") == "section_id"

    prepare(settings(database))
    assert first(connection, "bi.sections") == "one"


def test_those_that_begin_together_build_once(
    database: str, connection: psycopg.Connection, edit: Edit, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    edit(MOVED)
    connection.execute("SELECT pg_advisory_lock(%s, 0)", [VIEWS])
    with ThreadPoolExecutor() as threads:
        runs = [threads.submit(prepare, settings(database)) for _ in "ab"]
        wait_until(lambda: connection.execute(WAITING).rowcount == 2)
        connection.execute("SELECT pg_advisory_unlock(%s, 0)", [VIEWS])
        for run in runs:
            run.result()

    assert first(connection, "bi.sections") == "one"
    assert caplog.text.count("Building views: bi.sections") == 1


def test_one_that_is_killed_leaves_the_old_views(
    database: str, connection: psycopg.Connection, edit: Edit
) -> None:
    edit(OF_ACTIVITIES)
    before = structure(database)
    with psycopg.connect(database) as reading, ThreadPoolExecutor() as threads:
        reading.execute("SELECT FROM bi_cache.activities")  # the last that is dropped
        killed = threads.submit(prepare, settings(database))
        wait_until(lambda: connection.execute(WAITING).rowcount)
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted")
        with pytest.raises(DatabaseUnavailable):
            killed.result()

    assert structure(database) == before
    prepare(settings(database))
    assert first(connection, "bi_cache.activities") == "one"


def test_who_may_not_is_told_so(
    somebody: str, database: str, connection: psycopg.Connection, edit: Edit
) -> None:
    connection.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {somebody}".encode())
    connection.execute(f"GRANT USAGE ON SCHEMA bi, bi_cache TO {somebody}".encode())
    edit(MOVED)
    with pytest.raises(DatabaseUnavailable, match="may not bring the schema up to date"):
        prepare(settings(make_conninfo(database, user=somebody, password="secret")))
