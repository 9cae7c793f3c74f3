"""What of the page of a country or section is its own, among what is shown of others."""

import re
from copy import deepcopy

from lxml import etree
from scrapy.http import TextResponse

from esn_pulse.pages.addresses import slug_in, slug_on_site
from esn_pulse.pages.markup import (
    Element,
    absolute,
    find,
    find_xpath,
    has_class,
)
from esn_pulse.pages.surroundings import AROUND

_FIELD = re.compile(r"\bfield--name-field-([\w-]+)")
_IS_FIELD = 'contains(@class, "field--name-field-")'
# A side bar may show fields of the organisation itself.
_SURROUNDINGS = f"{AROUND}[not((self::aside or @role='complementary') and .//*[{_IS_FIELD}])]"

_ROW_CLASSES = ("views-row", "views-col", "views-view-grid", "geolocation-location")
_ROW_WORDS = ("teaser", "preview")
_ROWS = " or ".join(
    [
        *("self::li", "self::tr"),
        *(has_class(name) for name in _ROW_CLASSES),
        *(f'contains(@class, "{word}")' for word in _ROW_WORDS),
    ]
)
_CARDS = (
    f".//*[{_ROWS} or self::article or self::section or self::aside or contains(@class, 'card')]"
    "[not(self::body)]"
)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5")
_PICTURE_FIELDS = ("logo", "image", "picture")


class OwnPart:
    """A copy of a page, without its surroundings and without cards of other organisations.

    :param own: the slug or code of the organisation.
    :param kinds: the addresses that others have: ``section``, ``country``.
    :ivar root: what is left; a field inside of another one is that one's, and left out.
    """

    def __init__(self, page: TextResponse, own: str, *kinds: str) -> None:
        self.root = deepcopy(page.selector.root)
        _drop(find_xpath([self.root], _SURROUNDINGS))
        # The innermost first: what is left of an article without them may be the page's own.
        for card in reversed(find_xpath([self.root], _CARDS)):
            if any(_is_other(a, own, kinds, page) for a in _links(card)):
                _drop([card])
        nested = find_xpath([self.root], f".//*[{_IS_FIELD}][ancestor::*[{_IS_FIELD}]]")
        _drop([one for one in nested if not _is_part(one)])

    def find(self, selector: str) -> list[Element]:
        """Return what a CSS selector matches."""
        return find([self.root], selector)

    def field(self, name: str) -> list[Element]:
        """Find a field."""
        return self.find(f".field--name-field-{name}")

    def items(self, name: str) -> list[Element]:
        """Find a field's items; a field with a single value may itself be the item."""
        return find(self.field(name), ".field--item")

    def loose(self, selector: str, fields: str) -> list[Element]:
        """Return what a selector matches outside of any field, or in one whose name fits."""
        owned = [(one, _field_of(one)) for one in self.find(selector)]
        return [one for one, field in owned if field is None or re.match(fields, field)]


def _drop(elements: list[Element]) -> None:
    for element in elements:
        element.drop_tree()


def _links(card: Element) -> list[Element]:
    """Return the links that tell whose card it is.

    Of a row all do; of what may hold more than a card, that of its heading, if it begins with one.
    """
    found = find_xpath([card], f"self::*[({_ROWS}) and not(.//h1)]//a[@href]")
    for element in card.iter(etree.Element):
        if element.tag in _HEADINGS:
            return [*found, *element.iterancestors("a"), *element.iter("a")]
        if (_field_of(element) or "logo") not in _PICTURE_FIELDS:
            break
    return found


def _is_other(anchor: Element, own: str, kinds: tuple[str, ...], page: TextResponse) -> bool:
    address = absolute(anchor.get("href", ""), page)
    found = {slug_on_site(address, kind, page) for kind in kinds} - {None}
    known = {own, *(slug_in(page.url, kind) for kind in kinds)}
    return not {str(slug).casefold() for slug in found} <= {str(one).casefold() for one in known}


def _field_of(element: Element) -> str | None:
    """Return the name of the field that an element is or lies in."""
    for outer in (element, *element.iterancestors()):
        if found := _FIELD.search(outer.get("class", "")):
            return found[1]
    return None


def _is_part(field: Element) -> bool:
    """Say whether a field lies in itself, or in a group of fields that bears the same name."""
    outer = _field_of(field.getparent()) or ""
    return (_field_of(field) or "").startswith(outer)
