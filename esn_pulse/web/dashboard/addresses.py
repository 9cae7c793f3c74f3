"""Where each thing has its page, as a path."""

import re
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse

ACTIVITIES = "/activities"

_LONGEST = 2000
_OWN = re.compile(r"/[\w.~%/?=&+,:@!$'()*;-]*", re.ASCII)


def is_of_page(address: str) -> bool:
    """Tell whether an address that somebody wrote leads to a page, and runs no script."""
    return address.lower().startswith(("/", "https://", "http://"))


def own(address: str) -> str:
    """Return an address that somebody was given as it is, if it is one of our pages; else ``/``.

    Browsers read a backslash as a slash, and leave out white space: neither is in our paths.
    """
    is_own = len(address) <= _LONGEST and _OWN.fullmatch(address) and not address.startswith("//")
    return address if is_own else "/"


def country(code: str) -> str:
    """Return where a country is."""
    return f"/countries/{quote(code, safe='')}"


def section(slug: str) -> str:
    """Return where a section is."""
    return f"/sections/{quote(slug, safe='')}"


def organisation(slug: str) -> str:
    """Return where an organisation is that is neither."""
    return f"/organisations/{quote(slug, safe='')}"


def activity(slug: str) -> str:
    """Return where an activity is."""
    return f"{ACTIVITIES}/{quote(slug, safe='')}"


def place(section_id: int | None, country_code: str | None) -> str:
    """Return where a section is, or the country of a national organisation; '' for neither."""
    if section_id is not None:
        return section(str(section_id))
    return country(country_code) if country_code else ""


def job(name: str) -> str:
    """Return where a job is."""
    return f"/jobs/{quote(name, safe='')}"


def moved(request: Request, path: str) -> RedirectResponse:
    """Lead to where something has its page, and hand on what the page was asked."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"{path}{query}", status_code=301)


OF_KIND = {
    "country": country,
    "section": section,
    "organisation": organisation,
    "activity": activity,
}
