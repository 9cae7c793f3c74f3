"""``scrapy demo --live``: the sample sites stay up, with a Scrapyd node and the web beside them."""

import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from rich.console import Console
from scrapy.settings import BaseSettings

from esn_pulse.web import serving
from esn_pulse.web.settings import WebSettings
from esn_pulse.web.sign_in.passwords import hash_password
from sample.process import SampleSite

_ROOT = Path(__file__).parents[1]  # where scrapyd.conf is
_ADD_USER = "INSERT INTO web_people (name, password_hash, sections) VALUES (%s, %s, %s)"
# Whoever has set one of these for another web does not mean this one.
_OF_OTHERS = (
    *("DATABASE_URL", "WEB_DATABASE_URL", "WEB_WRITING_DATABASE_URL", "WEB_URL", "WEB_PUBLIC"),
    *("ESN_CLIENT_ID", "ESN_CLIENT_SECRET"),
)


def add_users(conninfo: str, console: Console) -> None:
    """Make an operator, and somebody who looks after a section; say how they sign in."""
    password = secrets.token_urlsafe(6)
    users: dict[str, list[str]] = {"operator": [], "metu": ["tr-anka-met"]}
    with psycopg.connect(conninfo) as connection:
        for name, sections in users.items():
            connection.execute(_ADD_USER, [f"local:{name}", hash_password(password), sections])
    console.print(
        f"Sign in as operator, or as metu, who looks after ESN METU; password: {password}",
        highlight=False,
    )


def demand_port(settings: BaseSettings) -> None:
    """Go on if the web will have a port; who waited for a crawl would be told too late.

    :raises CommandError: when it is another program's.
    """
    serving.listen(WebSettings.read(settings)).close()


def environment(folder: Path, site: SampleSite, settings: BaseSettings) -> dict[str, str]:
    """Return what the node and the web are told."""
    return os.environ | {
        **dict.fromkeys(_OF_OTHERS, ""),
        "PULSE_DIR": str(folder.absolute()),
        "LOGS_DIR": str(folder.absolute() / "logs"),
        "ESN_ACCOUNTS_URL": site.accounts_url,
        "ESN_ACTIVITIES_URL": site.activities_url,
        "SCRAPYD_USERNAME": "demo",
        "SCRAPYD_PASSWORD": secrets.token_hex(),
        "SCRAPYD_HTTP_PORT": "0",  # none: the web puts jobs into the database
        "WEB_OPERATORS": "local:operator",
        "WEB_HOST": settings["WEB_HOST"],
        "WEB_PORT": str(settings["WEB_PORT"]),
    }


@contextmanager
def node(folder: Path, variables: dict[str, str]) -> Iterator[None]:
    """Run a Scrapyd node until the block is left; it ends its jobs first.

    It has a process group of its own: Ctrl-C in a terminal is for whoever runs it. Scrapyd has to
    listen somewhere; a socket that nobody knows can't be another program's already.
    """
    command = [sys.executable, "-m", "scrapyd", "--pidfile="]
    with (
        tempfile.TemporaryDirectory(prefix="pulse-") as hidden,
        (folder / "scrapyd.log").open("wb") as log,
        subprocess.Popen(  # noqa: S603 (our own configuration)
            command,
            cwd=_ROOT,
            env=variables | {"SCRAPYD_UNIX_SOCKET_PATH": f"{hidden}/scrapyd"},
            stdout=log,
            stderr=log,
            process_group=0,
        ) as process,
    ):
        try:
            yield
        finally:
            process.terminate()
