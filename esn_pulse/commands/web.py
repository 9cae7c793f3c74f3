"""``scrapy web``: the dashboard and the REST API."""

import argparse

from esn_pulse.cli.command import PulseCommand
from esn_pulse.database import database_url, without_password
from esn_pulse.database.address import AddressError
from esn_pulse.database.libpq import completed
from esn_pulse.exceptions import CommandError, ConfigurationError
from esn_pulse.extras import needing


class Command(PulseCommand):
    """Serves what the views hold, until a signal comes."""

    def short_desc(self) -> str:
        """Say what it does."""
        return "Serve the dashboard and the REST API"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Serve; the exit status is 1 when that is not possible."""
        with self.explained():
            with needing("web", CommandError):
                from esn_pulse.web import serving  # noqa: PLC0415  it takes a second, and an extra
                from esn_pulse.web.settings import WebSettings  # noqa: PLC0415
            settings = WebSettings.read(self.project_settings)
            reads, writes = self._addresses()
            with serving.listen(settings) as opened:
                server = serving.make_server(reads, writes, settings)
                print(f"ESN PULSE reads {without_password(reads)}")
                print(_writes(writes))
                print(f"Open {serving.address(opened)} in a browser. Ctrl-C ends it.", flush=True)
                server.run(sockets=[opened])

    def _addresses(self) -> tuple[str, str | None]:
        """Return where to read and where to write: as whoever was given for that.

        Who was given a login for reading alone, writes nothing.
        """
        reads, writes = self._given("WEB_DATABASE_URL"), self._given("WEB_WRITING_DATABASE_URL")
        if reads and not self.project_settings["DATABASE_URL"]:
            return reads, writes
        everything = database_url(self.project_settings)
        return reads or everything, writes or everything

    def _given(self, name: str) -> str | None:
        given = self.project_settings[name]
        if not given:
            return None
        try:
            return completed(given)
        except AddressError as error:
            raise ConfigurationError(str(error).replace("DATABASE_URL", name)) from None


def _writes(conninfo: str | None) -> str:
    if conninfo is None:
        return "Nobody can sign in: WEB_WRITING_DATABASE_URL is not set"
    return f"Sign-ins, keys and jobs are written to {without_password(conninfo)}"
