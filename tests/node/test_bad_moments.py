"""Bad moments that a node lives through."""

import errno

import psycopg
import pytest

from esn_pulse.exceptions import DatabaseUnavailable
from esn_pulse.node.outage import Outage
from sample.sites.faults import Fault
from tests.end_to_end.tables import rows
from tests.end_to_end.village import Village, wait_until
from tests.node.conftest import StartNode

TAKEN_AGAIN = "SELECT FROM scrapyd_jobs WHERE job = %s AND attempts > 1"
LOSE_CONNECTION_AND_LEASE = """
    WITH ended AS (
        SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity
        WHERE application_name ~ '^esn_pulse [0-9a-f]{32}$' AND datname = current_database()
    )
    UPDATE scrapyd_jobs SET leased_until = 'epoch' FROM (SELECT count(*) FROM ended) AS done
    WHERE job = %s AND attempts = 1
"""
STATUS = "SELECT status FROM scraper_status WHERE job = '{}'"


@pytest.mark.parametrize(
    "trouble",
    [
        psycopg.OperationalError("the server closed the connection"),
        DatabaseUnavailable("PostgreSQL can't be used"),
        OSError(errno.ENOSPC, "No space left on device"),
    ],
)
def test_a_node_goes_on(trouble: Exception) -> None:
    outage = Outage()
    for _ in range(2):
        with outage.tolerated():
            raise trouble


def test_jobs_that_can_not_be_started_wait_until_they_can(
    village: Village, village_crawled: str, start_node: StartNode
) -> None:
    node = start_node(village_crawled, max_proc=1, lease=6)
    logs = node.folder / ".pulse/scrapyd/logs/esn_pulse"
    logs.mkdir(parents=True)
    (logs / "activities").touch()  # where there should be a folder
    jobs = [node.schedule("activities", country=country) for country in ("no", "ie")]
    wait_until(lambda: "could not be started" in node.log.read_text())
    (logs / "activities").unlink()

    for job in jobs:
        node.wait_for(job)
        assert rows(village_crawled, STATUS.format(job)) == [("completed",)]


def test_a_job_whose_lease_ran_out_goes_on_where_it_runs(
    village: Village, village_crawled: str, start_node: StartNode
) -> None:
    village.site.add_fault(Fault(kind="slow", seconds=50, path="esn-metu/statistics", times=1))
    node = start_node(village_crawled, max_proc=2, lease=6)
    job = node.schedule("activities", section="esn-metu")
    village.wait_until_asked("esn-metu/statistics")
    with psycopg.connect(village_crawled, autocommit=True) as connection:

        def taken_again() -> bool:
            connection.execute(LOSE_CONNECTION_AND_LEASE, [job])
            return connection.execute(TAKEN_AGAIN, [job]).fetchone() is not None

        wait_until(taken_again)
    village.site.clear_faults()

    node.wait_for(job)

    assert rows(village_crawled, STATUS.format(job)) == [("completed",)]
    assert node.log.read_text().count("Process started") == 1
    # No place was lost: two jobs can run side by side.
    village.site.add_fault(Fault(kind="slow", seconds=50, path="/statistics"))
    others = [node.schedule("activities", country=country) for country in ("no", "ie")]
    for other in others:
        node.wait_for(other, "running")


def test_a_run_ends_with_its_node(
    village: Village, village_crawled: str, start_node: StartNode
) -> None:
    village.site.add_fault(Fault(kind="slow", seconds=50, path="/statistics"))
    node = start_node(village_crawled, runner="esn_pulse.node.runner")
    job = node.schedule("activities")
    village.wait_until_asked("/statistics")

    node.kill_alone()
    node.wait_until_told(job)
    village.site.clear_faults()

    reason = "SELECT finish_reason FROM scraper_status WHERE job IS NOT NULL"
    wait_until(lambda: rows(village_crawled, reason) == [("failed: interrupted by a signal",)])
