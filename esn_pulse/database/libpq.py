"""What libpq, PostgreSQL's client library, takes from the ``PG…`` variables of the environment."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from psycopg import pq
from psycopg.conninfo import make_conninfo

from esn_pulse.database.address import parsed

_WHERE = ("host", "hostaddr", "port", "user", "dbname")
# libpq sends these to every server; the other variables stand for parts of an address.
_SENT = frozenset(["PGDATESTYLE", "PGGEQO", "PGTZ"])


def completed(conninfo: str) -> str:
    """Return an address that says host, port, user and database, as psql would complete it.

    psycopg and each of PostgreSQL's programs would do so by themselves, but not in the same way,
    nor in another terminal.

    :raises AddressError: when it is no address.
    """
    parts = parsed(conninfo)
    with _service(parts.get("service")):
        known = from_environment()
    parts = {"port": "5432"} | {name: known[name] for name in _WHERE if name in known} | parts
    if not (parts.get("host") or parts.get("hostaddr")):
        parts["host"] = _socket_folder()
    parts["dbname"] = parts.get("dbname") or parts.get("user", "")
    return make_conninfo(**parts)


def from_environment() -> dict[str, str]:
    """Return the parts of an address for which variables stand, or the service that one names."""
    return {
        option.keyword.decode(): option.val.decode()
        for option in pq.Conninfo.get_defaults()
        if option.val and option.val != option.compiled
    }


def forget_environment() -> None:
    """Let addresses alone decide from now on, in this process and in those that it starts."""
    variables = {option.envvar.decode() for option in pq.Conninfo.get_defaults() if option.envvar}
    for variable in variables | _SENT:
        os.environ.pop(variable, None)


@contextmanager
def _service(name: str | None) -> Iterator[None]:
    """Have a service that an address names looked up like one that a variable names."""
    if name is None:
        yield
        return
    before = os.environ.get("PGSERVICE")
    os.environ["PGSERVICE"] = name
    try:
        yield
    finally:
        del os.environ["PGSERVICE"]
        if before is not None:
            os.environ["PGSERVICE"] = before


def _socket_folder() -> str:
    """Return where libpq looks for a server of this machine; only a connection says so."""
    return pq.PGconn.connect_start(b"host='' port=1").host.decode()
