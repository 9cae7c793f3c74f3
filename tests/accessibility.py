"""Whether everybody can use a page, as far as a program can tell."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# What is well is not described: that would take two thirds of the time.
_OPTIONS = {"resultTypes": ["violations"]}


def is_accessible(page: Page) -> None:
    """Fail if axe-core finds something wrong."""
    found = Axe().run(page, options=_OPTIONS)
    assert found.violations_count == 0, found.generate_report()
