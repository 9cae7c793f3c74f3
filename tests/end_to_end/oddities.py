"""Answers that go wrong, by the kind of page, each with what must come of it.

That is ``STORED``, or a pattern of the reason in ``failed_scrapes``.
"""

import gzip
import json
from collections.abc import Callable, Iterable
from html import escape

from tests.end_to_end.bad_values import MEGABYTE
from tests.end_to_end.hostile import Reply, Twist

STORED = ""
NO_SUCH_PAGE = "markup changed|not the page that was asked for"
Oddities = dict[str, tuple[Twist, str]]

_OK = "HTTP/1.1 200 OK\r\nContent-Type: "
_PICTURE = b"\x89PNG\r\n\x1a\n\x00\xff" * 1000


def typed(kind: str | None, encoding: str = "utf-8") -> Twist:
    """Answer the page as something else."""
    return lambda page: Reply(page.encode(encoding, "replace"), kind=kind)


def status(code: int, **headers: str) -> Twist:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda page: Reply(page, code, headers=named)


def to(address: str) -> Twist:
    return status(302, Location=address)


def refreshing(address: str) -> Twist:
    tag = f'<head><meta http-equiv="refresh" content="0; url={address}">'
    return lambda page: Reply(page.replace("<head>", tag))


def raw(text: str, body: bytes | None = None) -> Twist:
    """Answer these lines as they are, and the page."""
    head = f"{text}\r\n\r\n".encode("latin-1")
    return lambda page: Reply(raw=head + (page.encode() if body is None else body))


def body(made: str | bytes, coding: str | None = None) -> Twist:
    return lambda _: Reply(made, headers={"Content-Encoding": coding} if coding else {})


def within(end: str, extra: str) -> Twist:
    """Add something before the first place where the page has this."""
    return lambda page: Reply(page.replace(end, extra + end, 1))


