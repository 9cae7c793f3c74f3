"""What came of a run that has ended."""

from dataclasses import dataclass
from typing import LiteralString

from psycopg import Connection
from psycopg.rows import class_row

_RESULT: LiteralString = """
    SELECT coalesce(pages_read, 0) AS pages_read,
        coalesce(requests_failed, 0) AS requests_failed,
        coalesce(items_stored, 0) AS records_stored,
        coalesce(items_unchanged, 0) AS records_unchanged,
        coalesce(items_invalid, 0) AS records_invalid
    FROM scraper_status WHERE id = %s AND status <> 'running'
"""


@dataclass(frozen=True)
class Result:
    """What a run counted.

    :ivar requests_failed: for good.
    :ivar records_stored: that were new or had changed.
    :ivar records_invalid: with a field that breaks a rule.
    """

    pages_read: int
    requests_failed: int
    records_stored: int
    records_unchanged: int
    records_invalid: int


def result_of(connection: Connection, run: int) -> Result | None:
    """Return what came of a run; None before it has ended."""
    with connection.cursor(row_factory=class_row(Result)) as cursor:
        return cursor.execute(_RESULT, [run]).fetchone()
