"""Pages whose markup changed: nothing stored is overwritten, the pages are kept, the run fails."""

import gzip
import re
from operator import itemgetter
from pathlib import Path

import pytest

from sample.sites.faults import Fault
from tests.end_to_end.content import Content, content, differences
from tests.end_to_end.tables import rows
from tests.end_to_end.village import Village

LAST_RUN = """
    SELECT status, finish_reason, pages_drifted FROM scraper_status ORDER BY id DESC LIMIT 1
"""
FAILED = """
    SELECT url, http_status_code, error_message FROM failed_scrapes
    WHERE error_message ~ '^markup changed' AND will_retry ORDER BY url
"""


@pytest.mark.parametrize(
    "pages",
    [
        ("activities", "activity page", "^/activity/"),
        ("activities", "statistics page", "/statistics$"),
        ("accounts", "country page", "^/country/"),
    ],
    ids=itemgetter(1),
)
def test_when_too_many_pages_of_a_kind_drift_the_run_fails(
    pages: tuple[str, str, str],
    tmp_path: Path,
    village: Village,
    village_crawled: str,
    village_content: Content,
) -> None:
    spider, kind, path = pages
    village.site.add_fault(Fault(kind="other_markup", path=path))

    finished = village.crawl(
        village_crawled, spider, "-s", f"PULSE_DIR={tmp_path}", "-s", "DRIFT_LEAST_PAGES=4"
    )

    assert finished.returncode == 1
    message = finished.stderr.splitlines()[-1]
    # The statistics of one section are plain JSON, without any markup.
    assert re.search(rf"The run failed: markup changed \({kind}\): [34] of [45] lack", message)
    assert str(tmp_path / "drift") in message
    [(status, finish_reason, drifted)] = rows(village_crawled, LAST_RUN)
    assert status == "failed"
    assert finish_reason.startswith(f"failed: markup changed ({kind}): ")
    assert drifted >= 3
    assert differences(content(village_crawled), village_content) == []
    failed = rows(village_crawled, FAILED)
    assert len(failed) == drifted
    assert {status for _, status, _ in failed} == {200}
    kept = list((tmp_path / "drift").iterdir())
    assert len(kept) == drifted
    for page in kept:
        assert "<html" in gzip.decompress(page.read_bytes()).decode()


def test_below_that_share_the_run_goes_on(
    tmp_path: Path, village: Village, village_crawled: str, village_content: Content
) -> None:
    pages = "^/activity/(lost-ankara-602|welcome-week-505)$"
    village.site.add_fault(Fault(kind="other_markup", path=pages))
    run = ("activities", "-a", "section=esn-metu", "-s", f"PULSE_DIR={tmp_path}")

    finished = village.crawl(village_crawled, *run)

    assert finished.returncode == 0
    assert rows(village_crawled, LAST_RUN) == [("completed", "finished", 2)]
    assert differences(content(village_crawled), village_content) == []
    assert [url.rpartition("/")[2] for url, *_ in rows(village_crawled, FAILED)] == [
        "lost-ankara-602",
        "welcome-week-505",
    ]
    assert len(list((tmp_path / "drift").iterdir())) == 2


def test_a_drifted_page_is_no_empty_record_and_is_read_when_it_is_well_again(
    tmp_path: Path, village: Village, database: str, village_content: Content
) -> None:
    village.site.add_fault(Fault(kind="other_markup", path="^/country/(ie|no)$"))
    village.site.add_fault(Fault(kind="other_markup", path="-(505|602)$"))
    village.site.add_fault(Fault(kind="other_markup", path="^/organisation/esn-tromso/"))
    for spider in "accounts", "activities":
        village.crawl(database, spider, "-s", f"PULSE_DIR={tmp_path}")
    village.site.clear_faults()

    assert village.scrapy(database, "retry_failed").returncode == 0

    assert differences(content(database), village_content) == []
