"""A database that has no place for every letter is refused before anything is made in it."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo
from scrapy.settings import Settings

from esn_pulse.backups.backup import back_up
from esn_pulse.database import embedded, prepare
from esn_pulse.exceptions import ConfigurationError
from esn_pulse.health import State
from esn_pulse.report.reading import read
from tests.conftest import drop_database
from tests.database.factories import settings
from tests.health.factories import examined

MAKE = "CREATE DATABASE {} TEMPLATE template0 ENCODING {} LOCALE 'C'"


@pytest.fixture(params=["SQL_ASCII", "LATIN1"], scope="module")
def narrow(server: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """Address of an empty database in another encoding, whose name has a letter of its own."""
    name = f"test_é_{request.param.lower()}_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        made = sql.SQL(MAKE).format(sql.Identifier(name), sql.Literal(request.param))
        connection.execute(made)
    conninfo = make_conninfo(server, dbname=name)
    yield conninfo
    drop_database(server, conninfo)


@pytest.fixture
def given(narrow: str, tmp_path: Path) -> Settings:
    own = settings(narrow)
    own.setdict({"BACKUPS_DIR": str(tmp_path), "BACKUPS_KEPT": 0})
    return own


def test_it_is_refused_before_anything_is_made(narrow: str, given: Settings) -> None:
    with pytest.raises(ConfigurationError, match="createdb -T template0 -E UTF8") as refused:
        prepare(given)
    assert f"is in {'LATIN1' if 'latin1' in narrow else 'SQL_ASCII'}," in str(refused.value)
    with psycopg.connect(narrow) as connection:
        made = connection.execute("SELECT FROM pg_tables WHERE schemaname = 'public'")
        assert made.rowcount == 0


def test_nothing_is_read_from_it(narrow: str, given: Settings) -> None:
    for reading in back_up, lambda _: read(narrow):
        with pytest.raises(ConfigurationError, match="createdb -T template0 -E UTF8"):
            reading(given)
    check = examined(narrow)["database"]
    assert check.state == State.PROBLEM
    assert "createdb -T template0 -E UTF8" in check.advice


def test_what_the_message_says_makes_a_right_one(server: str, given: Settings) -> None:
    with pytest.raises(ConfigurationError) as refused:
        prepare(given)
    told = re.findall(r"createdb (.*?) NAME", str(refused.value))[0].split()
    name = f"test_{uuid4().hex}"
    createdb = embedded.program("createdb")
    subprocess.run([createdb, f"--maintenance-db={server}", *told, name], check=True)
    conninfo = make_conninfo(server, dbname=name)
    try:
        prepare(settings(conninfo))
    finally:
        drop_database(server, conninfo)
