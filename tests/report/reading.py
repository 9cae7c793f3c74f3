"""What is to be seen on a report."""

from playwright.sync_api import Page

FIGURES = {
    *("map", "activities", "participants", "types", "causes", "goals", "formats"),
    *("sections", "countries", "growth", "quiet", "freshness", "history"),
}


def tiles(page: Page, name: str = "key-figures") -> dict[str, str]:
    """What the figures in large type say."""
    return {
        tile.locator("dt").inner_text(): tile.locator(".value").inner_text()
        for tile in page.locator(f"#{name} > div").all()
    }


def table(page: Page, figure: str) -> list[list[str]]:
    cells: list[list[str]] = page.evaluate(
        """figure => [...document.querySelectorAll(`#${figure} tbody tr`)].map(
            row => [...row.cells].map(cell => cell.textContent.replaceAll("\u00a0", " ")))""",
        figure,
    )
    return cells


def text(page: Page, selector: str) -> str:
    return page.inner_text(selector).replace("\u00a0", " ")


def choose(page: Page, label: str) -> None:
    code = page.locator("#country option", has_text=label).get_attribute("value") or "all"
    page.get_by_label("Country", exact=True).select_option(label=label)
    page.wait_for_selector(f"body[data-shown={code}]")


def bars(page: Page, figure: str) -> int:
    return page.locator(f"#{figure} svg .mark-rect path").count()


def dots(page: Page, opacity: str = "0.75") -> int:
    return page.locator(f'#map svg .mark-symbol path[opacity="{opacity}"]').count()
