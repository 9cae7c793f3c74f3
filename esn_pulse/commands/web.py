"""``scrapy web``: the dashboard and the REST API."""

import argparse

from esn_pulse.cli.command import PulseCommand
from esn_pulse.database import database_url, without_password
from esn_pulse.database.address import AddressError
from esn_pulse.database.libpq import completed
from esn_pulse.exceptions import CommandError, ConfigurationError
from esn_pulse.extras import needing


class Command(PulseCommand):
    """Serves what the views hold, until a signal comes; it changes nothing in the database."""

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
            conninfo = self._address()
            with serving.listen(settings) as opened:
                server = serving.make_server(conninfo, settings)
                print(f"ESN PULSE reads {without_password(conninfo)}")
                print(f"Open {serving.address(opened)} in a browser. Ctrl-C ends it.", flush=True)
                server.run(sockets=[opened])

    def _address(self) -> str:
        """Return where to read: as the reader, where its address was given."""
        given = self.project_settings["WEB_DATABASE_URL"]
        if not given:
            return database_url(self.project_settings)
        try:
            return completed(given)
        except AddressError as error:
            said = str(error).replace("DATABASE_URL", "WEB_DATABASE_URL")
            raise ConfigurationError(said) from None
