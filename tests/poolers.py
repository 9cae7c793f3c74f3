"""PgBouncer, the real one, in front of the tests' server."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import LiteralString

import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from esn_pulse.database.sessions import connect

_PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"])  # where Debian puts it
_LEFT: dict[str, LiteralString] = {
    "locks": "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database ="
    " (SELECT oid FROM pg_database WHERE datname = current_database())",
    "settings": "SELECT count(*) FROM pg_settings WHERE source = 'session'"
    " AND name NOT IN ('application_name', 'client_encoding', 'DateStyle', 'TimeZone')",
    "statements": "SELECT count(*) FROM pg_prepared_statements",
    "channels": "SELECT count(*) FROM pg_listening_channels()",
}
_SERVER = ("host", "port", "user", "password")


@contextmanager
def pgbouncer(conninfo: str, pool_mode: str, **options: object) -> Iterator[str]:
    """Put a pooler in front of a database; yields the address by way of it.

    :param options: of ``pgbouncer.ini``.
    """
    program = shutil.which("pgbouncer", path=_PATH)
    if not program:
        pytest.skip("PgBouncer is not installed (apt-get install pgbouncer)")
    parts = conninfo_to_dict(conninfo)
    server = {name: str(parts[name]) for name in _SERVER if name in parts}
    options = {
        "pool_mode": pool_mode,
        "auth_type": "any",
        "listen_addr": "",
        "unix_socket_mode": "0777",
        "admin_users": "pooler",
        "log_connections": 0,
        "log_disconnections": 0,
    } | options
    folder = Path(tempfile.mkdtemp(prefix="pulse-"))  # short: a socket's path may not be long
    try:
        folder.chmod(0o777)
        settings = [f"{name} = {value}" for name, value in options.items()]
        lines = ["[databases]", f"* = {make_conninfo(**server)}", "[pgbouncer]", *settings]
        ini = folder / "pgbouncer.ini"
        ini.write_text("\n".join([*lines, f"unix_socket_dir = {folder}", ""]))
        command = [program, "--quiet", *_another_user(server["host"]), str(ini)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as pooler:
            try:
                _wait_for(folder / ".s.PGSQL.6432", pooler)
                yield make_conninfo(conninfo, host=str(folder), port=6432)
            finally:
                pooler.kill()  # a newer one that is only asked to end waits for all clients
    finally:
        shutil.rmtree(folder)


def _wait_for(path: Path, process: subprocess.Popen[bytes]) -> None:
    """Wait until the pooler listens; its socket is there a moment before."""
    deadline = time.monotonic() + 20
    with socket.socket(socket.AF_UNIX) as line:
        while line.connect_ex(str(path)):
            assert process.poll() is None, process.stderr and process.stderr.read()
            assert time.monotonic() < deadline, "PgBouncer does not listen"
            time.sleep(0.01)


def _another_user(server_host: str) -> list[str]:
    """Let root, which it refuses, step down to a user that may use the server's socket."""
    if os.getuid():
        return []
    return ["--user", Path(server_host).owner() if server_host.startswith("/") else "nobody"]


def left_behind(pooled: str) -> dict[str, int]:
    """Count what somebody left in a pool's only process."""
    with connect(pooled) as connection:
        return {
            what: count
            for what, query in _LEFT.items()
            for (count,) in connection.execute(query)
            if count
        }
