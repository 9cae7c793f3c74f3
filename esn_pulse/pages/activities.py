"""The pages of activities.esn.org: what stands where."""

import re
from collections.abc import Iterable
from itertools import chain
from typing import cast

from itemloaders.processors import Compose, Identity, MapCompose
from parsel import Selector, SelectorList
from scrapy.http import TextResponse

from esn_pulse.exceptions import DriftError
from esn_pulse.items import ActivityItem
from esn_pulse.pages.markup import (
    PageLoader,
    images,
    lines,
    links,
    non_empty,
    slug_in,
    texts,
)
from esn_pulse.text import clean_text

_DAY = re.compile(r"\d{1,2}/\d{1,2}/\d{4}", re.ASCII)


class ActivityLoader(PageLoader):
    """Fills an activity."""

    default_item_class = ActivityItem
    is_online_in = Identity()
    listed_by_out = Identity()
    # These were cleaned line by line.
    description_in = activity_goal_in = outcomes_in = MapCompose(non_empty)
    organisers_out = causes_out = sdgs_out = objectives_out = Compose(dict.fromkeys, list)


def organisation_slug(address: str) -> str | None:
    """Take the alias out of an organisation's address, None when it is no such address."""
    return slug_in(address, "organisation")


def activity_slug(address: str) -> str | None:
    """Take the event slug out of an activity's address, None when it is no such address."""
    return slug_in(address, "activity")


def activity(page: TextResponse, listed_by: list[int]) -> ActivityItem:
    """Read an activity's page.

    :param listed_by: the sections in whose listings the activity was met, the first one first.
    :raises DriftError: when the page has neither title, date nor description of an activity.
    """
    article = _article(page)
    loader = ActivityLoader(
        ActivityItem(
            url=page.url,
            section_id=listed_by[0],
            listed_by=listed_by,
            event_slug=activity_slug(page.url),
        )
    )
    loader.add_value("title", texts(_title(page, article)))
    _add_when(loader, article)
    _add_where(loader, article)
    loader.add_value("participants", texts(article.css(".highlight-data-text-big")))
    _add_categories(loader, article)
    loader.add_value("description", lines(_items(article, "description")))
    loader.add_value("activity_goal", lines(_items(article, "goal-activity")))
    loader.add_value("outcomes", lines(_items(article, "res-pos-aspect")))
    loader.add_value("registration_url", links(_field(article, "link-registrat").css("a"), page))
    loader.add_value("image_url", images(article.css("picture img.img-fluid"), page))
    item = cast("ActivityItem", loader.load_item())
    if not (item.title or item.start_date or item.description):
        raise DriftError("there is neither title, date nor description of the activity")
    return item


def _article(page: TextResponse) -> SelectorList[Selector]:
    """Find the article of the activity itself; teasers of others may follow it.

    :raises DriftError: when the page has none.
    """
    article = page.css('article.node[class*="activity--full"]') or page.css(
        "article.node:not(.activities-mini-preview)"
    )
    if not article:
        raise DriftError("there is no article of an activity")
    return article[:1]


def _title(page: TextResponse, article: SelectorList[Selector]) -> SelectorList[Selector]:
    """Find the title: it stands in a block of its own; otherwise the page's (or article's) h1."""
    return (
        page.css(".block--eg-activities-theme-page-title h1")
        or page.css("h1")
        or article.css(".activity-label")
    )


def _field(article: SelectorList[Selector], name: str) -> SelectorList[Selector]:
    """Find a field under whatever prefix: physical, online or the old ``activity__``."""
    return article.xpath(
        f'.//*[contains(concat(normalize-space(@class), " "), "__field-ct-act-{name} ")]'
    )


def _items(article: SelectorList[Selector], name: str) -> SelectorList[Selector]:
    """Find a field's items; a field with a single value may itself be the item."""
    field = _field(article, name)
    return field.css(".field__item") or field


def _top(article: SelectorList[Selector], name: str, icon: str) -> SelectorList[Selector]:
    """Find the highlighted top of a field, or the one that shows its icon.

    Dates, places and platforms look alike inside, so nothing may be read outside of it.
    """
    return (
        _field(article, name).css(".field-top-wrapper")
        or article.xpath(
            f'.//*[contains(@class, "field-top-wrapper")][.//img[contains(@src, "{icon}")]]'
        )
        or _field(article, name)
    )[:1]


def _highlights(top: SelectorList[Selector]) -> list[str]:
    """Return the highlighted texts of a field's top, '' for an empty one (positions matter)."""
    spans = top.css(".highlight-data-text span, .highlight-dates-single span")
    # The innermost, but not an empty one that only decorates another's text.
    return texts(
        spans.xpath(
            "self::*[not(.//span[normalize-space()])]"
            "[normalize-space() or not(parent::span[text()[normalize-space()]])]"
        )
    )


def _add_when(loader: ActivityLoader, article: SelectorList[Selector]) -> None:
    shown = [text for text in _highlights(_top(article, "dates", "icon_calendar")) if text]
    # "08/11/2023 - 10/11/2023" may share one element.
    days = list(chain.from_iterable(_DAY.findall(text) or [text] for text in shown))
    loader.add_value("start_date", days[:1])
    loader.add_value("end_date", days[1:2])


def _add_where(loader: ActivityLoader, article: SelectorList[Selector]) -> None:
    kind = article.attrib.get("class", "")
    platform = article.xpath(
        './/*[contains(@class, "field-top-wrapper")][.//img[contains(@src, "icon_portal")]]'
    )[:1]
    online = "ct-online" in kind or ("ct-physical" not in kind and bool(platform))
    loader.replace_value("is_online", [online])
    if online:
        shown = _highlights(platform or _top(article, "location", "icon_location"))
        loader.add_value("online_platform", shown[:1])
        return
    shown = [text.strip(" ,") for text in _highlights(_top(article, "location", "icon_location"))]
    loader.add_value("city", shown[:1])
    loader.add_value("country", shown[1:2])


def _add_categories(loader: ActivityLoader, article: SelectorList[Selector]) -> None:
    organisers = article.css(".pseudo__organisers .pseudo__organiser a")
    loader.add_value(
        "organisers", [organisation_slug(a.attrib.get("href", "")) or "" for a in organisers]
    )
    causes = article.css(".activity-causes .activity-cause a")
    loader.add_value("causes", texts(causes or article.css(".activity-causes .activity-label a")))
    types = article.css(".activity-types .activity-type a")
    loader.add_value(
        "activity_type", texts(types or _field(article, "types").css(".field__item a"))
    )
    objectives = article.css(".activity__objectives .activity__objective span")
    loader.add_value(
        "objectives", texts(objectives or article.css(".activity__objectives .field__item span"))
    )
    loader.add_value("sdgs", _goals(article.css(".field-sdgs-wrapper img")))


def _goals(icons: Iterable[Selector]) -> list[str]:
    """Return the text of each goal's icon that tells its number: ``alt``, otherwise ``title``."""
    goals = []
    for icon in icons:
        told = [clean_text(icon.attrib.get(name, "")) for name in ("alt", "title")]
        goals.append(next((text for text in told if re.search(r"\d", text)), told[0] or told[1]))
    return goals
