"""Where the Scrapyd nodes are, and how to log in to them."""

import os

from scrapy.settings import BaseSettings


def node_urls(settings: BaseSettings) -> list[str]:
    """Return the addresses in ``SCRAPYD_URL``, which white space parts; none if it is not set."""
    return (settings.get("SCRAPYD_URL") or "").split()


def login() -> tuple[bytes, bytes]:
    """Return name and password from the environment, as Scrapyd itself has them; may be empty.

    They are bytes, as text would be sent in Latin-1, and Scrapyd reads UTF-8.
    """
    user, password = (os.environ.get(f"SCRAPYD_{name}", "") for name in ("USERNAME", "PASSWORD"))
    return user.encode(), password.encode()
