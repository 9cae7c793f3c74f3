"""A page in which nothing runs but what is ours."""

from urllib.parse import unquote

import requests
from parsel import Selector

LINKS = ("/", "#", "?", "https://", "http://", "mailto:")


def assert_harmless(answer: requests.Response) -> None:
    """Find nothing in a page that somebody else may have put there."""
    assert answer.status_code in {200, 301, 303, 404, 422}, answer.text
    location = answer.headers.get("Location", "/")
    assert location.startswith("/")
    assert not location.startswith("//")
    if "<" in answer.text:
        assert foreign(Selector(answer.text)) == [], unquote(answer.url)


def foreign(page: Selector) -> list[str]:
    """Return elements and attributes that no template has, and links that run a script."""
    scripts = page.xpath("//script[not(starts-with(@src, '/static/'))]")
    links = page.xpath("//@href | //@src | //@action | //@formaction").getall()
    return [
        *page.xpath("//@*[starts-with(name(), 'on')] | //img | //iframe | //@style").getall(),
        *scripts.xpath("self::*[not(@type = 'application/json')]").getall(),
        *(link for link in links if not link.startswith(LINKS) or link.startswith("//")),
    ]
