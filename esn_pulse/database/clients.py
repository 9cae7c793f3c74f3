"""PostgreSQL's own programs, such as pg_dump: which there are, and how they are called."""

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

from esn_pulse.database import embedded
from esn_pulse.database.address import without_password
from esn_pulse.database.clock import clock
from esn_pulse.database.requirements import check_server, check_session
from esn_pulse.database.schema.migrations import applied_migrations
from esn_pulse.database.schema.objects import SCHEMAS
from esn_pulse.database.server import unavailable
from esn_pulse.database.sessions import ANSWERS_AT_ONCE, connect
from esn_pulse.exceptions import BackupError

# Since this version pg_restore sets transaction_timeout, which no earlier server knows.
OLDEST_LENIENT = 17

# Where Debian and Red Hat put the programs of each version; /usr/bin has only those of one.
_PACKAGED = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin")
_VERSION = re.compile(r"\(PostgreSQL\) (\d+)")
_SCHEMAS = "SELECT nspname FROM pg_namespace WHERE nspname = ANY(%s)"
_RELATIONS = """
    SELECT nspname, relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE nspname = ANY(%s) AND relkind = ANY('{r,p,v,m,f,S}')
"""


@dataclass(frozen=True)
class Program:
    """A program, and the major version of PostgreSQL that it comes from."""

    path: Path
    major: int


@dataclass(frozen=True)
class Server:
    """A server's major version, and what is in the database.

    :ivar schemas: which of ours there are.
    :ivar relations: schema and name of all tables, views and sequences in them, whoever made them.
    :ivar migrations: those that were applied to it.
    :ivar now: the time by its clock.
    """

    major: int
    schemas: set[str]
    relations: list[tuple[str, str]]
    migrations: set[str]
    now: datetime


def look(conninfo: str) -> Server:
    """Look what is at an address, for programs whose settings a pooler would hand on to others.

    :raises ConfigurationError: when the database is none for us.
    :raises DatabaseUnavailable: when the server does not answer or refuses the login.
    """
    try:
        with connect(conninfo, ANSWERS_AT_ONCE) as connection:
            check_server(connection, conninfo)
            check_session(connection, conninfo)
            return Server(
                connection.info.server_version // 10000,
                {schema for (schema,) in connection.execute(_SCHEMAS, [list(SCHEMAS)])},
                connection.execute(_RELATIONS, [list(SCHEMAS)]).fetchall(),
                applied_migrations(connection),
                clock(connection),
            )
    except psycopg.Error as error:
        raise unavailable(conninfo, error) from error


def programs(name: str) -> list[Program]:
    """Return the programs of a name, the oldest first; the embedded server's is one.

    Of a version that is there more than once, a package's comes before that of ``PATH``, which on
    Debian may choose another version when it is called.
    """
    found = ((path, _major(path)) for path in _paths(name))
    return sorted((Program(path, major) for path, major in found if major), key=lambda p: p.major)


def environment(conninfo: str) -> dict[str, str]:
    """Return our environment and the address's password: arguments are visible to every process.

    What goes to the program as an argument is ``without_password(conninfo)``.
    """
    password = conninfo_to_dict(conninfo).get("password")
    return os.environ | ({"PGPASSWORD": str(password)} if password else {})


def psql_command(conninfo: str) -> str:
    """Return the line of shell that opens psql on a database; psql may ask for the password."""
    return f"psql {shlex.quote(without_password(conninfo))}"


def call(program: Path, *arguments: str, conninfo: str | None = None) -> str:
    """Call a program that must succeed; returns what it printed.

    Files that it writes are nobody else's to read.

    :param conninfo: the database to connect to.
    :raises BackupError: with what the program says.
    """
    database = ["--no-password", f"--dbname={without_password(conninfo)}"] if conninfo else []
    ended = subprocess.run(  # noqa: S603
        [program, *database, *arguments],
        env=environment(conninfo or ""),
        umask=0o077,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if ended.returncode:
        said = " ".join(ended.stderr.split()) or f"exit status {ended.returncode}"
        raise BackupError(f"{program.name} {_major(program)} failed: {said}")
    return ended.stdout


def _paths(name: str) -> Iterator[Path]:
    for folder in _PACKAGED:
        yield from Path("/").glob(f"{folder}/{name}")
    if path := shutil.which(name):
        yield Path(path)
    if embedded.is_installed():
        yield embedded.program(name)


def _major(program: Path) -> int | None:
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    match = _VERSION.search(told.stdout)
    return int(match[1]) if match else None
