"""What is to be read on a page, without a browser."""

import psycopg
from parsel import Selector, SelectorList

from tests.web.servers import Site
from tests.web.visitors import Visitor


def page(site: Site | Visitor, path: str) -> Selector:
    """Return a page that is there."""
    answer = site.get(path)
    assert answer.status_code == 200, answer.text
    return Selector(answer.text)


def words(found: Selector | SelectorList[Selector]) -> str:
    """Return the text of elements, as it is read."""
    return " ".join(" ".join(found.css("*::text").getall()).split()).replace("\u00a0", " ")


def rows(shown: Selector, title: str) -> list[list[str]]:
    """Return the rows of the table that has a title."""
    found = shown.xpath("//div[@aria-label=concat('Table: ', $title)]//tbody/tr", title=title)
    return [[words(cell) for cell in row.xpath("th|td")] for row in found]


def links(shown: Selector, title: str) -> list[str]:
    """Return where the rows of a table lead."""
    return shown.xpath(
        "//div[@aria-label=concat('Table: ', $title)]//tbody/tr/th//@href", title=title
    ).getall()


def heads(shown: Selector, title: str) -> dict[str, str]:
    """Return where the columns of a table lead."""
    found = shown.xpath("//div[@aria-label=concat('Table: ', $title)]//thead//a", title=title)
    return {words(one): str(one.attrib["href"]) for one in found}


def tiles(shown: Selector, name: str = "key-figures") -> dict[str, str]:
    """Return what the figures in large type say."""
    return {
        words(tile.css("dt")): words(tile.css(".value")) for tile in shown.css(f"#{name} > div")
    }


def counted(reading: psycopg.Connection, query: str) -> tuple[int, ...]:
    """Return the row that a query counts."""
    found = reading.execute(query.encode()).fetchone()
    assert found
    return tuple(found)


def led(site: Site, path: str) -> tuple[int, str]:
    """Return the status, and where one is led."""
    answer = site.get(path)
    return answer.status_code, answer.headers.get("Location", "")
