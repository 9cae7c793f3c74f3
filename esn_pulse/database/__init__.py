"""PostgreSQL: where it is, its schema, and connections that come back."""

from esn_pulse.database.address import without_password
from esn_pulse.database.connection import Database
from esn_pulse.database.server import database_url, prepare

__all__ = ["Database", "database_url", "prepare", "without_password"]
