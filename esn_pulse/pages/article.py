"""The article of an activity, taken apart: each field's element stands by itself.

Fields look alike inside (dates, places and platforms are the same spans), and may be nested or
missing. So each is cut loose from what it stood in, and no look-up reaches into another's.
"""

import re
from collections import defaultdict
from copy import deepcopy

from lxml import etree
from scrapy.http import TextResponse

from esn_pulse.exceptions import DriftError
from esn_pulse.pages.markup import Element, classes, find, find_xpath, has_class

# What precedes a field's name in its class; before it stands a prefix: that of physical or online
# activities, or of very old ones.
_FIELD = "__field-ct-act-"
_OTHER_FIELDS = {
    "activity-causes": "causes",
    "activity-cause": "causes",
    "activity-types": "types",
    "activity-type": "types",
    "pseudo__organisers": "organisers",
    "pseudo__organiser": "organisers",
    "field-sdgs-wrapper": "sdgs",
    "activity__objectives": "objectives",
    "activity__objective": "objectives",
}
# Fields that are known to hold neither a platform nor a number.
OF_OTHER_KIND = {"dates", "description", "goal-activity", "res-pos-aspect", "link-registrat"} | set(
    _OTHER_FIELDS.values()
)
_CARD = "activities-mini-preview"
_ICON = re.compile(r"icon_(calendar|location|portal)")
_ICONS = {"dates": "calendar", "location": "location"}


class Article:
    """A copy of the article of the activity itself, with its elements by class.

    :ivar element: the article in its page.
    :ivar root: what is left of the copy without the fields: what belongs to none.
    """

    def __init__(self, article: Element) -> None:
        self.element = article
        self.root = deepcopy(article)
        self._having: defaultdict[str, list[Element]] = defaultdict(list)
        self._fields: dict[Element, str] = {}
        self._cut: list[Element] = []
        for teaser in list(self.root.iter("article"))[1:]:
            teaser.drop_tree()
        for element in self.root.iter(etree.Element):
            for name in classes(element):
                _, is_field, field = name.rpartition(_FIELD)
                self._having[is_field + field].append(element)
                own = _without_suffix(field) if is_field else _OTHER_FIELDS.get(name)
                if own:
                    self._fields.setdefault(element, own)
        for element, own in self._fields.items():
            outer = element.getparent()
            if outer is not None and own != self.owner(outer):
                self._cut.append(element)
                element.drop_tree()

    def owner(self, element: Element) -> str | None:
        """Return the name of the field that an element belongs to, None for that of none."""
        if element in self._fields:
            return self._fields[element]
        return next((self._fields[o] for o in element.iterancestors() if o in self._fields), None)

    def having(self, name: str) -> list[Element]:
        """Find what has a class."""
        return self._having.get(name, [])

    def field(self, name: str) -> list[Element]:
        """Find a field under whatever prefix."""
        return self.having(_FIELD + name)

    def fields_like(self, pattern: re.Pattern[str]) -> list[Element]:
        """Find the fields in whose names a pattern occurs."""
        return [field for field in self._cut if pattern.search(self._fields[field])]

    def items(self, name: str) -> list[Element]:
        """Find a field's items; a field with a single value may itself be the item."""
        field = self.field(name)
        items = find(field, ".field__item")
        if not items:
            for label in find_xpath(field, f".//*[{has_class('field__label')}]"):
                label.drop_tree()
        return items or field

    def top(self, name: str) -> list[Element]:
        """Find the highlighted top of a field; without the field, the only one with its icon."""
        field = self.field(name)
        if field:
            return (find(field, ".field-top-wrapper") or field)[:1]
        return _only_top([self.root], _ICONS[name])

    def platform(self) -> list[Element]:
        """Find the highlighted top that shows the icon of a platform, where a place would be."""
        fields = [field for field in self._cut if self._fields[field] not in OF_OTHER_KIND]
        return _only_top([*fields, self.root], "portal")


def article_of(page: TextResponse) -> Element:
    """Find the article of the activity itself; teasers of others may follow it.

    :raises DriftError: when the page has none.
    """
    articles = [a for a in page.selector.root.iter("article") if "node" in classes(a)]
    full = [a for a in articles if "activity--full" in a.get("class")]
    found = full or [a for a in articles if _CARD not in classes(a)]
    if not found:
        raise DriftError("there is no article of an activity")
    return found[0]


def icons_in(found: list[Element]) -> set[str]:
    """Return what the icons in elements stand for: ``calendar``, ``location`` or ``portal``."""
    sources = (img.get("src", "") for img in find(found, "img"))
    return {icon[1] for source in sources if (icon := _ICON.search(source))}


def _only_top(places: list[Element], icon: str) -> list[Element]:
    """Find the highlighted top that shows this icon alone, unless several do."""
    tops = [top for top in find(places, ".field-top-wrapper") if icons_in([top]) == {icon}]
    return tops if len(tops) == 1 else []


def _without_suffix(field: str) -> str:
    """Return the field's name in a class of a part of it, such as ``dates__item``."""
    return field.partition("__")[0].partition("--")[0]
