"""Organisations of activities.esn.org, as links to them show them, and those that have none."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from scrapy.http import TextResponse

from esn_pulse.pages.addresses import organisation_slug, slug_on_site
from esn_pulse.pages.markup import Element, absolute, distinct, find, texts


def names_by_alias(anchors: Iterable[Element]) -> dict[str, str]:
    """Return the names that links show of organisations, by alias in page order.

    Other links are left out. The name is ``''`` where a link shows none, such as a logo's.
    """
    names: dict[str, str] = {}
    for anchor in anchors:
        if alias := organisation_slug(anchor.get("href", "")):
            names[alias] = names.get(alias) or "".join(texts([anchor])[:1])
    return names


def organisers_in(boxes: list[Element], page: TextResponse) -> dict[str, str]:
    """Return the names of an activity's organisers that have a page, by alias in page order."""
    anchors = find(boxes, ".pseudo__organiser a, a.pseudo__organiser")
    return names_by_alias(a for a in anchors if not _is_elsewhere(a, page))


def partners_in(boxes: list[Element], page: TextResponse) -> list[str]:
    """Return the names of those that have none: in page order, each once.

    Who links to something else of the site, such as a user's profile, is no partner.
    """
    entries = find(boxes, ".pseudo__organiser")
    inmost = [one for one in entries if len(find([one], ".pseudo__organiser")) == 1]
    outside = [one for one in inmost if not any(_is_of_site(a, page) for a in one.iter("a"))]
    return distinct(name for name in texts(outside) if any(map(str.isalnum, name)))


def _is_of_site(anchor: Element, page: TextResponse) -> bool:
    address = anchor.get("href", "")
    try:
        target = urlsplit(absolute(address, page))
    except ValueError:  # such as "http://[broken"
        return False
    return bool(address) and target.netloc == urlsplit(page.url).netloc


def _is_elsewhere(anchor: Element, page: TextResponse) -> bool:
    address = anchor.get("href", "")
    if re.match("/(?!/)", address):  # as all of them should be
        return False
    return slug_on_site(absolute(address, page), "organisation", page) is None
