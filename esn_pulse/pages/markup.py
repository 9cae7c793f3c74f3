"""How markup is read on both sites: loaders, classes, texts and links."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from itemloaders.processors import MapCompose, TakeFirst
from lxml import etree
from parsel import Selector, css2xpath
from scrapy.http import HtmlResponse, Response, TextResponse
from scrapy.loader import ItemLoader
from w3lib.encoding import DEFAULT_ENCODING_TRANSLATION

from esn_pulse.exceptions import PageError
from esn_pulse.pages.addresses import plain
from esn_pulse.pages.proof.wholeness import is_cut_short
from esn_pulse.rules.text import clean_lines, clean_text, reason

# No page is written in it, and to decode one takes quadratic time: hours.
DEFAULT_ENCODING_TRANSLATION["punycode"] = "unknown"

_BLOCKS = (
    {"address", "article", "blockquote", "br", "dd", "div", "dl", "dt", "hr", "li", "ol", "p"}
    | {"h1", "h2", "h3", "h4", "h5", "h6"}
    | {"pre", "section", "table", "td", "th", "tr", "ul"}
)
_NOT_TEXT = frozenset(["script", "style", "template"])
_WHITE_SPACE = re.compile(r"\s+")
# Real pages have some 40 levels; far more take hours to read. Going down level by level is the
# quickest way to find out.
_TOO_DEEP = etree.XPath("boolean(" + 251 * "/*" + ")")
_CONTROL_CHARACTERS = bytes(set(range(32)) - set(b"\t\n\r"))  # lxml chokes on some
_CONTROL_CHARACTER = re.compile(f"[{_CONTROL_CHARACTERS.decode()}]")


Element: TypeAlias = Any  # of lxml, which has no types


@cache
def _compiled(expression: str) -> Any:
    return etree.XPath(expression)


@cache
def _xpath_of(selector: str) -> str:
    return css2xpath(selector)


def find(roots: Iterable[Element], selector: str) -> list[Element]:
    """Return what a CSS selector matches among elements and inside of them.

    The same as ``Selector.css``, which translates and compiles the selector anew for each page:
    that took most of the time to read one.
    """
    return find_xpath(roots, _xpath_of(selector))


def find_xpath(roots: Iterable[Element], expression: str) -> list[Element]:
    """Return what an XPath expression finds, starting from each of the elements."""
    compiled = _compiled(expression)
    return [element for root in roots for element in compiled(root)]


def classes(element: Element) -> list[str]:
    """Return the classes of an element."""
    names: list[str] = element.get("class", "").split()
    return names


def first(values: Iterable[str]) -> str | None:
    """Return the first value that is not empty, clean."""
    return next((clean for value in values if (clean := clean_text(value))), None)


def distinct(values: Iterable[str]) -> list[str]:
    """Return the values that are not empty, each once, in page order."""
    return list(dict.fromkeys(filter(None, values)))


def non_empty(value: str) -> str | None:
    """Let a processor chain leave out values that turned out empty."""
    return value or None


class PageLoader(ItemLoader):
    """Fills an item: every value is cleaned, and the first one found is taken."""

    default_input_processor = MapCompose(clean_text, non_empty)
    default_output_processor = TakeFirst()


def as_page(response: Response) -> HtmlResponse:
    """Make sure that there is markup to read.

    :returns: the page, read as HTML whatever kind of text its header claims, under the plain form
        of its address. Its markup, which takes some nine times the memory, goes with the last
        reference to it.
    :raises PageError: when the answer is an image, an archive or the like, can't be parsed, or is
        cut short.
    """
    if not isinstance(response, TextResponse):
        kind = (response.headers.get("Content-Type") or b"no content type").decode("latin-1")
        raise PageError(f"expected a page of text, got {kind}")
    # A copy, as Scrapy keeps the response until all that was read of it is stored.
    page = response.replace(cls=HtmlResponse, url=plain(response.url))
    try:
        has_some = _has_control_characters(page)
    except LookupError as error:  # what it claims is no encoding of text
        raise PageError(f"the page can't be decoded: {reason(error)}") from error
    if has_some:
        text = _CONTROL_CHARACTER.sub("", page.text)
        page = page.replace(body=text.encode(), encoding="utf-8")
    try:
        selector = page.selector
    except ValueError as error:  # such as <base href="http://[broken">
        raise PageError(f"the page can't be parsed: {error}") from error
    selector.response = None  # so that the two don't wait for Python to collect its garbage
    if _TOO_DEEP(selector.root):
        raise PageError("the page is nested too deep to be read")
    if not page.text.lstrip().startswith(("{", "[")) and is_cut_short(page):  # JSON tells by itself
        raise PageError("the page is cut short: it ends within what it has opened")
    return page


def _has_control_characters(page: TextResponse) -> bool:
    if page.encoding == "utf-8":  # whose bytes show them, and are gone through more quickly
        return len(page.body.translate(None, _CONTROL_CHARACTERS)) < len(page.body)
    return _CONTROL_CHARACTER.search(page.text) is not None


def has_class(name: str) -> str:
    """Build the XPath condition for a class, for conditions that CSS can't combine."""
    return f'contains(concat(" ", normalize-space(@class), " "), " {name} ")'


Found: TypeAlias = Iterable[Selector] | Iterable[Element]  # of parsel, or of ``find``


def _elements(found: Found) -> list[Element]:
    return [getattr(one, "root", one) for one in found]


def texts(found: Found) -> list[str]:
    """Return the clean text of each element, '' for an empty one (positions matter)."""
    roots = _elements(found)
    return [clean_text(_block_text(root) if len(root) else root.text or "") for root in roots]


def lines(found: Found) -> str:
    """Return the text of the elements, a line a paragraph, list entry or line break.

    An element inside of another one found is part of that one's text.
    """
    roots = _elements(found)
    found_roots = set(roots)
    outermost = [root for root in roots if found_roots.isdisjoint(root.iterancestors())]
    return clean_lines("\n".join(map(_block_text, outermost)))


def _block_text(root: Any) -> str:
    parts: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if element.tag in _BLOCKS:
            parts.append("\n")
        if event == "start":
            text = None if element.tag in _NOT_TEXT else element.text
        else:
            text = None if element is root else element.tail
        if text:
            parts.append(_WHITE_SPACE.sub(" ", text))
    return "".join(parts)


def absolute(address: str, page: TextResponse) -> str:
    """Join an address to its page's, and give one of the same site its plain form.

    One that can't be parsed is left for validation to judge.
    """
    try:
        joined = page.urljoin(address)
        is_of_site = urlsplit(joined).netloc == urlsplit(page.url).netloc
    except ValueError:  # such as "http://[broken"
        return address
    return plain(joined) if is_of_site else joined


def links(found: Found, page: TextResponse) -> list[str]:
    """Return the targets of links; those on the same site are made absolute.

    Others are kept as they are: joining ``www.example.org`` to the page would make up an address.
    """
    targets = (clean_text(a.get("href", "")) for a in _elements(found))
    return [absolute(t, page) if t.startswith("/") else t for t in targets if t]


def images(found: Found, page: TextResponse) -> list[str]:
    """Return the absolute addresses of pictures."""
    sources = (clean_text(img.get("src", "")) for img in _elements(found))
    return [absolute(source, page) for source in sources if source]
