"""Programs that ask the API with a key."""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import psycopg
import requests

from esn_pulse.web.sign_in import keys
from esn_pulse.web.sign_in.keys import NewKey
from esn_pulse.web.sign_in.roles import Role
from tests.web.places import ACCOUNTS
from tests.web.servers import Site

TRIGGER, JOBS = "/api/v1/trigger/scraper", "/api/v1/jobs"


@dataclass(frozen=True)
class Program:
    """A program.

    :ivar key: '' of one that has none.
    """

    site: Site
    key: str = field(default="", repr=False)

    def ask(
        self, path: str, method: str = "GET", body: object = None, **headers: str
    ) -> requests.Response:
        """Ask; a body that is no bytes is sent as JSON."""
        given = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        if body is not None:
            given["Content-Type"] = "application/json"
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.site.send_form(path, body, method, **given, **headers)

    def trigger(self, **asked: Any) -> requests.Response:
        """Ask for a job; of activities, if nothing else is said."""
        return self.ask(TRIGGER, "POST", {"spider": "activities", **asked})


def with_key(
    site: Site, conninfo: str, role: Role, of: str = "", lasts: timedelta | None = None
) -> Program:
    """Return a program with a new key.

    :param of: alias of its section, or code of its country.
    """
    section = ACCOUNTS[of] if role == "local" else None
    wanted = NewKey(f"of {role}", role, section, of if role == "national" else None, lasts)
    with psycopg.connect(conninfo) as connection:
        return Program(site, keys.make(connection, wanted, "cli:tests"))
