"""How soon a browser shows something of a page."""

import os
import shutil
from collections.abc import Mapping, Sequence
from statistics import median

from playwright.sync_api import Browser, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_PAINTED = """new Promise(painted => {
  const look = (_, observer) => {
    const [found] = performance.getEntriesByName("first-contentful-paint");
    if (found) { observer.disconnect(); painted(found.startTime); }
  };
  new PerformanceObserver(look).observe({type: "paint", buffered: true});
})"""
_AS_ROOT = ["--no-sandbox"] if os.geteuid() == 0 else []


def first_paints(url: str, pages: Mapping[str, Sequence[str]]) -> dict[str, float]:
    """Return when Chromium paints a page's first content, in milliseconds after it is asked for.

    :param pages: by kind of page, the paths whose median is taken; each is opened with nothing in
        the browser's cache.
    """
    path = next(filter(None, map(shutil.which, [os.environ.get("BROWSER_PATH", ""), *_NAMES])))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_AS_ROOT)
        return {
            kind: median(_first_paint(browser, url + path) for path in paths)
            for kind, paths in pages.items()
        }


def _first_paint(browser: Browser, url: str) -> float:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(url)
        return float(page.evaluate(_PAINTED))
