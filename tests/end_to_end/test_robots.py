"""``robots.txt``: of a site whose own can't be had nothing is read, and its Crawl-delay is kept."""

from urllib.parse import urlsplit

import pytest

from sample.sites.faults import Fault
from tests.end_to_end.content import Content, content, differences
from tests.end_to_end.tables import rows
from tests.end_to_end.village import Village, forget_visits

ROBOTS = "^/robots.txt$"
ONCE_MORE = ("-s", "RETRY_TIMES=1")
SECONDS = """
    SELECT extract(epoch FROM max(completed_at) - min(started_at))::float
    FROM scraper_status WHERE id > 2
"""


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (Fault(kind="status", path=ROBOTS, status=503), "was answered with 503"),
        (Fault(kind="status", path=ROBOTS, status=429, retry_after=0), "was answered with 429"),
        (Fault(kind="slow", path=ROBOTS, seconds=10), "could not be had (DownloadTimeoutError"),
        (Fault(kind="damaged", path=ROBOTS), "could not be had (ResponseDataLossError"),
    ],
    ids=["503", "429", "time-out", "damaged"],
)
def test_without_it_nothing_is_read_and_the_run_fails(
    village: Village, village_crawled: str, village_content: Content, fault: Fault, told: str
) -> None:
    forget_visits(village_crawled)
    before = content(village_crawled)
    village.site.add_fault(fault)

    patience = ("-s", "DOWNLOAD_TIMEOUT=2") if fault.kind == "slow" else ()
    run = village.crawl(village_crawled, "activities", *ONCE_MORE, *patience)

    assert run.returncode == 1
    assert village.asked() == ["/robots.txt"] * 2
    told = f"{village.site.activities_url}/robots.txt {told}"
    assert told in run.stderr.splitlines()[-1]
    [(status, error)] = rows(
        village_crawled,
        "SELECT status, error_message FROM scraper_status ORDER BY id DESC LIMIT 1",
    )
    assert status == "failed"
    assert told in error
    assert differences(content(village_crawled), before) == []
    village.site.clear_faults()
    assert village.crawl(village_crawled, "activities").returncode == 0
    assert differences(content(village_crawled), village_content) == []


def test_aliases_stay_as_they_were(
    village: Village, village_crawled: str, village_content: Content
) -> None:
    village.site.add_fault(Fault(kind="drop", site="activities", path=ROBOTS))

    run = village.crawl(village_crawled, "accounts", *ONCE_MORE)

    assert run.returncode == 1
    assert urlsplit(village.site.activities_url).netloc in run.stderr.splitlines()[-1]
    assert differences(content(village_crawled), village_content) == []


@pytest.mark.parametrize("status", [403, 404])
def test_a_site_without_one_is_read(
    village: Village, village_crawled: str, village_content: Content, status: int
) -> None:
    forget_visits(village_crawled)
    village.site.add_fault(Fault(kind="status", path=ROBOTS, status=status))

    assert village.crawl(village_crawled, "activities").returncode == 0

    assert differences(content(village_crawled), village_content) == []


@pytest.mark.parametrize("is_shared", [True, False])
def test_its_crawl_delay_is_kept_by_all_runs(
    village: Village,
    village_crawled: str,
    is_shared: bool,  # noqa: FBT001
) -> None:
    delay = 0.1
    forget_visits(village_crawled)
    village.site.add_fault(Fault(kind="crawl_delay", seconds=delay))
    shared = ("-s", f"ESN_SHARE_DELAY={is_shared}")

    runs = [
        village.start(village_crawled, "activities", "-a", f"country={country}", *shared)
        for country in ("gr", "ie")
    ]
    logs = [run.communicate(timeout=60)[1] for run in runs]

    assert [run.returncode for run in runs] == [0, 0], logs
    assert all(f"asks for a Crawl-delay of {delay:g} s" in log for log in logs)
    [(seconds,)] = rows(village_crawled, SECONDS)
    turns = len(village.asked()) - 1 if is_shared else len(village.asked()) / 2 - 1
    assert seconds >= turns * delay
