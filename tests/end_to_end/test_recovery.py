"""Pages that can't be had: nothing wrong is stored, all is on record, ``retry_failed`` mends it."""

import psycopg

from sample.sites.faults import Fault
from tests.end_to_end.content import Content, content, differences, wrong
from tests.end_to_end.tables import rows
from tests.end_to_end.village import Village

OPEN = "SELECT url FROM failed_scrapes WHERE will_retry ORDER BY 1"
# They fail without any fault, too.
ALWAYS = {"tr-kony-sel", "power-cut-party-651"}
# This one answers 404 without a fault: its failure is closed, but never resolved.
GONE = "deleted-scenes-652"

# One page of each kind that fails for good, whatever chance brings.
SURE_FAILURES = [
    Fault(kind="status", site="accounts", path="^/country/ie$"),
    Fault(kind="drop", site="accounts", path="^/section/no-trom-uit$"),
    Fault(kind="status", site="activities", path="^/organisation/esn-trondheim/activities$"),
    Fault(kind="truncate", site="activities", path="^/organisation/esn-metu/activities.page=3$"),
    Fault(kind="status", site="activities", path="^/organisation/esn-yildiz/statistics$"),
    Fault(kind="drop", site="activities", path="^/activity/escape-room-606$"),
]
# Of all pages but the start page, without which there is no run.
A_THIRD = [
    Fault(kind="status", path="^/(?!robots.txt).", share=0.11),
    Fault(kind="drop", path="^/(?!robots.txt).", share=0.125),  # of what the first one leaves
    Fault(kind="truncate", path="^/(?!robots.txt).", share=0.143),
]


def test_a_third_of_all_pages_failing_loses_nothing(
    village: Village, database: str, village_content: Content
) -> None:
    for fault in SURE_FAILURES + A_THIRD:
        village.site.add_fault(fault)
    for spider in "accounts", "activities":
        finished = village.crawl(database, spider, "-s", "RETRY_TIMES=1")
        assert finished.returncode == 0, finished.stderr

    found = content(database)
    assert wrong(found, village_content) == []
    assert differences(found, village_content)
    waiting = {url for (url,) in rows(database, OPEN)}
    for fault in SURE_FAILURES:
        for path in village.asked(fault.path)[:1]:
            assert f"{village.address(fault.site)}{path}" in waiting

    village.site.clear_faults()
    finished = village.scrapy(database, "retry_failed")

    assert finished.returncode == 0, finished.stderr
    assert differences(content(database), village_content) == []
    assert {url.rpartition("/")[2] for (url,) in rows(database, OPEN)} == ALWAYS
    resolved = rows(database, "SELECT url FROM failed_scrapes WHERE resolved_at IS NOT NULL")
    # An alias whose search had failed may be found by its name in the next run, before any repair.
    assert {url for (url,) in resolved} >= {
        url for url in waiting if url.rpartition("/")[2] not in ALWAYS | {GONE}
    }


def test_a_failure_is_one_row_that_is_closed_after_five_runs(
    village: Village, village_crawled: str
) -> None:
    failure = "SELECT retry_count, will_retry, resolved_at FROM failed_scrapes WHERE url ~ '-651$'"
    assert rows(village_crawled, failure) == [(1, True, None)]
    for _ in range(3):
        again = village.crawl(village_crawled, "activities", "-a", "retry_failed=1")
        assert again.returncode == 0, again.stderr
    assert rows(village_crawled, failure) == [(4, True, None)]
    asked = len(village.asked("-651$"))

    village.scrapy(village_crawled, "retry_failed")

    assert rows(village_crawled, failure) == [(5, False, None)]
    assert len(village.asked("-651$")) > asked
    village.site.forget_requests()
    assert village.crawl(village_crawled, "activities", "-a", "retry_failed=1").returncode == 0
    assert village.asked() == []


def test_a_page_that_is_gone_is_not_asked_for_again(village: Village, village_crawled: str) -> None:
    village.site.add_fault(Fault(kind="status", path="-651$", status=410))

    village.crawl(village_crawled, "activities", "-a", "retry_failed=1")

    failure = "SELECT http_status_code, will_retry FROM failed_scrapes WHERE url ~ '-65[12]$'"
    assert sorted(rows(village_crawled, failure)) == [(404, False), (410, False)]
    assert len(village.asked("-65[12]$")) == 1


def test_without_a_failure_there_is_nothing_to_do(village: Village, village_crawled: str) -> None:
    with psycopg.connect(village_crawled) as connection:
        connection.execute("UPDATE failed_scrapes SET will_retry = FALSE")

    finished = village.scrapy(village_crawled, "retry_failed")

    assert finished.returncode == 0
    assert finished.stdout == "No page is waiting to be asked for again.\n"
    assert village.asked() == []
    for spider in "accounts", "activities":
        assert village.crawl(village_crawled, spider, "-a", "retry_failed=1").returncode == 0
    assert village.asked() == []


def test_a_failure_under_an_address_that_redirects_by_now_is_closed(
    village: Village, village_crawled: str
) -> None:
    moved = "esn-maynooth"  # to esn-kildare-students
    with psycopg.connect(village_crawled) as connection:
        connection.execute("DELETE FROM organisation_former_slugs")
        connection.execute(
            "UPDATE organisations AS o SET slug = %s FROM sections AS s"
            " WHERE s.id = o.section_id AND s.accounts_platform_slug = 'ie-mayn-uni'",
            [moved],
        )
        connection.execute(
            "UPDATE sections SET activities_platform_slug = %s"
            " WHERE accounts_platform_slug = 'ie-mayn-uni'",
            [moved],
        )
    failures = (
        "SELECT split_part(url, 'maynooth/', 2), will_retry, resolved_at IS NOT NULL"
        f" FROM failed_scrapes WHERE url ~ '{moved}' ORDER BY 1"
    )
    village.site.add_fault(Fault(kind="status", path=f"^/organisation/{moved}/"))
    village.crawl(village_crawled, "activities", "-a", f"section={moved}", "-s", "RETRY_TIMES=0")
    assert rows(village_crawled, failures) == [
        ("activities?page=0", True, False),
        ("statistics", True, False),
    ]

    village.site.clear_faults()
    village.scrapy(village_crawled, "retry_failed")

    assert rows(village_crawled, failures) == [
        ("activities?page=0", False, True),
        ("statistics", False, True),
    ]
