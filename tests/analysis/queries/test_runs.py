import psycopg
import pytest

from esn_pulse.analysis.paging import Window
from esn_pulse.analysis.queries.runs import Filters, last_end, latest, listed


@pytest.fixture
def run(changing: psycopg.Connection) -> psycopg.Connection:
    """Runs number 1 to 4; the last one is running."""
    changing.execute(
        "INSERT INTO public.scraper_status (id, scraper_module, status, completed_at)"
        " OVERRIDING SYSTEM VALUE VALUES (1, 'AccountsScraper', 'completed', now()),"
        " (2, 'ActivitiesAndStatisticsScraper', 'failed', now()),"
        " (3, 'ActivitiesAndStatisticsScraper', 'completed', now()),"
        " (4, 'ActivitiesAndStatisticsScraper', 'running', NULL)"
    )
    return changing


def numbers(connection: psycopg.Connection, window: Window, **given: str) -> list[int]:
    return [row.run_id for row in listed(connection, Filters.model_validate(given), window).rows]


def test_the_latest_comes_first(run: psycopg.Connection) -> None:
    assert numbers(run, Window()) == [4, 3, 2, 1]
    assert numbers(run, Window(page=2, limit=3)) == [1]
    assert numbers(run, Window(), spider="accounts") == [1]
    assert numbers(run, Window(), spider="activities", status="completed") == [3]
    assert listed(run, Filters(status="failed"), Window(page=9)).total == 1


def test_when_the_last_one_ended(run: psycopg.Connection) -> None:
    assert last_end(run) == max(row.ended_at for row in latest(run) if row.ended_at)
    run.execute("DELETE FROM public.scraper_status")
    assert last_end(run) is None


def test_the_last_of_each_spider_has_ended(run: psycopg.Connection) -> None:
    assert [row.run_id for row in latest(run)] == [1, 3]
