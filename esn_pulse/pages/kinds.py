"""The kinds of pages, under the names that operators read."""

from enum import StrEnum


class PageKind(StrEnum):
    """What a page is."""

    LIST = "official list"
    START = "start page"
    COUNTRY = "country page"
    SECTION = "section page"
    LISTING = "listing page"
    FEED = "feed"
    ACTIVITY = "activity page"
    STATISTICS = "statistics page"
