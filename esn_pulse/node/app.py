"""Scrapyd's application, as ``scrapyd.conf`` starts it."""

import os
import sys

from scrapyd import Config
from scrapyd.app import application as scrapyd_application
from twisted.python.components import Componentized

from esn_pulse.database import database_url
from esn_pulse.exceptions import RunFailed
from esn_pulse.node.eggs import data_folder
from esn_pulse.node.settings import node_settings


def application(config: Config) -> Componentized:
    """Return Scrapyd's own application, locked, and with its folders where our data are.

    :raises SystemExit: when there is no name or password, or ``DATABASE_URL`` is no address. A
        database that is only away is waited for.
    """
    if not (os.environ.get("SCRAPYD_USERNAME") and os.environ.get("SCRAPYD_PASSWORD")):
        sys.exit(
            "Scrapyd runs whatever it is told to, so it asks who does. Choose a name and a"
            " password, set them in the environment, and start it again: SCRAPYD_USERNAME,"
            " SCRAPYD_PASSWORD"
        )
    try:
        database_url(node_settings())
    except RunFailed as error:
        sys.exit(str(error))
    config.cp.set("scrapyd", "logs_dir", str(data_folder() / "logs").replace("%", "%%"))
    app: Componentized = scrapyd_application(config)
    return app
