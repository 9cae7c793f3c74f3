"""Arguments and settings: what they choose, and how wrong ones are refused."""

from typing import Any

import pytest

from esn_pulse.sample.process import SampleSite
from tests.conftest import MEASURED, Crawl
from tests.end_to_end.tables import rows

LAST_RUN = "SELECT status, error_message FROM scraper_status ORDER BY id DESC LIMIT 1"


def test_one_section(site: SampleSite, crawled: str, crawl_sample: Any) -> None:
    finished = crawl_sample(crawled, "activities", "-a", "section=tr-anka-met", **MEASURED)

    assert finished.returncode == 0
    visited = {path.split("/")[2] for _, _, path in site.requests() if "/organisation/" in path}
    assert visited == {"esn-metu"}


def test_one_country(site: SampleSite, database: str, crawl_sample: Any) -> None:
    crawl_sample(database, "accounts", "-a", "country=no", **MEASURED)

    assert rows(database, "SELECT DISTINCT country_code FROM sections") == [("NO",)]
    assert rows(database, "SELECT country_code FROM countries") == [("NO",)]


def test_a_limit_takes_those_that_waited_longest(
    site: SampleSite, crawled: str, crawl_sample: Any
) -> None:
    oldest = rows(
        crawled,
        "SELECT activities_platform_slug FROM sections WHERE can_scrape_activities"
        " ORDER BY last_scraped, id LIMIT 2",
    )

    crawl_sample(crawled, "activities", "-a", "limit=2", afresh=True)

    visited = {path.split("/")[2] for _, _, path in site.requests() if "/organisation/" in path}
    assert visited == {slug for (slug,) in oldest}


def test_without_sections_the_run_says_what_to_run_first(database: str, crawl_sample: Any) -> None:
    finished = crawl_sample(database, "activities", **MEASURED)

    assert finished.returncode == 1
    assert "scrapy crawl accounts" in finished.stderr.splitlines()[-1]
    [(status, message)] = rows(database, LAST_RUN)
    assert status == "failed"
    assert "scrapy crawl accounts" in message


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["activities", "-a", "section=esn-atlantis"], "no section 'esn-atlantis'"),
        (["activities", "-a", "sectoin=esn-metu"], "activities accepts: "),
        (["accounts", "-a", "country=xx"], "no country 'XX'"),
    ],
)
def test_wrong_arguments_end_the_run_with_a_message(
    words: list[str], expected: str, site: SampleSite, crawled: str, crawl_sample: Any
) -> None:
    finished = crawl_sample(crawled, *words)

    assert finished.returncode == 1
    assert expected in finished.stderr.splitlines()[-1]
    [(status, message)] = rows(crawled, LAST_RUN)
    assert status == "failed"
    assert expected in message


def test_an_insecure_site_is_refused(database: str, crawl: Crawl) -> None:
    insecure = "http://accounts.esn.org"
    finished = crawl("crawl", "accounts", DATABASE_URL=database, ESN_ACCOUNTS_URL=insecure)

    assert finished.returncode == 1
    assert "must start with https://" in finished.stderr.splitlines()[-1]


def test_a_database_that_is_not_there_is_named_without_its_password(crawl: Crawl) -> None:
    finished = crawl(
        "crawl", "accounts", DATABASE_URL="postgresql://pulse:s3cret@127.0.0.1:1/pulse"
    )

    assert finished.returncode == 1
    assert "127.0.0.1" in finished.stderr.splitlines()[-1]
    assert "s3cret" not in finished.stderr + finished.stdout
    assert "Traceback" not in finished.stderr
