"""An activity's page on activities.esn.org: what stands where.

Some 50,000 of these are read, so the article is gone through once, and each field is looked up.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from itertools import chain
from typing import Any

from lxml import etree
from scrapy.http import TextResponse

from esn_pulse.exceptions import DriftError
from esn_pulse.items import ActivityItem
from esn_pulse.pages.addresses import activity_slug, organisation_slug
from esn_pulse.pages.markup import (
    Element,
    classes,
    distinct,
    find,
    find_xpath,
    first,
    images,
    lines,
    links,
    texts,
)
from esn_pulse.text import clean_text

_DAY = re.compile(r"\d{1,2}/\d{1,2}/\d{4}", re.ASCII)
# What precedes a field's name in its class; before it stands a prefix: that of physical or online
# activities, or of very old ones.
_FIELD = "__field-ct-act-"
_ICONS = {"dates": "icon_calendar", "location": "icon_location", "platform": "icon_portal"}


def activity(page: TextResponse, listed_by: list[int]) -> ActivityItem:
    """Read an activity's page.

    :param listed_by: the sections in whose listings the activity was met, the first one first.
    :raises DriftError: when the page has neither title, date nor description of an activity.
    """
    article = _Article(_root_of_article(page))
    days = _days(article)
    item = ActivityItem(
        url=page.url,
        section_id=listed_by[0],
        listed_by=listed_by,
        event_slug=activity_slug(page.url),
        title=first(texts(_title(page, article))),
        start_date=first(days[:1]),
        end_date=first(days[1:2]),
        participants=first(texts(article.having("highlight-data-text-big"))),
        organisers=distinct(_organisers(article)),
        causes=distinct(texts(_causes(article))),
        activity_type=first(texts(_types(article))),
        description=lines(article.items("description")) or None,
        activity_goal=lines(article.items("goal-activity")) or None,
        outcomes=lines(article.items("res-pos-aspect")) or None,
        registration_url=first(links(find(article.field("link-registrat"), "a"), page)),
        image_url=first(images(find(article.root.iter("picture"), "img.img-fluid"), page)),
        sdgs=distinct(_goals(find(article.having("field-sdgs-wrapper"), "img"))),
        objectives=distinct(texts(_objectives(article))),
        **_where(article),
    )
    if not (item.title or item.start_date or item.description):
        raise DriftError("there is neither title, date nor description of the activity")
    return item


class _Article:
    """The article of the activity itself, with its elements by class."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self._having: defaultdict[str, list[Element]] = defaultdict(list)
        for element in root.iter(etree.Element):
            for name in classes(element):
                _, is_field, field = name.rpartition(_FIELD)
                self._having[is_field + field].append(element)

    def having(self, name: str) -> list[Element]:
        """Find what has a class."""
        return self._having.get(name, [])

    def field(self, name: str) -> list[Element]:
        """Find a field under whatever prefix."""
        return self.having(_FIELD + name)

    def items(self, name: str) -> list[Element]:
        """Find a field's items; a field with a single value may itself be the item."""
        field = self.field(name)
        return find(field, ".field__item") or field

    def top(self, name: str) -> list[Element]:
        """Find the highlighted top of a field, or the one that shows its icon.

        Dates, places and platforms look alike inside, so nothing may be read outside of it.
        """
        field = self.field(name)
        return (find(field, ".field-top-wrapper") or self.top_with_icon(name) or field)[:1]

    def top_with_icon(self, name: str) -> list[Element]:
        """Find the highlighted top that shows an icon."""
        shows_icon = f'.//img[contains(@src, "{_ICONS[name]}")]'
        return find_xpath(
            [self.root], f'.//*[contains(@class, "field-top-wrapper")][{shows_icon}]'
        )[:1]


def _root_of_article(page: TextResponse) -> Element:
    """Find the article of the activity itself; teasers of others may follow it.

    :raises DriftError: when the page has none.
    """
    articles = [a for a in page.selector.root.iter("article") if "node" in classes(a)]
    full = [a for a in articles if "activity--full" in a.get("class")]
    found = full or [a for a in articles if "activities-mini-preview" not in classes(a)]
    if not found:
        raise DriftError("there is no article of an activity")
    return found[0]


def _title(page: TextResponse, article: _Article) -> list[Element]:
    """Find the title: it stands in a block of its own; otherwise the page's (or article's) h1."""
    headings = list(page.selector.root.iter("h1"))
    return (
        [h1 for h1 in headings if _is_inside(h1, "block--eg-activities-theme-page-title")]
        or headings
        or article.having("activity-label")
    )


def _is_inside(element: Element, name: str) -> bool:
    return any(name in classes(outer) for outer in element.iterancestors())


def _highlights(top: list[Element]) -> list[str]:
    """Return the highlighted texts of a field's top, '' for an empty one (positions matter)."""
    spans = find(top, ".highlight-data-text span, .highlight-dates-single span")
    # The innermost, but not an empty one that only decorates another's text.
    return texts(
        find_xpath(
            spans,
            "self::*[not(.//span[normalize-space()])]"
            "[normalize-space() or not(parent::span[text()[normalize-space()]])]",
        )
    )


def _days(article: _Article) -> list[str]:
    shown = [text for text in _highlights(article.top("dates")) if text]
    # "08/11/2023 - 10/11/2023" may share one element.
    return list(chain.from_iterable(_DAY.findall(text) or [text] for text in shown))


def _where(article: _Article) -> dict[str, Any]:
    """Tell whether the activity is online, and on what platform, or in which city and country."""
    kind = article.root.get("class")
    platform = [] if "ct-physical" in kind else article.top_with_icon("platform")
    if "ct-online" in kind or platform:
        shown = _highlights(platform or article.top("location"))
        return {"is_online": True, "online_platform": first(shown[:1])}
    place = [text.strip(" ,") for text in _highlights(article.top("location"))]
    return {"is_online": False, "city": first(place[:1]), "country": first(place[1:2])}


def _organisers(article: _Article) -> list[str]:
    anchors = find(article.having("pseudo__organisers"), ".pseudo__organiser a")
    return [organisation_slug(a.get("href", "")) or "" for a in anchors]


def _causes(article: _Article) -> list[Element]:
    causes = article.having("activity-causes")
    return find(causes, ".activity-cause a") or find(causes, ".activity-label a")


def _types(article: _Article) -> list[Element]:
    return find(article.having("activity-types"), ".activity-type a") or find(
        article.field("types"), ".field__item a"
    )


def _objectives(article: _Article) -> list[Element]:
    objectives = article.having("activity__objectives")
    return find(objectives, ".activity__objective span") or find(objectives, ".field__item span")


def _goals(icons: Iterable[Element]) -> list[str]:
    """Return the text of each goal's icon that tells its number: ``alt``, otherwise ``title``."""
    goals = []
    for icon in icons:
        told = [clean_text(icon.get(name, "")) for name in ("alt", "title")]
        goals.append(next((text for text in told if re.search(r"\d", text)), told[0] or told[1]))
    return goals
