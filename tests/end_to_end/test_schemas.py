"""A login with tables of its own, of the same names as ours: nothing reads or writes them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from scrapy.settings import Settings

from esn_pulse.backups.backup import back_up
from esn_pulse.database.queries.job_queue import Job, Jobs
from esn_pulse.export import export
from esn_pulse.health import State
from esn_pulse.report.writing import write_report
from esn_pulse.scheduling.scheduler import Scheduler
from tests.conftest import database_name
from tests.database.schema.expected_schema import COLUMNS
from tests.end_to_end.content import Content, content
from tests.end_to_end.village import Village
from tests.health.factories import examined
from tests.owners import own_database


@pytest.fixture
def decoyed(server: str) -> Iterator[str]:
    """Address of an empty database, as a login that finds other tables of our names there."""
    with own_database(server) as conninfo, psycopg.connect(conninfo) as connection:
        own = str(conninfo_to_dict(conninfo)["user"])
        for table in COLUMNS:
            decoy = sql.Identifier(own, table)
            connection.execute(sql.SQL("CREATE TABLE {} AS SELECT 'theirs' AS it").format(decoy))
        connection.commit()
        yield conninfo


def decoys(conninfo: str) -> list[Any]:
    own = str(conninfo_to_dict(conninfo)["user"])
    with psycopg.connect(conninfo) as connection:
        return [
            connection.execute(
                sql.SQL("SELECT * FROM {}").format(sql.Identifier(own, table))
            ).fetchall()
            for table in COLUMNS
        ]


def states(conninfo: str) -> dict[str, State]:
    return {name: check.state for name, check in examined(conninfo).items()}


def test_everything_keeps_to_our_tables(
    server: str,
    village: Village,
    village_crawled: str,
    village_content: Content,
    decoyed: str,
    tmp_path: Path,
) -> None:
    for spider in "accounts", "activities":
        ended = village.crawl(decoyed, spider)
        assert ended.returncode == 0, ended.stderr
    as_administrator = make_conninfo(server, dbname=database_name(decoyed))
    assert content(as_administrator) == village_content
    for command in "retry_failed", "jobs":
        ended = village.scrapy(decoyed, command)
        assert ended.returncode == 0, ended.stderr

    assert states(decoyed) == states(village_crawled)
    write_report(decoyed, tmp_path / "report.html")
    assert [view.view for view in export(decoyed, tmp_path) if not view.rows] == []
    given = Settings({"DATABASE_URL": decoyed, "BACKUPS_DIR": tmp_path, "BACKUPS_KEPT": 0})
    assert back_up(given).backup.path.exists()
    given.set("SCRAPYD_URL", "http://127.0.0.1:1")
    assert Scheduler(given).overview()["accounts"][0].outcome == "done"
    jobs = Jobs(given, "node", 60)
    jobs.add("esn_pulse", Job("one", "accounts", None, {}, {}, 0), 0)
    assert jobs.take("esn_pulse") is not None
    assert jobs.renew({"one": 1}) == set()
    jobs.end("one", 1, gives_back=False)
    assert [job.job for job in jobs.ended(9)] == ["one"]
    jobs.close()

    assert decoys(decoyed) == [[("theirs",)]] * len(COLUMNS)
