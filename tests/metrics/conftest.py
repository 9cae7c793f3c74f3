"""What is told where nothing is missing."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.health.factories import add_run, insert, make_healthy
from tests.metrics.readings import Reading, refresh
from tests.receiver import receiving
from tests.web.servers import API, asks, served


@pytest.fixture
def everything(database: str, connection: psycopg.Connection, tmp_path: Path) -> Iterator[Reading]:
    """What is told where nothing is missing."""
    make_healthy(connection)
    reasons = {"asked": {"new": 1}, "skipped": {"settled": 1}}
    add_run(connection, pages=Jsonb(reasons), quality_score=99)
    for job, leased_until in ("waits", None), ("runs", "infinity"):
        insert(
            connection,
            "scrapyd_jobs",
            project="p",
            job=job,
            spider="s",
            priority=0,
            node="alpha",
            arguments=Jsonb({}),
            settings=Jsonb({}),
            leased_until=leased_until,
        )
    refresh(database)
    (tmp_path / "esn_pulse_2026-01-15T020000Z.dump").touch()
    with (
        receiving() as node,
        served(
            database, WEB_METRICS_OPEN="1", SCRAPYD_URL=node.url, BACKUPS_DIR=str(tmp_path)
        ) as site,
    ):
        site.get("/healthz")
        site.probe.reads = asks("SELECT no_such_column")
        assert site.get(API).status_code == 503
        yield Reading(site.get("/metrics").text)
