"""Who did what, when and from where: ``web_audit``."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from ipaddress import ip_address

import psycopg
from psycopg.rows import class_row
from starlette.requests import HTTPConnection

_RECORD = "INSERT INTO web_audit (who, action, what, address) VALUES (%s, %s, %s, %s)"
_LIST = """
    SELECT id, at, who, action, what, address FROM web_audit
    WHERE %(before)s::bigint IS NULL OR id < %(before)s ORDER BY id DESC LIMIT %(limit)s
"""


class Did(StrEnum):
    """What was done, in words that follow the name of whoever did it."""

    SIGNED_IN = "signed in"
    SIGNED_OUT = "signed out"
    MADE_USER = "made a user"
    CHANGED_USER = "changed a user"
    REMOVED_USER = "removed a user"
    MADE_KEY = "made a key"
    REVOKED_KEY = "revoked a key"
    POSTED_JOB = "posted a job"
    CANCELLED_JOB = "cancelled a job"
    PINNED_ALIAS = "pinned an alias"
    FREED_ALIAS = "freed a pinned alias"


@dataclass(frozen=True)
class Entry:
    """Something that was done.

    :ivar what: to what it was done.
    :ivar address: from where; None: from the command line.
    """

    id: int
    at: datetime
    who: str
    action: str
    what: str
    address: str | None


def client_address(request: HTTPConnection) -> str:
    """Return from where somebody asks; '' by a Unix socket, and where a proxy says what is none."""
    host = request.client.host if request.client else ""
    try:
        return str(ip_address(host))
    except ValueError:
        return ""


def record(
    connection: psycopg.Connection, who: str, did: Did, what: str, address: str | None
) -> None:
    """Record what is done in this transaction."""
    connection.execute(_RECORD, [who, did, what, address])


def listed(connection: psycopg.Connection, limit: int, before: int | None = None) -> list[Entry]:
    """Return so many entries, the latest first.

    :param before: the id of an entry; only those before it are wanted.
    """
    with connection.cursor(row_factory=class_row(Entry)) as cursor:
        return cursor.execute(_LIST, {"limit": limit, "before": before}).fetchall()
