"""What is answered, as JSON and on a page."""

from typing import Any

from parsel import Selector

from tests.web.api.operations import Schema
from tests.web.servers import Site


def rows(site: Site, path: str) -> list[Schema]:
    """Return the rows of an answer; of one that is a row itself, this."""
    answer = site.get(path).json()
    found: list[Schema] = answer.get("rows", [answer])
    return found


def figures(site: Site, path: str, key: str, *names: str) -> dict[str, tuple[Any, ...]]:
    """Return what rows have in some of their fields, by another."""
    return {row[key]: tuple(row[name] for name in names) for row in rows(site, path)}


def table(site: Site, path: str, place: str) -> list[list[str]]:
    """Return the cells of a table of a page; there has to be one."""
    found = Selector(site.get(path).text).css(f"{place} tbody tr")
    assert found
    return [[shown(cell) for cell in row.css("th, td")] for row in found]


def shown(cell: Selector) -> str:
    return blank("".join(cell.css("::text").getall())).strip()


def blank(text: str) -> str:
    """Take blanks that keep words together for others."""
    return text.replace("\u00a0", " ")


def number(text: str) -> int:
    return int(text.replace(",", "").replace("−", "-"))
