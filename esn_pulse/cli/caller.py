"""Who calls a command, as the audit names them."""

import getpass
import os


def caller() -> str:
    """Return ``cli:`` and the name of a login; its number where the system has no name for it."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):  # the latter from Python 3.13 on
        return f"cli:uid {os.getuid()}"
