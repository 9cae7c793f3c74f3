"""Whoever looks after a section asks for a refresh, and watches it."""

from collections.abc import Callable, Iterator

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect
from psycopg.types.json import Jsonb

from esn_pulse.web.sign_in.people import Belongings
from tests.accessibility import is_accessible
from tests.scheduling.factories import add_job, add_progress, add_run, keep_alive
from tests.web.browser.conftest import Open
from tests.web.browser.test_every_page import is_whole
from tests.web.servers import Site, served
from tests.web.visitors import Visitor, signed_in

METU = "/sections/esn-metu"
ASK = "Read the activities now"
LOST = "This may be old by now: there is no connection. It is tried again."

OpenAs = Callable[..., Page]


@pytest.fixture(scope="module")
def shared_site(web_database: str) -> Iterator[Site]:
    """A web in which one can sign in."""
    with served(web_database, writing=web_database) as site:
        yield site


@pytest.fixture
def open_own(jobs: psycopg.Connection, open_page: Open, metu: Visitor) -> OpenAs:
    """Open a page as somebody who looks after ESN METU."""

    def open_path(path: str, width: int = 1280, **options: object) -> Page:
        return open_page(path, width, storage_state=metu.storage_state(), **options)

    return open_path


@pytest.fixture
def metu(site: Site, web_database: str) -> Visitor:
    """Somebody who looks after ESN METU."""
    return signed_in(site, web_database, "m", Belongings(sections=["acc-esn-metu"]))


@pytest.fixture
def jobs(web_database: str) -> Iterator[psycopg.Connection]:
    """Connection to the queue, which is empty before and after."""
    with psycopg.connect(web_database, autocommit=True) as connection:
        yield connection
        connection.execute("DELETE FROM scrapyd_jobs")
        connection.execute("DELETE FROM scraper_status WHERE job IS NOT NULL")


def ask(page: Page) -> str:
    """Ask for a refresh by the keyboard; returns the job's name."""
    page.get_by_role("button", name=ASK).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/jobs/*")
    return page.url.rpartition("/")[2]


def test_a_refresh_is_asked_for_and_watched_until_it_is_done(
    open_own: OpenAs, jobs: psycopg.Connection
) -> None:
    page = open_own(METU)
    job = ask(page)
    says = page.locator(".state")
    expect(says).to_contain_text("It waits for its turn")
    back = page.get_by_role("link", name="To ESN METU")
    back.focus()

    jobs.execute("UPDATE scrapyd_jobs SET taken_at = now(), leased_until = 'infinity'")
    run = add_run(jobs, "now", job=job, status="running", completed_at=None, finish_reason=None)
    keep_alive(jobs, run)
    add_progress(jobs, run, sections_known=4, sections_processed=1)
    expect(says).to_contain_text("It is at work")
    expect(page.get_by_text("1 of 4")).to_be_visible()
    jobs.execute("UPDATE run_progress SET sections_processed = 3")
    expect(page.get_by_text("3 of 4")).to_be_visible()

    jobs.execute("UPDATE scraper_status SET status = 'completed', finish_reason = 'finished'")
    jobs.execute("UPDATE scrapyd_jobs SET ended_at = now()")
    expect(says).to_contain_text("It is done")
    expect(page.get_by_text("Records that are new or changed")).to_be_visible()
    expect(back).to_be_focused()
    expect(page.locator(".lost")).to_be_empty()
    back.press("Enter")
    expect(page.locator(".refresh")).to_contain_text("It can be asked for once in six hours")


def test_what_can_not_be_read_now_says_so_and_goes_on(
    open_own: OpenAs, jobs: psycopg.Connection
) -> None:
    page = open_own(METU)
    with page.expect_response("**/live"):
        ask(page)
    lost = page.locator(".lost")
    jobs.execute("ALTER TABLE scrapyd_jobs RENAME TO away")
    try:
        expect(lost).to_have_text(LOST)
    finally:
        jobs.execute("ALTER TABLE away RENAME TO scrapyd_jobs")
    expect(lost).to_be_empty()
    jobs.execute("UPDATE scrapyd_jobs SET cancelled_at = now(), ended_at = now()")
    expect(page.locator(".state")).to_contain_text("It was cancelled")


def test_a_stream_that_is_refused_is_asked_for_again_for_a_while(
    chromium: Browser, site: Site, metu: Visitor, jobs: psycopg.Connection
) -> None:
    add_job(jobs, "abc", arguments=Jsonb({"section": "esn-metu"}))
    context = chromium.new_context(storage_state=metu.storage_state())
    page = context.new_page()
    page.clock.install()
    page.route("**/live", lambda route: route.fulfill(status=503))
    with page.expect_response("**/live"):
        page.goto(f"{site.url}/jobs/abc")
    lost = page.locator(".lost")
    expect(lost).to_have_text(LOST)
    page.unroute("**/live")
    jobs.execute("UPDATE scrapyd_jobs SET cancelled_at = now(), ended_at = now()")
    page.clock.fast_forward(5000)
    expect(page.locator(".state")).to_contain_text("It was cancelled")
    expect(lost).to_be_empty()
    context.close()


def test_without_scripts_the_page_is_loaded_again(
    open_own: OpenAs, jobs: psycopg.Connection
) -> None:
    page = open_own(METU, java_script_enabled=False)
    page.get_by_role("button", name=ASK).click()
    expect(page.locator(".state")).to_contain_text("It waits for its turn")
    jobs.execute("UPDATE scrapyd_jobs SET cancelled_at = now(), ended_at = now()")
    page.get_by_role("link", name="Load the page again").click()
    expect(page.locator(".state")).to_contain_text("It was cancelled")


@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (1280, "light")])
def test_what_is_for_them_is_whole_and_accessible(
    open_own: OpenAs, jobs: psycopg.Connection, width: int, scheme: str
) -> None:
    page = open_own(METU, width, color_scheme=scheme)
    is_whole(page, width)
    is_accessible(page)
    ask(page)
    expect(page.locator(".state")).to_be_visible()
    is_whole(page, width)
    is_accessible(page)
    is_accessible(open_own("/", width, color_scheme=scheme))
