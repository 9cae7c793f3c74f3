"""The addresses of both sites: whose page each is, in the one form in which it is asked for."""

import re
from urllib.parse import unquote, urlsplit

from scrapy.http import TextResponse

from esn_pulse.rules.text import clean_text

# The part before the slug, by the kind of page.
KINDS = ("activity", "organisation", "section", "country")

# Drupal serves the same page under its script and, where languages have one, under their prefix.
_PREFIX = re.compile(
    r"^(https?://[^/?#]*|)(?:/index\.php)?(?:/[a-z]{2}(?:-[a-z]{2,8})?)?(?:/index\.php)?"
    rf"(?=/(?:{'|'.join(KINDS)})/)",
    re.IGNORECASE,
)


def plain(address: str) -> str:
    """Return the plain form of the address of an activity, organisation, section or country.

    ``/index.php/activity/boat-1`` and ``/pt-br/activity/boat-1`` are ``/activity/boat-1``. Any
    other address is returned as it is.
    """
    return _PREFIX.sub(r"\1", address)


def slug_in(address: str, kind: str) -> str | None:
    """Take the slug out of an address: ``/organisation/esn-metu/activities`` is ``esn-metu``.

    :param kind: one of ``KINDS``.
    """
    try:
        steps = urlsplit(plain(address)).path.split("/")
    except ValueError:  # such as "http://[broken"
        return None
    if len(steps) > 2 and steps[1] == kind:
        return clean_text(unquote(steps[2])) or None
    return None


def slug_on_site(address: str, kind: str, page: TextResponse) -> str | None:
    """Take the slug out of the address of a page on the same site; None when it is none."""
    try:
        target = urlsplit(address)
    except ValueError:  # such as "http://[broken"
        return None
    if target.scheme not in {"http", "https"} or target.netloc != urlsplit(page.url).netloc:
        return None
    return slug_in(address, kind)


def organisation_slug(address: str) -> str | None:
    """Take the alias out of an organisation's address, None when it is no such address.

    Drupal minds no case there.
    """
    slug = slug_in(address, "organisation")
    return slug.lower() if slug else None


def activity_slug(address: str) -> str | None:
    """Take the event slug out of an activity's address, None when it is no such address."""
    return slug_in(address, "activity")


def is_same_kind(asked: str, found: str) -> bool:
    """Say whether two addresses differ in no more than a slug, so that a page only moved.

    Otherwise a redirect led away from it, such as to a login. A start page may be anywhere.
    """
    before, now = urlsplit(plain(asked)), urlsplit(plain(found))
    steps, steps_now = (parts.path.strip("/").split("/") for parts in (before, now))
    moved = steps == [""] or (steps[:1] + steps[2:] == steps_now[:1] + steps_now[2:])
    return moved and before.netloc == now.netloc