def _half(page: str) -> Reply:
    compressed = gzip.compress(page.encode())
    return Reply(compressed[: len(compressed) // 2], headers={"Content-Encoding": "gzip"})


# --- Pages of whatever kind, of which nothing may be stored ------------------------------------

DEAD_ENDS: Oddities = {
    "empty": (body(""), NO_SUCH_PAGE),
    "no-content": (status(204), NO_SUCH_PAGE),
    "down": (body("<p>Service unavailable</p>"), "but a proxy's error page"),
    "message": (body('{"message": "Internal error"}'), NO_SUCH_PAGE),
    "picture": (body(_PICTURE), f"{NO_SUCH_PAGE}|can't be parsed"),
    "bytes": (
        lambda _: Reply(_PICTURE, kind="image/png"),
        "expected a page of text, got image/png",
    ),
    "half-gzip": (_half, "the body is cut short"),
    "home": (to("/"), "led away to http"),
    "login": (to("/user/login"), "Forbidden by robots.txt"),
    "loop": (to("?again"), "max redirections"),
    "elsewhere": (to("{foreign}/"), "is on neither of the two sites"),
    "teapot": (status(418), "the site answered 418"),
}

# --- Pages of activities -----------------------------------------------------------------------

_ITEMS = "<p class='field__item'>x</p>" * 30_000
_OUTCOMES = f"<div class='activity__field-ct-act-res-pos-aspect'>{_ITEMS}</div>"

PAGES: Oddities = DEAD_ENDS | {
    # How it is encoded
    "utf-16": (typed("text/html; charset=utf-16", "utf-16"), STORED),
    "utf-16-bom": (typed("text/html", "utf-16"), STORED),
    "utf-8-bom": (typed("text/html; charset=iso-8859-1", "utf-8-sig"), STORED),
    "latin-1": (typed("text/html; charset=iso-8859-1", "latin-1"), STORED),
    "no-utf-8": (
        lambda page: Reply(page.encode().replace(b"We met.", b"\xff\xc3(\xed\xa0\x80")),
        STORED,
    ),
    "unknown-charset": (typed("text/html; charset=klingon"), STORED),
    "slow-charset": (typed("text/html; charset=punycode"), STORED),
    "no-charset": (typed("text/html; charset=rot13"), "LookupError"),
    "surrogates": (
        lambda _: Reply(b"<h1>\\ud800</h1>", kind="text/html; charset=unicode_escape"),
        "can't be parsed",
    ),
    "no-gzip": (body("<html>", "gzip"), "the body is damaged"),
    "no-brotli": (body("<html>", "br"), "no answer"),
    "unknown-coding": (body("<html>", "klingon"), "the body is coded in 'klingon'"),
    # What it claims to be
    "as-json": (typed("application/json"), STORED),
    "as-bytes": (typed("application/octet-stream"), STORED),
    "as-text": (typed("text/plain"), STORED),
    "as-picture": (typed("image/png"), STORED),
    "as-nothing": (typed(None), STORED),
    "nul-type": (raw(_OK + "image/\x00p\x1b[2Jng", _PICTURE), "got image/p.2Jng"),
    "nul-phrase": (raw("HTTP/1.1 418 \x00\xff\x1b[31m"), "the site answered 418"),
    "nul-location": (raw("HTTP/1.1 302 Found\r\nLocation: /\x00\xff\x1b"), "answered 404|led away"),
    # How it is answered
    "partial": (status(206), STORED),
    "unheard-of": (status(299), STORED),
    "not-modified": (status(304), "the site answered 304"),
    "status-0": (raw("HTTP/1.1 000 Nothing"), "the site answered 0"),
    "status-huge": (raw(f"HTTP/1.1 {10**11} Huge"), f"the site answered {10**11}"),
    "status-word": (raw("HTTP/1.1 OK"), "no answer"),
    "only-continue": (raw("HTTP/1.1 100 Continue\r\n\r\n" * 50, b""), "no answer"),
    "no-http": (raw("220 ftp.example.org"), "no answer"),
    "long-header": (raw(_OK + "text/html\r\nX: " + "x" * MEGABYTE), "no answer"),
    "many-headers": (raw(_OK + "text/html" + "\r\nX: x" * 20_000), STORED),
    "wait-for-nothing": (status(200, Retry_After="99999"), STORED),
    "wait-less": (status(429, Retry_After="-5"), "the site answered 429"),
    "wait-long": (status(429, Retry_After="9" * 30), "the site answered 429"),
    "wait-until": (status(503, Retry_After="Fri, 31 Dec 9999 23:59:59 GMT"), "answered 503"),
    # Where it leads
    "chain": (to("/activity/link-0"), "max redirections"),
    "other-site": (to("{accounts}/country/tr"), "led away to http"),
    "local-file": (to("file:///etc/passwd"), "the site answered 302"),
    "data-address": (to("data:text/html,<h1>x</h1>"), "the site answered 302"),
    "no-address": (to("http://[broken"), "no answer: ValueError"),
    "no-port": (to("http://127.0.0.1:99999/x"), "no answer: ValueError"),
    "refresh-loop": (refreshing("/activity/refresh-loop"), STORED),
    "refresh-elsewhere": (refreshing("{foreign}/"), STORED),
    "refresh-file": (refreshing("file:///etc/passwd"), STORED),
    "forbidden": (status(200), "Forbidden by robots.txt"),
    # How much of it there is
    "huge": (within("</article>", "x" * 20 * MEGABYTE), "larger than download max size"),
    "huge-unannounced": (raw(_OK + "text/html", bytes(20 * MEGABYTE)), "DownloadCancelledError"),
    "bomb": (body(gzip.compress(bytes(100 * MEGABYTE), 1), "gzip"), "more than DOWNLOAD_MAXSIZE"),
    "deep": (within("</article>", "<div>" * 100_000), "nested too deep"),
    "wide": (within("</article>", _OUTCOMES), STORED),
}

# --- Listings: what is found on them beside what is stored already -----------------------------


def listing(cards: Iterable[str], pager: str = "") -> Reply:
    """Make a listing of these addresses."""
    shown = "".join(
        f'<article class="activities-mini-preview"><a href="{escape(address)}">x</a></article>'
        for address in cards
    )
    return Reply(f'<a href="/">Home</a>{shown}<nav class="pager">{pager}</nav>')


def last(number: object) -> str:
    return f'<a title="Go to last page" href="?page={number}">Last</a>'


_NO_ACTIVITIES = [
    *("javascript:/activity/x", "mailto:/activity/x", "data:/activity/x", "file:///activity/x"),
    *("http://127.0.0.1:99999/activity/x", "http://127.0.0.1:port/activity/x", "http://[/activity"),
    *("//foreign.example/activity/shared", "{foreign}/activity/shared", "{accounts}/activity/x"),
    *("http://user:secret@127.0.0.1/activity/shared", "/activity/", "/activity/../x", "?page=3"),
]
_GONE = [
    *(
        "/activity/a b",
        "/activity/%00",
        "/activity/%zz%2f..",
        "/activity/..;/x",
        "/activity/\u202e",
    ),
    *("/activity/'\"><script>", "/activity/{{7*7}}", "/activity/x?'--&page=3", "/activity/%FF%FE"),
]
_SHARED = "/activity/shared"

# By the number of the page.
RUNNING_LISTINGS: dict[str, Callable[[int], Reply]] = {
    "pager-grows": lambda page: listing([_SHARED], last(page + 1)),
    "pager-runs": lambda page: listing([f"/activity/run-{page}"], last(page + 1)),
}

LISTINGS: Oddities = DEAD_ENDS | {
    "among-others": (lambda _: listing([_SHARED, *_NO_ACTIVITIES]), STORED),
    "gone": (lambda _: listing([_SHARED, *_GONE]), STORED),
    "same-again": (lambda _: listing([_SHARED], last(5)), STORED),
    "no-pager": (lambda _: listing([_SHARED], last(-1) + last(10**30) + last("x")), STORED),
    "itself": (lambda _: listing([_SHARED, "activities", "/organisation/esn-pages"]), STORED),
    "pager-claims": (lambda _: listing([_SHARED], last(999999999)), "the pager claims 1000000000"),
    "pager-grows": (lambda _: RUNNING_LISTINGS["pager-grows"](0), "the pager has no end"),
    "pager-runs": (lambda _: RUNNING_LISTINGS["pager-runs"](0), "the pager claims 21 pages"),
    "crowd": (lambda _: listing(f"/activity/x{i}" for i in range(100_000)), "100000 activities"),
    "strangers": (lambda _: listing(_NO_ACTIVITIES), "no card has a link to an activity"),
}


def figures(text: str) -> Twist:
    """Give a section this JSON for statistics, on a page that no script need fill."""

    def twist(page: str) -> Reply:
        told = page.replace('"user": {"uid": 0}', f'"activities_statistics": {text}')
        return Reply(told.replace("</main>", f"{'x' * 200}</main>"))

    return twist


_TWO = {"total_activities": {"values": [["Physical activities", 2], ["Online activities", 3]]}}
_TEXT = json.dumps(_TWO)[1:-1]
_CROWD = ", ".join(f'["{number}", -5]' for number in range(100_000))

STATISTICS: Oddities = DEAD_ENDS | {
    "told-twice": (figures(f'{{"total_activities": 1, {_TEXT}}}'), STORED),
    "with-others": (figures(f'{{"foreign": [null], {_TEXT}}}'), STORED),
    "alone": (body(json.dumps(_TWO)), STORED),
    "crowded": (figures(f'{{{_TEXT}, "total_causes": {{"values": [{_CROWD}]}}}}'), STORED),
    "foreign-keys": (figures('{"total": 1, "": {}}'), "none of the lists that are known"),
    "no-object": (figures("[1, 2]"), "not a JSON object"),
    "too-deep": (figures('{"a":' * 100_000), "not valid JSON"),
    "cut": (figures(f"{{{_TEXT}"), "not valid JSON"),
    "long-number": (figures("9" * 5000), "not valid JSON"),
}

# --- The search for an alias, of which none is proven ------------------------------------------

_ODD_ALIAS = "/organisation/a%2Fb%3Fc/activities"
_LONG_ALIAS = f"/organisation/{'x' * 300}/activities"

ALIASES: Oddities = {
    "loop": (to("?again"), "max redirections"),
    "elsewhere": (to("{foreign}/organisation/x/activities"), "on neither of the two sites"),
    "home": (to("/"), "the site answered 200"),
    "no-address": (to("http://[broken"), "ValueError"),
    "no-http": (raw("220 ftp.example.org"), "DownloadFailedError"),
    "odd": (to(_ODD_ALIAS), "the site answered 200"),
    "long": (to(_LONG_ALIAS), "the site answered 200"),
}
LED_TO: dict[str, Twist] = {_ODD_ALIAS: status(200), _LONG_ALIAS: status(200)}

_NOISE = b"".join(b"# %d \xff\x00 %s\nDisallow\n" % (line, b"x" * 1000) for line in range(5000))


def robots(page: str) -> Reply:
    """Answer 5 MB that mean no more than that one activity must be left alone."""
    rules = page.encode() + b"Disallow: /activity/forbidden\n"
    return Reply(rules + _NOISE, kind="text/plain")
