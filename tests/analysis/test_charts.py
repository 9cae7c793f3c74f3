"""Figures in a real browser, on a page of a server that forbids all that is inline."""

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psycopg
import pytest
from markupsafe import escape
from playwright.sync_api import Page, expect, sync_playwright

from esn_pulse.analysis.background import NETWORK
from esn_pulse.analysis.charts import charts, vega
from esn_pulse.analysis.overview import Overview
from esn_pulse.analysis.queries.scopes import country_scope
from esn_pulse.analysis.rendering import asset, environment
from tests.analysis.conftest import Show
from tests.report.networks import HOSTILE

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'"
)
PAGE = """
{% from "figures.html.j2" import figure, tiles with context %}
<!doctype html><html lang="en"><title>Figures</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="/tokens.css"><link rel="stylesheet" href="/figures.css">
<script src="/vega.js" defer></script><script src="/charts.js" defer></script>
<script src="/page.js" defer></script>
{{ tiles("key-figures", overview.key_tiles) }}
{% for one in overview.figures.values() %}{{ figure(one, link=link) }}{% endfor %}
"""
SCRIPT = """
async function drawAll() {
  const charts = await (await fetch("/charts.json")).json();
  for (const figure of document.querySelectorAll("figure")) {
    const data = figure.querySelector("script");
    if (data) await drawFigure(figure, charts[figure.id], JSON.parse(data.textContent));
  }
  tellSections(document.getElementById("map"));
  document.body.dataset.shown = "all";
}
drawAll();
"""
FILES: dict[str, tuple[str, Callable[[], str]]] = {
    "/vega.js": ("text/javascript", vega),
    "/charts.js": ("text/javascript", lambda: asset("charts.js")),
    "/page.js": ("text/javascript", lambda: SCRIPT),
    "/charts.json": ("application/json", lambda: json.dumps(charts())),
    "/tokens.css": ("text/css", lambda: asset("tokens.css")),
    "/figures.css": ("text/css", lambda: asset("figures.css")),
}


def rendered(overview: Overview) -> str:
    template = environment("esn_pulse.report").from_string(PAGE)
    return template.render(overview=overview, link=lambda figure, key: f"/{figure.name}/{key}")


@pytest.fixture
def page(browser: str, show: Show, connection: psycopg.Connection) -> Iterator[Page]:
    """The figures of Türkiye, on a page that must not make the browser say anything."""
    scope = country_scope(connection, "TR")
    assert scope
    body = rendered(show(scope))
    said: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, text = FILES.get(self.path, ("text/html", lambda: body))
            self.send_response(200)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Security-Policy", POLICY)
            self.end_headers()
            self.wfile.write(text().encode())

        def log_message(self, *args: object) -> None:
            """Leave the test's output alone."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server, sync_playwright() as playwright:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        chromium = playwright.chromium.launch(
            executable_path=shutil.which(browser), args=["--no-sandbox"]
        )
        opened = chromium.new_page()
        opened.on("console", lambda message: said.append(message.text))
        opened.on("pageerror", lambda error: said.append(str(error)))
        opened.goto(f"http://127.0.0.1:{server.server_port}/")
        opened.wait_for_selector("body[data-shown]")
        yield opened
        chromium.close()
        server.shutdown()
    assert not said


def test_charts_are_drawn_under_a_policy_without_anything_inline(page: Page) -> None:
    for figure in page.locator("figure:not(.empty)").all():
        assert figure.locator("svg path").count() > 1, figure.get_attribute("id")
    assert page.locator("figure.empty .chart:visible").count() == 0
    page.locator('#map svg .mark-symbol path[opacity="0.75"]').first.hover(force=True)
    expect(page.locator("#vg-tooltip-element.visible")).to_contain_text("ESN")
    page.locator("#map .chart").press("ArrowRight")
    expect(page.locator("#map .told")).to_contain_text("ESN Ankara, Ankara: 10 activities, 9 of")


def test_names_are_text_whatever_is_in_them(page: Page) -> None:
    page.locator("#sections summary").click()

    expect(page.get_by_role("rowheader", name=HOSTILE).first).to_be_visible()
    assert page.title() == "Figures"
    assert page.locator("img").count() == 0


def test_rows_lead_to_what_they_are_about(page: Page) -> None:
    assert page.locator("#countries tbody a").first.get_attribute("href") == "/countries/TR"
    assert page.locator("#causes tbody a").count() == 0


def test_all_is_said_without_javascript(show: Show) -> None:
    overview = show(NETWORK)
    html = rendered(overview)

    for figure in overview.figures.values():
        assert escape(figure.says) in html
    assert html.count("<tr>") == sum(1 + len(figure.table) for figure in overview.figures.values())


def test_each_figure_has_a_chart_and_each_signal_is_known(show: Show) -> None:
    for name, figure in show(NETWORK).figures.items():
        signals = {signal["name"] for signal in charts()[name]["signals"]}
        assert figure.signals.keys() <= signals
