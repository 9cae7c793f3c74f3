"""Several nodes share one queue."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle

import psycopg

from sample.sites.faults import Fault
from tests.conftest import database_name
from tests.end_to_end.content import Content, content, differences
from tests.end_to_end.tables import rows
from tests.end_to_end.village import Village, forget_visits, wait_until
from tests.node.conftest import StartNode
from tests.node.node import Node

JOBS = 24
PART_OF_METU = f"SELECT id % {JOBS} + 1 FROM sections WHERE activities_platform_slug = 'esn-metu'"
LAST_SECTION = """
    SELECT activities_platform_slug FROM sections WHERE can_scrape_activities
    ORDER BY id DESC LIMIT 1
"""
RUNS = """
    SELECT arguments->>'part', array_agg(status ORDER BY id)
    FROM scraper_status WHERE job IS NOT NULL GROUP BY 1
"""


def test_each_of_many_jobs_runs_once_though_a_node_is_killed(
    village: Village, village_crawled: str, village_content: Content, start_node: StartNode
) -> None:
    forget_visits(village_crawled)
    village.site.add_fault(Fault(kind="slow", seconds=50, path="esn-metu/statistics", times=1))
    nodes = [start_node(village_crawled, lease=10) for _ in range(3)]
    [(number,)] = rows(village_crawled, PART_OF_METU)
    parts = [f"{number}/{JOBS}" for number in range(1, JOBS + 1)]
    with ThreadPoolExecutor(len(nodes)) as pool:
        turns = zip(parts, cycle(nodes))  # each node is given every third
        assert (
            len([*pool.map(lambda turn: turn[1].schedule("activities", part=turn[0]), turns)])
            == JOBS
        )

    village.wait_until_asked("esn-metu/statistics")
    its_node = f"SELECT node FROM scrapyd_jobs WHERE arguments->>'part' = '{number}/{JOBS}'"
    [(name,)] = rows(village_crawled, its_node)
    [killed] = [node for node in nodes if name.endswith(f":{node.port}")]
    killed.kill()
    ended = "SELECT count(*) FROM scrapyd_jobs WHERE ended_at IS NOT NULL"
    wait_until(lambda: rows(village_crawled, ended) == [(JOBS,)], seconds=240)

    runs = dict(rows(village_crawled, RUNS))
    assert runs.keys() == set(parts)
    assert runs.pop(f"{number}/{JOBS}") == ["failed", "completed"]
    # It may have been at a second job when it was killed.
    again = [part for part, statuses in runs.items() if statuses != ["completed"]]
    assert [runs[part] for part in again] in ([], [["failed", "completed"]])
    assert differences(content(village_crawled), village_content) == []
    twice = [path for path in set(village.asked("/statistics")) if len(village.asked(path)) > 1]
    assert len(twice) <= 1 + len(again)


def test_a_node_that_is_stopped_gives_its_job_back(
    village: Village, village_crawled: str, village_content: Content, start_node: StartNode
) -> None:
    forget_visits(village_crawled)
    [(alias,)] = rows(village_crawled, LAST_SECTION)
    village.site.add_fault(Fault(kind="slow", seconds=50, path=f"{alias}/statistics"))
    first = start_node(village_crawled)
    job = first.schedule("activities", settings=["ESN_SECTIONS_AT_ONCE=1"])
    village.wait_until_asked(f"{alias}/statistics")

    with ThreadPoolExecutor() as pool:
        stopped = pool.submit(first.stop)
        first.wait_until_told(job)
        village.site.clear_faults()
        stopped.result()
    second = start_node(village_crawled)
    second.wait_for(job)

    runs = "SELECT status, finish_reason FROM scraper_status WHERE job IS NOT NULL ORDER BY id"
    interrupted = ("failed", "failed: interrupted by a signal")
    assert rows(village_crawled, runs) == [interrupted, ("completed", "finished")]
    assert differences(content(village_crawled), village_content) == []
    # What the first node had finished is not asked for again.
    twice = {path for path, times in Counter(village.asked("/statistics")).items() if times > 1}
    assert twice == {f"/organisation/{alias}/statistics"}


def test_a_job_is_cancelled_by_way_of_another_node(
    village: Village, village_crawled: str, busy: tuple[Node, str], start_node: StartNode
) -> None:
    node, job = busy
    other = start_node(village_crawled)

    assert other.ask("cancel", project="esn_pulse", job=job)["prevstate"] == "running"
    node.wait_until_told(job)
    village.site.clear_faults()

    other.wait_for(job)
    ending = f"SELECT status FROM scraper_status WHERE job = '{job}'"
    assert rows(village_crawled, ending) == [("cancelled",)]


def test_a_lost_database_is_waited_for(
    server: str, village: Village, village_crawled: str, start_node: StartNode
) -> None:
    node = start_node(village_crawled)
    node.wait_for(node.schedule("activities", section="esn-metu"))
    allow = "ALTER DATABASE {} ALLOW_CONNECTIONS {}"
    name = database_name(village_crawled)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(allow.format(name, "false"))
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
        wait_until(lambda: "no job is taken until it can" in node.log.read_text())
        assert node.ask("daemonstatus")["status"] == "error"
        connection.execute(allow.format(name, "true"))
    wait_until(lambda: "The database is back" in node.log.read_text())

    node.wait_for(node.schedule("activities", section="esn-metu"))

    assert node.log.read_text().count("no job is taken until it can") == 1
