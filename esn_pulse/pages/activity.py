"""An activity's page on activities.esn.org: what stands where.

Some 50,000 of these are read, so the article is gone through once, and each field is looked up.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import takewhile
from typing import Any

from scrapy.http import TextResponse

from esn_pulse.exceptions import DriftError
from esn_pulse.items import ActivityItem
from esn_pulse.pages.addresses import activity_slug, organisation_slug
from esn_pulse.pages.article import OF_OTHER_KIND, Article, article_of, icons_in
from esn_pulse.pages.days import days_in
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
from esn_pulse.pages.organisations import organisers_in, partners_in
from esn_pulse.pages.surroundings import page_heading
from esn_pulse.rules.countries import is_country
from esn_pulse.rules.slugs import alias
from esn_pulse.rules.text import clean_text

_TITLE_BLOCK = "block--eg-activities-theme-page-title"
_PICTURE_FIELD = re.compile(r"\bpic|\bima?g|photo|foto|banner|cover|poster|media|visual|thumb")
_PARTICIPANTS = re.compile(r"\bpart(?!ner|y|ies)")
_ORGANISERS = "pseudo__organisers"
_SINGLE_DAY = ".highlight-dates-single"
_NUMBER = "highlight-data-text-big"
_NUMBER_BOXES = {"highlight-data-number", "field-top-wrapper"}
_MOST_ORGANISERS = 1000
_WORD = re.compile(r"[^\W\d_]+")


def activity(
    page: TextResponse, listed_by: list[int], listed_by_countries: Sequence[str] = ()
) -> ActivityItem:
    """Read an activity's page.

    :param listed_by: the sections in whose listings the activity was met, the first one first.
    :param listed_by_countries: the same of national organisations.
    :raises DriftError: when the page has neither title, date nor description of an activity.
    """
    article = _article(page)
    start, end = _days(article)
    organised_by = article.having(_ORGANISERS)
    item = ActivityItem(
        url=page.url,
        section_id=next(iter(listed_by), None),
        listed_by=listed_by,
        listed_by_countries=[*listed_by_countries],
        event_slug=activity_slug(page.url),
        title=first(texts(_title(page, article))),
        start_date=start,
        end_date=end,
        participants=first(texts(_participants(article))),
        organisers=[*organisers_in(organised_by, page)],
        partners=partners_in(organised_by, page),
        causes=distinct(texts(_causes(article))),
        types=distinct(texts(_types(article))),
        description=lines(article.items("description")) or None,
        activity_goal=lines(article.items("goal-activity")) or None,
        outcomes=lines(article.items("res-pos-aspect")) or None,
        registration_url=first(links(find(article.field("link-registrat"), "a"), page)),
        image_url=first(images(_pictures(article, page), page)),
        sdgs=distinct(_goals(find(article.having("field-sdgs-wrapper"), "img"))),
        objectives=distinct(texts(_objectives(article))),
        **_where(article),
    )
    if not (item.title or item.start_date or item.description):
        raise DriftError("there is neither title, date nor description of the activity")
    return item


def organisers(page: TextResponse) -> dict[str, str]:
    """Return the names that an activity's page shows of its organisers, by their aliases.

    None of far too many, which are not stored as its organisers, either.
    """
    named = organisers_in(_article(page).having(_ORGANISERS), page)
    return named if len(named) <= _MOST_ORGANISERS else {}


@lru_cache(maxsize=1)  # its fields are read, and then the names of its organisers
def _article(page: TextResponse) -> Article:
    return Article(article_of(page))


def _title(page: TextResponse, article: Article) -> list[Element]:
    """Find the title: it stands in a block of its own; otherwise the page's (or article's) h1."""
    root = page.selector.root
    headings = [h1 for h1 in root.iter("h1") if _is_inside(h1, _TITLE_BLOCK)]
    if headings or find([root], f".{_TITLE_BLOCK}"):
        return headings
    own_heading = find([article.root, *article.field("title")], "h1")
    return (
        page_heading(root, article.element)
        or own_heading[:1]
        or _label(article, activity_slug(page.url))
    )


def _is_inside(element: Element, name: str) -> bool:
    return any(name in classes(outer) for outer in element.iterancestors())


def _label(article: Article, slug: str | None) -> list[Element]:
    """Find the label that the address is made of; causes and types are marked as labels, too."""
    stem = (slug or "").rpartition("-")[0]
    labels = find([article.root], ".activity-label") if stem else []
    return [label for label in labels if alias(texts([label])[0]).startswith(stem)]


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


def _days(article: Article) -> tuple[str | None, str | None]:
    """Return the first and the last day, of which either may be missing or unreadable."""
    top = article.top("dates")
    shown = _highlights(top)
    days = [day for text in shown if text for day in days_in(text)]
    if len(days) == 1 and len(shown) == 2 and not shown[0] and not find(top, _SINGLE_DAY):
        return None, days[0]
    return first(days[:1]), first(days[1:2])


def _where(article: Article) -> dict[str, Any]:
    """Tell whether the activity is online, and on what platform, or in which city and country."""
    kind = article.element.get("class")
    portal = [] if "ct-physical" in kind else article.platform()
    if portal or "ct-online" in kind:
        return {"is_online": True, "online_platform": _platform(portal or article.top("location"))}
    place = article.top("location")
    city, country = (None, None) if "portal" in icons_in(place) else _place(_highlights(place))
    return {"is_online": False, "city": city, "country": country}


def _platform(top: list[Element]) -> str | None:
    """Return the platform; two texts beside the icon of a place are none."""
    for anchor in find(top, "a"):
        if texts([anchor]) == ["Link"]:  # to the platform
            anchor.drop_tree()
    shown = _highlights(top)
    is_place = "location" in icons_in(top) and len(list(filter(None, shown))) > 1
    return None if is_place else first(shown[:1])


def _place(shown: list[str]) -> tuple[str | None, str | None]:
    """Return city and country, told by their order; a lone text is a country if it names one."""
    names = [text.strip(" ,") for text in shown]
    if len(shown) == 1 and (shown[0].startswith(",") or is_country(names[0])):
        names.insert(0, "")
    return first(names[:1]), first(names[1:2])


def _participants(article: Article) -> list[Element]:
    """Find the number of participants: it is called so, or it is the only one and has no name."""
    numbers = [n for n in article.having(_NUMBER) if article.owner(n) not in OF_OTHER_KIND]
    names = [_name(number, article) for number in numbers]
    if names == [""]:
        return numbers
    return [n for n, name in zip(numbers, names, strict=True) if _PARTICIPANTS.search(name)]


def _name(number: Element, article: Article) -> str:
    """Return what a number is called: its field, and the words beside it but ``total``."""
    words = _WORD.findall(_beside(number, article).casefold())
    return " ".join(
        [article.owner(number) or "", *(word for word in words if word != "total")]
    ).strip()


def _beside(number: Element, article: Article) -> str:
    """Return the text that goes with a number."""
    box = _box_of(number, article)
    if box is None:
        return ""
    if len(find([box], f".{_NUMBER}")) > 1:  # then only what follows this one
        own = takewhile(lambda one: _NUMBER not in classes(one), number.itersiblings())
        return " ".join([number.tail or "", *texts(own)])
    return texts([box])[0].replace(texts([number])[0], "", 1)


def _box_of(number: Element, article: Article) -> Element | None:
    """Find what a number shares with its own words only."""
    for outer in number.iterancestors():
        if not _NUMBER_BOXES.isdisjoint(classes(outer)):
            return outer
    parent = number.getparent()
    if parent is None or parent is article.root:
        return None
    return parent if len(parent) < 4 or article.owner(parent) else None


def _pictures(article: Article, page: TextResponse) -> list[Element]:
    """Find the large pictures of the article, but not those that link to something else."""
    places = [*article.fields_like(_PICTURE_FIELD), article.root]
    pictures = find([one for place in places for one in place.iter("picture")], "img.img-fluid")
    return [picture for picture in pictures if not _leads_elsewhere(picture, page)]


def _leads_elsewhere(picture: Element, page: TextResponse) -> bool:
    targets = [a.get("href", "") for a in picture.iterancestors("a")]
    own = (None, activity_slug(page.url))
    return any(organisation_slug(a) or activity_slug(a) not in own for a in targets)


def _causes(article: Article) -> list[Element]:
    causes = article.having("activity-causes")
    return find(causes, ".activity-cause a") or find(causes, ".activity-label a")


def _types(article: Article) -> list[Element]:
    return find(article.having("activity-types"), ".activity-type a") or find(
        article.field("types"), ".field__item a"
    )


def _objectives(article: Article) -> list[Element]:
    objectives = article.having("activity__objectives")
    return find(objectives, ".activity__objective span") or find(objectives, ".field__item span")


def _goals(icons: Iterable[Element]) -> list[str]:
    """Return the text of each goal's icon that tells its number: ``alt``, otherwise ``title``."""
    goals = []
    for icon in icons:
        told = [clean_text(icon.get(name, "")) for name in ("alt", "title")]
        goals.append(next((text for text in told if re.search(r"\d", text)), told[0] or told[1]))
    return goals
