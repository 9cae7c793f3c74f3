"""The runs that are at work now, with how far each has come, and those that died."""

from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString

from psycopg import Connection
from psycopg.rows import class_row

from esn_pulse.database.locks import RUN, RUN_IS_ALIVE
from esn_pulse.run.progress import RunProgress
from esn_pulse.sources import SOURCES

_RUNNING: LiteralString = f"""
    SELECT s.id AS run, s.scraper_module AS module, coalesce(s.arguments, '{{}}') AS arguments,
        s.job, s.host, s.started_at, p.at, process.is_alive,
        greatest(0, extract(epoch FROM CASE
            WHEN process.is_alive THEN clock_timestamp() ELSE coalesce(p.at, s.started_at)
        END - s.started_at))::float8 AS seconds,
        coalesce(p.sections_known, 0) AS sections_known,
        coalesce(p.sections_processed, 0) AS sections_processed,
        coalesce(p.sections_failed, 0) AS sections_failed,
        coalesce(p.pages_read, 0) AS pages_read,
        coalesce(p.pages_failed, 0) AS pages_failed,
        coalesce(p.requests, 0) AS requests
    FROM public.scraper_status AS s
    CROSS JOIN LATERAL (SELECT {RUN_IS_ALIVE} AS is_alive) AS process
    LEFT JOIN public.run_progress AS p ON p.run_id = s.id
    WHERE s.status = 'running'
    ORDER BY s.id
"""  # noqa: S608 (no part of it comes from outside)
_SPIDERS = {source.module: source.name for source in SOURCES}


@dataclass(frozen=True, kw_only=True)
class RunningRun(RunProgress):
    """A run whose end is not on record.

    :ivar run: the id in ``scraper_status``.
    :ivar job: Scrapyd's name for it, if Scrapyd started it.
    :ivar at: when its counts were written last, which is done when they change; None before that.
    :ivar is_alive: whether its process is still there. Of one that died the next run records that.
    :ivar seconds: for how long it has been running; of one that died, until its counts were written
        last.
    """

    run: int
    module: str
    arguments: dict[str, str]
    job: str | None
    host: str | None
    started_at: datetime
    at: datetime | None
    is_alive: bool

    @property
    def spider(self) -> str:
        """The name of its spider."""
        return _SPIDERS.get(self.module, self.module)

    @property
    def seconds_left(self) -> float | None:
        """How long it still takes if it goes on like this; None when that can't be told."""
        return super().seconds_left if self.is_alive else None


def running(connection: Connection) -> list[RunningRun]:
    """Return all of them, the oldest first."""
    with connection.cursor(row_factory=class_row(RunningRun)) as cursor:
        return cursor.execute(_RUNNING, {"run": RUN}).fetchall()
