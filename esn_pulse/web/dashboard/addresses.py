"""Where each thing has its page, as a path."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse

ACTIVITIES = "/activities"


def is_of_page(address: str) -> bool:
    """Tell whether an address that somebody wrote leads to a page, and runs no script."""
    return address.lower().startswith(("/", "https://", "http://"))


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
