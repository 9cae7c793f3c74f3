"""Whatever becomes of a node or its run, whoever goes on leaves nothing out."""

from collections.abc import Callable
from datetime import UTC, datetime
from random import Random

import pytest

from tests.conftest import create_database, database_name, drop_database
from tests.end_to_end.content import Content, content, differences
from tests.end_to_end.interruptions import MOMENTS, missing_of_visited
from tests.end_to_end.tables import rows
from tests.end_to_end.village import Village, forget_visits, wait_until
from tests.node.conftest import StartNode
from tests.node.node import Node

ENDED = "SELECT status FROM scraper_status WHERE job = '{}' AND completed_at IS NOT NULL"
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
UNHURRIED = ["DOWNLOAD_DELAY=0.02"]


@pytest.mark.parametrize("end", [Node.kill, Node.kill_alone, Node.stop])
def test_a_node_that_takes_a_job_over_completes_it(
    end: Callable[[Node], None],
    village: Village,
    village_template: str,
    village_content: Content,
    start_node: StartNode,
    server: str,
) -> None:
    for requests in Random(end.__name__).sample(range(5, 60), MOMENTS):
        conninfo = create_database(server, database_name(village_template))
        forget_visits(conninfo)
        village.site.forget_requests()
        first = start_node(conninfo, lease=2)
        job = first.schedule("activities", settings=UNHURRIED)
        village.wait_until_asked("/organisation/|/activity/", times=requests)

        end(first)
        second = start_node(conninfo, lease=2)
        second.wait_for(job)

        assert differences(content(conninfo), village_content) == [], f"after {requests}"
        second.kill()
        drop_database(server, conninfo)


def test_what_a_cancelled_run_did_not_read_is_not_done(
    village: Village,
    village_template: str,
    village_content: Content,
    start_node: StartNode,
    server: str,
) -> None:
    for requests in Random("cancel").sample(range(5, 60), MOMENTS):
        conninfo = create_database(server, database_name(village_template))
        forget_visits(conninfo)
        village.site.forget_requests()
        node = start_node(conninfo)
        job = node.schedule("activities", settings=UNHURRIED)
        village.wait_until_asked("/organisation/|/activity/", times=requests)
        node.ask("cancel", project="esn_pulse", job=job)
        wait_until(lambda: rows(conninfo, ENDED.format(job)))  # noqa: B023 (called at once)
        assert missing_of_visited(conninfo, village_content, LONG_AGO) == [], f"after {requests}"

        node.wait_for(node.schedule("activities"))

        assert differences(content(conninfo), village_content) == [], f"after {requests}"
        node.kill()
        drop_database(server, conninfo)
