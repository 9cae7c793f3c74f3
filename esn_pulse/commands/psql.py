"""``scrapy psql``: PostgreSQL's shell on the database that the spiders fill."""

import argparse
import os
import shutil
import subprocess

from psycopg.conninfo import conninfo_to_dict
from scrapy.exceptions import UsageError

from esn_pulse.command import PulseCommand
from esn_pulse.database import database_url, embedded, without_password
from esn_pulse.exceptions import ConfigurationError


class Command(PulseCommand):
    """Opens psql, the system's or else the embedded server's own."""

    def syntax(self) -> str:
        """Name the arguments."""
        return "[SQL]"

    def short_desc(self) -> str:
        """Say what it does."""
        return "Open psql on the database, or run one statement there"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:  # noqa: ARG002
        """Open psql; its exit status becomes ours."""
        try:
            conninfo = database_url(self.project_settings)
        except ConfigurationError as error:
            raise UsageError(str(error), print_help=False) from error
        program = shutil.which("psql") or str(embedded.program("psql"))
        statement = ["-c", " ".join(args)] if args else []
        # The password goes through the environment: arguments are visible to every process.
        password = conninfo_to_dict(conninfo).get("password")
        environment = os.environ | ({"PGPASSWORD": str(password)} if password else {})
        self.exitcode = subprocess.run(  # noqa: S603
            [program, without_password(conninfo), *statement], env=environment, check=False
        ).returncode
