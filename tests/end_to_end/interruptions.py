"""At how many moments runs are interrupted, and what may be missing afterwards."""

import os
from datetime import datetime

from tests.end_to_end.content import Content, content
from tests.end_to_end.tables import rows

MOMENTS = int(os.environ.get("MOMENTS", "1"))  # of each kind
FAILED = "SELECT url FROM failed_scrapes WHERE resolved_at IS NULL"


def what_matters(conninfo: str) -> Content:
    """Return what a database holds but for the grounds on which a section is an organiser.

    (Pages that name a moved section's new alias may be read before that alias is known.)
    """
    found = content(conninfo)
    for row in found["activity_section_organisers"].values():
        del row["is_named"]
    return found


def missing_of_visited(conninfo: str, end: Content, since: datetime) -> list[object]:
    """Return which activities are not as they will be in the end, though they should.

    These are those of sections that count as read since a moment: whoever takes the run over leaves
    them out. A page that was asked for and failed is on record; the section counts as read without
    it.
    """
    visited = f"SELECT accounts_platform_slug FROM sections WHERE last_scraped > '{since}'"
    sections = {slug for (slug,) in rows(conninfo, visited)}
    failed = {url.rpartition("/")[2] for (url,) in rows(conninfo, FAILED)}
    stored = what_matters(conninfo)["activities"]
    return [
        activity
        for activity, section in end["activity_section_organisers"]
        if section in sections
        and activity not in failed
        and stored.get((activity,)) != end["activities"][activity,]
        and "removed_at" in end["activities"][activity,]  # a moment would be left out
    ]
