"""How an error is to be said, wherever it arises."""

from urllib.parse import urlsplit

import requests
from parsel import Selector

TELLTALE = ("psycopg", "SELECT", "bi.", "bi_cache", "hunter2", "127.0.0.1", "Traceback", "relation")


def problem(answer: requests.Response, status: int) -> dict[str, object]:
    """Return what an answer of the API says is wrong."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "private, no-store"
    said: dict[str, object] = answer.json()
    assert said.keys() == {"type", "title", "status", "detail", "faults"}
    assert answer.status_code == said["status"] == status
    assert (said["type"], said["title"]) == ("about:blank", answer.reason)
    assert_sober(answer)
    return said


def page(answer: requests.Response, status: int) -> str:
    """Return what a page says is wrong."""
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.status_code == status
    assert_sober(answer)
    return Selector(answer.text).css("main .lead::text").get(default="")


def said(answer: requests.Response, status: int) -> str:
    """Return what is said to be wrong, by the API or on a page."""
    if urlsplit(answer.url).path.startswith("/api/"):
        return str(problem(answer, status)["detail"])
    return page(answer, status)


def assert_sober(answer: requests.Response) -> None:
    assert not [word for word in TELLTALE if word in answer.text]
