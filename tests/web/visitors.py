"""Those who use the web: people who have signed in, and nobody in particular."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import psycopg
import requests
from playwright.sync_api import StorageState, StorageStateCookie

from esn_pulse.web.sign_in import sessions
from esn_pulse.web.sign_in.people import Belongings, keep_account
from tests.web.servers import Site
from tests.web.streams import Stream

COOKIE = "esn_pulse_session"
OPERATORS = "local:operator esn:operator esn:COMMITTEE:operators"


@dataclass(frozen=True)
class Visitor:
    """Somebody at a browser.

    :ivar session: the token of their session; '' of nobody in particular.
    """

    site: Site
    session: str = field(default="", repr=False)

    def get(self, path: str, method: str = "GET", **headers: str) -> requests.Response:
        """Ask for a page."""
        return self.site.get(path, method, **self._cookie(), **headers)

    def post(
        self, path: str, form: Mapping[str, str] | None = None, **headers: str
    ) -> requests.Response:
        """Send a form of our own page."""
        given = {"Origin": self.site.url, **headers}
        return self.site.send_form(path, form or {}, **self._cookie(), **given)

    def look_on(self, path: str) -> Stream:
        """Ask for what goes on by itself."""
        return Stream(self.site.look_on(path, **self._cookie()))

    def storage_state(self) -> StorageState:
        """Return what their browser has kept."""
        cookie: StorageStateCookie = {
            "name": COOKIE,
            "value": self.session,
            "domain": "127.0.0.1",
            "path": "/",
            "expires": -1,
            "httpOnly": True,
            "secure": False,
            "sameSite": "Lax",
        }
        return {"cookies": [cookie], "origins": []}

    def _cookie(self) -> dict[str, str]:
        return {"Cookie": f"{COOKIE}={self.session}"} if self.session else {}


def signed_in(site: Site, conninfo: str, name: str, belongings: Belongings) -> Visitor:
    """Return somebody of an ESN account, who has signed in.

    :param name: the user name; ``operator`` is one.
    """
    with psycopg.connect(conninfo) as connection:
        person = keep_account(connection, f"esn:{name}", f"subject of {name}", belongings)
        return Visitor(site, sessions.begin(connection, person))
