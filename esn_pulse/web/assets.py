"""Styles, scripts and pictures of the pages, under names that change with what is in them."""

from dataclasses import dataclass
from gzip import compress
from hashlib import sha256
from mimetypes import guess_type

from starlette.requests import Request
from starlette.responses import Response

PLACE = "/static/"  # where they all are
_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}


@dataclass(frozen=True)
class Asset:
    """A file of the pages.

    :ivar url: where it is, as a path.
    """

    url: str
    body: bytes
    compressed: bytes
    media_type: str


class Assets:
    """All of them, read once.

    :param texts: what is in each, by name.
    """

    def __init__(self, texts: dict[str, str]) -> None:
        self._named = {name: _asset(name, text) for name, text in texts.items()}
        self._placed = {asset.url: asset for asset in self._named.values()}

    def url(self, name: str) -> str:
        """Return where a file is, as a path.

        :raises KeyError: when there is none of that name.
        """
        return self._named[name].url

    def answer(self, request: Request) -> Response | None:
        """Return a file, compressed for whom it may be; None when there is none at that address."""
        asset = self._placed.get(request.url.path)
        if asset is None:
            return None
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers = {**_FOR_EVER, "Content-Encoding": "gzip"}
            return Response(asset.compressed, headers=headers, media_type=asset.media_type)
        return Response(asset.body, headers=_FOR_EVER, media_type=asset.media_type)


def _asset(name: str, text: str) -> Asset:
    body = text.encode()
    url = f"{PLACE}{sha256(body).hexdigest()[:12]}/{name}"
    media_type = guess_type(name)[0] or "application/octet-stream"
    return Asset(url, body, compress(body, mtime=0), media_type)
