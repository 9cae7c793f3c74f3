"""Arguments and settings: what they choose, and how wrong ones are refused."""

from typing import Any

import pytest

from sample.process import SampleSite
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
        # Who has posted a job sees no more of it than its record.
        (["activities", "-a", "sectoin=x", "-a", "_job=7"], "-a sectoin: Extra inputs are not"),
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


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["activities", "-a", "sectoin=x"], "-a sectoin: Extra inputs are not permitted"),
        (["activities", "-a", "limit=0"], "-a limit: Input should be greater than 0"),
        (["activities", "-a", f"limit={2**63}"], "-a limit: Input should be less than"),
        (["activities", "-a", "part=5/2"], "-a part: expected something like 2/5"),
        (["accounts", "-a", "country=nor"], "-a country: String should match pattern"),
        (["accounts", "-a", "retry_failed=1", "-a", "country=no"], "stand alone"),
        (["accounts", "-a", "country"], "use -a NAME=VALUE"),
        (["accounts", "-s", "LOG_LEVEL"], "use -s NAME=VALUE"),
        (["accounts", "--section=x"], "expected one spider, accounts or activities; got: "),
        (["acounts"], "expected one spider, accounts or activities; got: acounts"),
        ([], "expected one spider, accounts or activities; got: none"),
    ],
)
def test_what_is_wrong_by_itself_is_refused_in_one_line(
    words: list[str], told: str, crawl: Crawl
) -> None:
    # There is no database either, but that is not even looked at.
    finished = crawl("crawl", *words, DATABASE_URL="postgresql://127.0.0.1:1/x")

    assert (finished.returncode, finished.stdout) == (2, "")
    [line] = finished.stderr.splitlines()
    assert line.startswith("Error: ")
    assert told in line


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("pulse -a country=no", "pulse can't make sense of: -a country=no. See: scrapy pulse -h"),
        ("retry_failed activities", "retry_failed can't make sense of: activities."),
        ("scheduler --onec", "scheduler can't make sense of: --onec."),
        ("backup elsewhere.dump", "backup can't make sense of: elsewhere.dump."),
        ("report --country=TR", "report can't make sense of: --country=TR."),
        ("restore", "give one file"),
        ("health --check disc", "there is no check disc"),
        ("schedule activities -a limit=0", "-a limit: Input should be greater than 0"),
    ],
)
def test_no_command_does_something_else_than_was_meant(words: str, told: str, crawl: Crawl) -> None:
    finished = crawl(*words.split(), DATABASE_URL="postgresql://127.0.0.1:1/x")

    assert (finished.returncode, finished.stdout) == (2, "")
    [line] = finished.stderr.splitlines()
    assert line.startswith(f"Error: {told}")


def test_scrapy_s_own_commands_go_on_working(site: SampleSite, database: str, crawl: Crawl) -> None:
    known = {"DATABASE_URL": database, "ESN_ACCOUNTS_URL": site.accounts_url}
    assert crawl("list", **known).stdout == "accounts\nactivities\n"

    shell = crawl("shell", "-c", "settings['BOT_NAME']", **known)
    assert (shell.returncode, shell.stdout) == (0, "esn_pulse\n")
    assert "Running" not in shell.stderr
    words = ("--spider=accounts", "--callback=nothing", "-a", "country=no")
    parsed = crawl("parse", f"{site.accounts_url}/country/no", *words, **known)
    assert "Cannot find callback 'nothing' in spider: accounts" in parsed.stderr


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
