"""How far a crawl has come, as another connection sees it while it is under way."""

import psycopg

from esn_pulse.scheduling.running import RunningRun, running
from tests.end_to_end.content import Content, content, differences
from tests.end_to_end.tables import rows
from tests.end_to_end.village import Village, forget_visits, wait_until

UNHURRIED = ("-s", "DOWNLOAD_DELAY=0.07")
COUNTS = "sections_processed, sections_failed, pages_read, requests"
ENDED = f"SELECT {COUNTS} FROM scraper_status ORDER BY id DESC LIMIT 1"


def seen(conninfo: str) -> list[RunningRun]:
    with psycopg.connect(conninfo) as connection:
        return running(connection)


def has_read(conninfo: str, pages: int) -> bool:
    return any(run.pages_read > pages for run in seen(conninfo))


def test_it_grows_until_the_end_tells_more(
    village: Village, village_crawled: str, village_content: Content
) -> None:
    forget_visits(village_crawled)
    run = village.start(village_crawled, "activities", *UNHURRIED)
    wait_until(lambda: has_read(village_crawled, 0))
    [first] = seen(village_crawled)
    wait_until(lambda: has_read(village_crawled, first.pages_read))
    [second] = seen(village_crawled)
    _, log = run.communicate(timeout=60)

    assert run.returncode == 0, log
    assert first.is_alive
    assert 0 < first.sections_known <= second.sections_known
    [ended] = rows(village_crawled, ENDED)
    names = COUNTS.split(", ")
    told = ([getattr(one, name) for name in names] for one in (first, second))
    grown = zip(*told, ended, strict=True)
    assert all(before <= now <= end for before, now, end in grown)
    assert ended[0] == second.sections_known
    assert seen(village_crawled) == []
    assert differences(content(village_crawled), village_content) == []


def test_a_run_that_is_killed_is_seen_to_have_died(village: Village, village_crawled: str) -> None:
    forget_visits(village_crawled)
    run = village.start(village_crawled, "activities", *UNHURRIED)
    wait_until(lambda: has_read(village_crawled, 0))
    run.kill()
    run.wait(timeout=60)
    wait_until(lambda: not seen(village_crawled)[0].is_alive)

    [died] = seen(village_crawled)
    assert died.pages_read > 0
    assert died.seconds_left is None
    assert village.crawl(village_crawled, "accounts", "-a", "country=no").returncode == 0
    assert seen(village_crawled) == []
