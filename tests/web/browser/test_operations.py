"""The pages for operators in a real browser, and what they show while one looks on."""

from collections.abc import Iterator
from functools import partial

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from esn_pulse.web import operations_texts as texts
from esn_pulse.web import texts as every_page
from esn_pulse.web.sign_in import keys
from tests.accessibility import is_accessible
from tests.conftest import create_database, database_name, drop_database
from tests.end_to_end.conftest import village_crawled, village_site, village_template
from tests.end_to_end.village import forget_visits, wait_until
from tests.health.factories import insert
from tests.node.conftest import StartNode, quick_runner, start_node
from tests.scheduling.factories import add_job, add_run, keep_alive
from tests.web.browser.conftest import Open, opening
from tests.web.browser.test_every_page import is_whole
from tests.web.browser.test_keyboard import tab_to
from tests.web.dashboard.network import LONG
from tests.web.operations.operator import PAGES, Operator, served_for_operators
from tests.web.servers import Site

__all__ = ["quick_runner", "start_node", "village_crawled", "village_site", "village_template"]


@pytest.fixture(scope="module")
def busy_database(server: str, web_database: str) -> Iterator[str]:
    """Address of a database in which there is much to operate; only to be read."""
    conninfo = create_database(server, database_name(web_database))
    with psycopg.connect(conninfo, autocommit=True) as tables:
        for number in range(60):
            reason = {"http_status_code": 503, "error_message": f"the site answered 503 {LONG}"}
            insert(tables, "failed_scrapes", url=f"https://activities.example/{number}", **reason)
        tables.execute("INSERT INTO section_slug_overrides VALUES ('acc-esn-metu', 'esn-metu')")
        tables.execute("UPDATE sections SET can_scrape_activities = TRUE WHERE name = 'ESN METU'")
        add_job(tables, "waits", node=LONG)
        run = {"status": "running", "completed_at": None, "finish_reason": None, "host": LONG}
        add_run(tables, "2026-01-01", **run)
        keep_alive(tables, add_run(tables, "now", **run))
        keys.make(tables, keys.NewKey(LONG, "reader"), "cli:root")
        yield conninfo
    drop_database(server, conninfo)


@pytest.fixture(scope="module")
def busy_site(busy_database: str) -> Iterator[Site]:
    """The web on it."""
    with served_for_operators(busy_database) as site:
        yield site


@pytest.fixture
def open_page(chromium: Browser, busy_site: Site, busy_database: str) -> Iterator[Open]:
    """Open a page as an operator."""
    kept = Operator.signed_in(busy_site, busy_database).visitor.storage_state()
    with opening(chromium, busy_site) as open_path:
        yield partial(open_path, storage_state=kept)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_whole_and_accessible(open_page: Open, path: str) -> None:
    for width, scheme in (320, "dark"), (1280, "light"):
        page = open_page(path, width, color_scheme=scheme)
        is_whole(page, width)
        is_accessible(page)
        page.context.close()


@pytest.mark.parametrize("path", ["/operations", "/operations/aliases", "/operations/keys"])
def test_forms_and_tables_are_reached_by_keyboard(open_page: Open, path: str) -> None:
    page = open_page(path)
    page.locator("#main").focus()
    tab_to(page, ".parts a[aria-current]", most=6)
    tab_to(page, ".scrolling", most=8)
    page.get_by_role("region").last.focus()
    tab_to(page, ".asking input", most=30)
    tab_to(page, ".asking button", most=6)


def test_without_a_script_a_job_is_asked_for_and_loaded_again(open_page: Open) -> None:
    page = open_page("/operations", java_script_enabled=False)
    expect(page.get_by_text("at work").first).to_be_visible()
    page.get_by_role("link", name=every_page.LOAD_AGAIN).click()
    page.get_by_label("How").select_option(label=texts.HOWS["full"])
    page.get_by_label("Section", exact=True).fill("esn-metu")
    page.get_by_role("button", name=texts.GO_ON).click()
    expect(page.get_by_text("activities -a section=esn-metu -a full=1")).to_be_visible()
    expect(page.get_by_role("button", name=texts.POST_JOB)).to_be_visible()


def test_one_looks_on_while_a_node_is_at_work_and_is_killed(
    chromium: Browser, village_crawled: str, start_node: StartNode
) -> None:
    forget_visits(village_crawled)
    node = start_node(village_crawled, lease=3)
    with served_for_operators(village_crawled) as site, opening(chromium, site) as open_path:
        kept = Operator.signed_in(site, village_crawled).visitor.storage_state()
        page = open_path("/operations", storage_state=kept)
        expect(page.locator("#runs ~ p")).to_have_text(texts.NO_RUNS)
        page.get_by_label("Section", exact=True).focus()

        job = node.schedule("activities", settings=["DOWNLOAD_DELAY=0.5"])
        own = open_path(f"/jobs/{job}", storage_state=kept)
        expect(own.locator(".state")).to_contain_text("It is at work")
        expect(page.locator(".runs .tag")).to_have_text("at work")
        expect(page.locator(".runs progress")).to_be_visible()
        first = pages_read(page)
        wait_until(lambda: pages_read(page) > first)

        for one in page, own:
            one.evaluate("window.isAsOpened = true")
        node.kill()
        expect(page.locator(".runs .tag")).to_have_text("died")
        expect(page.locator(".runs")).to_contain_text(texts.RUN_DIED)
        row = page.locator("tr", has=page.locator(f"[href='/jobs/{job}']"))
        expect(row).to_contain_text(texts.JOB_STATES["lost"])
        expect(own.locator(".state")).to_contain_text("It broke off")
        assert all(one.evaluate("window.isAsOpened") for one in (page, own))
        expect(page.get_by_label("Section", exact=True)).to_be_focused()
        is_accessible(page)


def pages_read(page: Page) -> int:
    """Return how many pages the run that is shown has read."""
    shown = page.locator(".runs dl > div", has_text="Pages read").first.locator("dd")
    return int(shown.inner_text().replace(",", ""))
