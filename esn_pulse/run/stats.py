"""The names of all figures that this project adds to Scrapy's stats.

Pages are what the spiders ask for; requests also count retries, checks of aliases and robots.txt.
"""

from collections.abc import Mapping
from typing import Any

SECTIONS_KNOWN = "pulse/sections/known"  # met so far, or chosen: what there is to do
SECTIONS_PROCESSED = "pulse/sections/processed"
SECTIONS_FAILED = "pulse/sections/failed"
SECTIONS_LEFT = "pulse/sections/left"  # not begun: time is up, or another run is at it

PAGES_READ = "pulse/pages/read"
PAGES_FAILED = "pulse/pages/failed"  # for good; recorded in failed_scrapes
PAGES_GONE = "pulse/pages/gone"  # 404 and 410, which are answers
PAGES_DRIFTED = "pulse/pages/drifted"  # failed because what must be on them is missing
PAGES_IMPOSTORS = "pulse/pages/impostors"  # failed because they are other pages
PAGES_ASKED = "pulse/pages/asked/"  # followed by why: "new", "unsettled", …
PAGES_SKIPPED = "pulse/pages/skipped/"  # followed by why not
PAGES_RENDERED = "pulse/pages/rendered"  # asked for once more, in a browser

REQUESTS = "downloader/request_count"  # Scrapy's own
REQUESTS_FAILED = "pulse/requests/failed"  # for good

BY_LIST = "pulse/accounts/by_list"  # 1 when the official list was read
LIST_IGNORED = "pulse/accounts/ignored/"  # followed by "key" or "state": how many are not known

ITEMS_STORED = "pulse/items/stored"  # new, or other than what was stored
ITEMS_UNCHANGED = "pulse/items/unchanged"
ITEMS_KEPT = "pulse/items/kept"  # a broken page; the valid row from an earlier run stays
ITEMS_REJECTED = "pulse/items/rejected"  # can't be stored at all
ITEMS_INVALID = "pulse/items/invalid"  # with at least one broken field, stored or not

SLUGS_FOUND = "pulse/slugs/found"
SLUGS_ABSENT = "pulse/slugs/absent"
SLUGS_SETTLED = "pulse/slugs/settled"  # proven not long ago, and not asked for again
SLUGS_UNPROVEN = "pulse/slugs/unproven"


def by_reason(stats: Mapping[str, Any], prefix: str) -> dict[str, int]:
    """Return the figures whose names begin with ``prefix``, by what follows it."""
    return {name.removeprefix(prefix): n for name, n in stats.items() if name.startswith(prefix)}


def success_rate(stats: Mapping[str, Any]) -> float | None:
    """Return the share of pages that could be read, 0 to 1; None when none was asked for."""
    read, failed = stats.get(PAGES_READ, 0), stats.get(PAGES_FAILED, 0)
    return read / (read + failed) if read + failed else None


def quality_score(stats: Mapping[str, Any]) -> float | None:
    """Return the data-quality score in percent (docs/decisions.md, "Quality score").

    It is the share of valid records in all that should have been stored: records read, and pages
    of which nothing could be read. None when there was nothing to store.
    """
    items = (ITEMS_STORED, ITEMS_UNCHANGED, ITEMS_KEPT, ITEMS_REJECTED)
    records = sum(stats.get(name, 0) for name in items)
    processed = records + stats.get(PAGES_FAILED, 0)
    valid = records - stats.get(ITEMS_INVALID, 0)
    return 100 * valid / processed if processed else None
