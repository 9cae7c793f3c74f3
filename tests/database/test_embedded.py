"""The embedded server itself, in folders of its own, wherever the other tests have theirs."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from scrapy.settings import Settings

from esn_pulse.database import database_url, embedded
from esn_pulse.exceptions import DatabaseUnavailable
from tests.conftest import FOR_ANOTHER_SERVER

START = """
import pathlib, sys
from esn_pulse.database import embedded
print(embedded.start(pathlib.Path(sys.argv[1])), flush=True)
"""
STOP = """
import pathlib, sys
from esn_pulse.database import embedded
print(embedded.stop(pathlib.Path(sys.argv[1])))
"""
SETTINGS = ("port", "client_encoding", "DateStyle", "statement_timeout")


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder that does not exist yet; its server is stopped in the end."""
    folder = Path(tempfile.mkdtemp(prefix="pulse-"))  # short: a socket's path may not be long
    try:
        yield folder / "deep" / "postgres"
    finally:
        embedded.stop(folder / "deep" / "postgres")
        shutil.rmtree(folder)


def postmaster(data: Path) -> int:
    return int((data / "postmaster.pid").read_text().split()[0])


def start_elsewhere(data: Path, script: str = START, **environment: str) -> str:
    """Start or join the server in another process, which then ends."""
    finished = subprocess.run(
        [sys.executable, "-W", "error", "-c", script, str(data)],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout.strip()


def note(conninfo: str, text: str) -> None:
    with psycopg.connect(conninfo) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS notes (note text)")
        connection.execute("INSERT INTO notes VALUES (%s)", [text])


def notes(conninfo: str) -> list[str]:
    with psycopg.connect(conninfo) as connection:
        return [text for (text,) in connection.execute("SELECT note FROM notes ORDER BY note")]


def test_processes_share_a_server_that_outlives_them(data: Path) -> None:
    elsewhere = start_elsewhere(data)
    first = postmaster(data)
    note(elsewhere, "from elsewhere")

    here = embedded.start(data)
    note(here, "from here")
    again = start_elsewhere(data)

    assert postmaster(data) == first
    assert notes(again) == notes(here) == ["from elsewhere", "from here"]


def test_it_can_be_stopped_and_keeps_its_data(data: Path) -> None:
    assert not embedded.stop(data)
    conninfo = start_elsewhere(data)
    note(conninfo, "kept")
    first = postmaster(data)

    assert embedded.stop(data)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(conninfo)
    assert not embedded.stop(data)

    assert notes(start_elsewhere(data)) == ["kept"]
    assert postmaster(data) != first


def test_a_stopped_server_can_be_started_again_by_the_same_process(data: Path) -> None:
    note(embedded.start(data), "kept")
    assert embedded.stop(data)

    assert notes(embedded.start(data)) == ["kept"]


def test_a_server_whose_owner_was_killed_is_found_again(data: Path) -> None:
    command = [sys.executable, "-c", f"{START}sys.stdin.read()", str(data)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout
        note(owner.stdout.readline().strip(), "kept")
        first = postmaster(data)
        owner.kill()

    assert notes(start_elsewhere(data)) == ["kept"]
    assert postmaster(data) == first


def test_without_an_address_it_is_used_and_listens_on_no_network(data: Path) -> None:
    conninfo = database_url(Settings({"DATABASE_URL": None, "PULSE_DIR": str(data.parent)}))

    assert Path(str(conninfo_to_dict(conninfo)["host"])).is_dir()
    with psycopg.connect(conninfo) as connection:
        assert connection.execute("SHOW data_directory").fetchone() == (str(data.resolve()),)
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


def test_variables_for_another_server_are_ignored(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = start_elsewhere(data, **FOR_ANOTHER_SERVER)
    with psycopg.connect(elsewhere) as connection:
        started = [connection.execute(f"SHOW {name}").fetchone() for name in SETTINGS]
    assert started == [("5432",), ("UTF8",), ("ISO, MDY",), ("0",)]

    for name, value in FOR_ANOTHER_SERVER.items():
        monkeypatch.setenv(name, value)
    conninfo = embedded.start(data)
    assert conninfo == elsewhere
    with psycopg.connect(conninfo) as connection:
        assert [connection.execute(f"SHOW {name}").fetchone() for name in SETTINGS] == started
    assert not FOR_ANOTHER_SERVER.keys() & os.environ.keys()  # nor does what it starts see them

    assert start_elsewhere(data, STOP, **FOR_ANOTHER_SERVER) == "True"


def test_its_address_is_right_wherever_variables_lead(data: Path) -> None:
    address = embedded.start(data)

    psql = embedded.program("psql")
    where = {"PGHOST", "PGPORT", "PGUSER", "PGDATABASE", "PGPASSWORD"}
    told = subprocess.run(
        [psql, address, "--tuples-only", "--no-align", "--command=SHOW data_directory"],
        env={name: FOR_ANOTHER_SERVER[name] for name in where},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (told.stdout.strip(), told.stderr) == (str(data.resolve()), "")


@pytest.mark.parametrize("name", ["psql", "pg_dump"])
def test_its_programs_can_be_run(name: str) -> None:
    told = subprocess.run(
        [embedded.program(name), "--version"], capture_output=True, text=True, check=True
    )

    assert told.stdout.startswith(f"{name} (PostgreSQL)")


@pytest.mark.parametrize("locale", ["en_GB.UTF-8", "tr_TR", ""])  # the first two not generated
def test_it_starts_in_any_locale_and_always_has_the_same(data: Path, locale: str) -> None:
    elsewhere = start_elsewhere(data, LC_ALL=locale, LANG=locale)

    with psycopg.connect(elsewhere) as connection:
        found = connection.execute("SELECT lower('ĞÖŞI'), datcollate FROM pg_database").fetchone()
    assert found == ("ğöşi", "C.UTF-8")


def test_the_locale_of_the_process_stays(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "tr_TR.UTF-8")
    embedded.start(data)
    assert os.environ["LC_ALL"] == "tr_TR.UTF-8"


def test_why_it_can_not_be_made_is_said_in_a_sentence(data: Path) -> None:
    data.mkdir(parents=True)
    (data / "other").touch()

    with pytest.raises(DatabaseUnavailable) as raised:
        embedded.start(data)
    assert str(raised.value) == (
        f"the embedded PostgreSQL with its data in {data} can't be used (directory"
        f' "{data}" exists but is not empty). Mend that, set PULSE_DIR to another folder, or'
        " DATABASE_URL to a server of your own"
    )


def test_why_it_does_not_start_is_said_in_a_sentence(data: Path) -> None:
    embedded.start(data)
    embedded.stop(data)
    configuration = data / "postgresql.auto.conf"
    configuration.write_text("lc_messages = 'xx_YY.UTF-8'")
    try:
        for _ in range(2):
            with pytest.raises(DatabaseUnavailable, match=f"errors; its log is {data}/log"):
                embedded.start(data)
    finally:
        configuration.write_text("")
