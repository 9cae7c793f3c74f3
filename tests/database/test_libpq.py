"""``PG…`` variables complete an address as they do for psql, on a real server."""

import os
import subprocess
from itertools import combinations
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from scrapy.settings import Settings

from esn_pulse.backups.backup import back_up
from esn_pulse.database import database_url, embedded, prepare, without_password
from esn_pulse.database.libpq import completed
from esn_pulse.database.schema.migrations import applied_migrations, known_migrations

VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "dbname": "PGDATABASE",
    "password": "PGPASSWORD",
}
WHERE = frozenset(["host", "port", "user", "dbname"])
SUBSETS = [set(chosen) for size in range(5) for chosen in combinations(sorted(WHERE), size)]
WHO = "SELECT current_database(), current_user"


@pytest.fixture
def parts(database: str) -> dict[str, str]:
    """The address of a database, part by part."""
    found = {name: str(value) for name, value in conninfo_to_dict(database).items()}
    return {name: found[name] for name in VARIABLES if name in found}


def set_variables(monkeypatch: pytest.MonkeyPatch, parts: dict[str, str]) -> None:
    for name, value in parts.items():
        monkeypatch.setenv(VARIABLES[name], value)


def asked_by_psql(address: str, question: str) -> str:
    """Ask with psql, which gets the address as it is."""
    told = subprocess.run(
        [embedded.program("psql"), address, "--tuples-only", "--no-align", f"--command={question}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.stderr == ""
    return told.stdout.strip()


def asked(address: str, question: str) -> str:
    with psycopg.connect(address) as connection:
        return "|".join(connection.execute(question.encode()).fetchone() or ())


@pytest.mark.parametrize("said", SUBSETS, ids=lambda said: ",".join(sorted(said)))
def test_variables_say_what_an_address_leaves_out(
    parts: dict[str, str], monkeypatch: pytest.MonkeyPatch, said: set[str]
) -> None:
    address = make_conninfo(**{name: parts[name] for name in said}) or "postgresql://"
    set_variables(monkeypatch, {name: parts[name] for name in parts.keys() - said})

    shown = without_password(database_url(Settings({"DATABASE_URL": address})))
    assert conninfo_to_dict(shown) == {name: parts[name] for name in WHERE}
    assert asked(completed(address), WHO) == asked_by_psql(address, WHO)


def test_an_address_prevails_over_variables(
    database: str, parts: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_variables(monkeypatch, dict.fromkeys(VARIABLES, "1"))

    assert asked(completed(database), WHO) == f"{parts['dbname']}|{parts['user']}"


@pytest.mark.parametrize("service", ["", "service=pulse "])
def test_a_service_prevails_over_variables_but_not_over_an_address(
    parts: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, service: str
) -> None:
    lines = [f"{name}={value}" for name, value in (parts | {"user": "nobody"}).items()]
    (tmp_path / "services").write_text("\n".join(["[pulse]", *lines]))
    monkeypatch.setenv("PGSERVICEFILE", str(tmp_path / "services"))
    set_variables(monkeypatch, {"port": "1", "dbname": "nowhere"})
    variable = "nosuch" if service else "pulse"
    monkeypatch.setenv("PGSERVICE", variable)
    address = f"{service}user={parts['user']}"

    assert asked(completed(address), WHO) == asked_by_psql(address, WHO)
    shown = conninfo_to_dict(completed(address))
    assert {name: shown[name] for name in WHERE} == {name: parts[name] for name in WHERE}
    assert os.environ["PGSERVICE"] == variable


def test_a_service_that_does_not_exist_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGSERVICE", "nosuch")

    with pytest.raises(psycopg.OperationalError, match='service "nosuch" not found'):
        psycopg.connect(completed("postgresql://"))


def test_without_any_host_all_programs_look_in_the_same_folder() -> None:
    address = completed("port=1 user=me")

    with pytest.raises(psycopg.OperationalError) as refused:
        psycopg.connect("port=1 user=me")
    parts = conninfo_to_dict(address)
    assert f'on socket "{parts["host"]}/.s.PGSQL.1" failed' in str(refused.value)
    assert parts["dbname"] == "me"


def test_the_schema_and_a_backup_are_of_the_database_that_variables_name(
    empty_database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    parts = {name: str(value) for name, value in conninfo_to_dict(empty_database).items()}
    set_variables(monkeypatch, {name: parts[name] for name in VARIABLES if name in parts})
    settings = Settings(
        {"DATABASE_URL": "postgresql://", "BACKUPS_DIR": str(tmp_path), "BACKUPS_KEPT": 0}
    )
    prepare(settings)

    with psycopg.connect(empty_database) as connection:
        assert applied_migrations(connection) == known_migrations()
    assert back_up(settings).backup.path.exists()


def test_options_are_the_users_will(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGOPTIONS", "-c default_transaction_read_only=on")

    with psycopg.connect(database_url(Settings({"DATABASE_URL": database}))) as connection:
        assert connection.execute("SHOW transaction_read_only").fetchone() == ("on",)
