import gzip

import pytest
from starlette.requests import Request
from starlette.responses import Response

from esn_pulse.web.assets import Assets

TEXT = "body { color: rebeccapurple }\n" * 40


def answer(assets: Assets, path: str, encoding: str = "") -> Response | None:
    headers = [(b"accept-encoding", encoding.encode())]
    scope = {"type": "http", "method": "GET", "path": path, "query_string": b""}
    return assets.answer(Request({**scope, "headers": headers}))


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("style.css", "text/css; charset=utf-8"),
        ("page.js", "text/javascript; charset=utf-8"),
        ("icon.svg", "image/svg+xml"),
        ("what.is-this", "application/octet-stream"),
    ],
)
@pytest.mark.parametrize("encoding", ["", "gzip, br"])
def test_a_file_is_there_for_ever(name: str, media_type: str, encoding: str) -> None:
    assets = Assets({name: TEXT})
    given = answer(assets, assets.url(name), encoding)

    assert given
    assert given.headers["Content-Type"] == media_type
    assert given.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert given.headers["Vary"] == "Accept-Encoding"
    assert given.headers.get("Content-Encoding") == ("gzip" if encoding else None)
    body = bytes(given.body)
    assert (gzip.decompress(body) if encoding else body) == TEXT.encode()


def test_what_changes_has_another_address() -> None:
    before, after, same = (Assets({"a.css": text}).url("a.css") for text in ("x", "y", "x"))

    assert before == same != after
    assert before.startswith("/static/")
    assert answer(Assets({"a.css": "y"}), before) is None


@pytest.mark.parametrize("path", ["/static/a.css", "/static/0/a.css", "/static/../a.css", "/"])
def test_there_is_nothing_else(path: str) -> None:
    assert answer(Assets({"a.css": "x"}), path) is None


def test_a_name_that_there_is_not() -> None:
    with pytest.raises(KeyError, match=r"b.css"):
        Assets({"a.css": "x"}).url("b.css")
