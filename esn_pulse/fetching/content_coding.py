"""Bodies of answers, decoded: the whole of them, or nothing (RFC 9110, section 8.4).

Scrapy's own middleware hands on what it could decode of a body that was cut short or damaged.
"""

import sys
import zlib
from collections.abc import Callable
from typing import Any

import brotli
from scrapy.exceptions import DownloadCancelledError, ResponseDataLossError
from scrapy.http import Response, TextResponse
from scrapy.responsetypes import responsetypes

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

# As zlib calls the formats.
_GZIP = 31
_ZLIB = 15
_RAW = -15

# To decode thousands of parts, each of nothing, takes quadratic time.
_MOST_PARTS = 1000
_TOO_MANY = f"more than {_MOST_PARTS} parts"

Decode = Callable[[bytes, int], bytes]


def decoded(response: Response, longest: int) -> Response:
    """Decode the body of an answer to GET, in whatever coding the site chose.

    What is cut off is noticed in every coding, and what is damaged where the coding has a checksum:
    that is why the project asks for gzip alone.

    :param longest: how many bytes it may have, decoded.
    :raises ResponseDataLossError: when the body ends early, or can't be decoded.
    :raises DownloadCancelledError: when it is longer.
    """
    header = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1").lower()
    codings = list(filter(None, map(str.strip, header.split(","))))
    if not codings or not (response.body or response.status == 200):
        return response  # an error or a redirect says all by its status
    body = response.body
    for coding in reversed(codings):
        body = _decode(body, coding, longest)
    plain = response.headers.copy()
    del plain["Content-Encoding"]
    kind = responsetypes.from_args(headers=plain, url=response.url, body=body)
    # The encoding of the text was guessed from the body as it came.
    guess: dict[str, Any] = {"encoding": None} if issubclass(kind, TextResponse) else {}
    return response.replace(cls=kind, headers=plain, body=body, **guess)


def _decode(body: bytes, coding: str, longest: int) -> bytes:
    decode = _DECODERS.get(coding)
    if decode is None:
        raise ResponseDataLossError(f"the body is coded in {coding!r}, which nobody asked for")
    try:
        page = decode(body, longest + 1)
    except (zlib.error, brotli.error, zstd.ZstdError) as error:
        raise ResponseDataLossError(f"the body is damaged ({coding}: {error})") from error
    except EOFError as error:
        raise ResponseDataLossError(f"the body is cut short ({coding})") from error
    if len(page) > longest:
        raise DownloadCancelledError(
            f"the body has more than DOWNLOAD_MAXSIZE bytes: {longest}, decoded ({coding})"
        )
    return page


# Each decodes at most so many bytes. They raise EOFError for what has no end.


def _gunzip(body: bytes, most: int) -> bytes:
    """Decode the members one after the other; zeros may follow the last one."""
    page = b""
    for _ in range(_MOST_PARTS):
        member, body = _inflate(body, _GZIP, most - len(page))
        page += member
        if len(page) >= most or not body.strip(b"\0"):
            return page
    raise zlib.error(_TOO_MANY)


def _deflate(body: bytes, most: int) -> bytes:
    """Decode what is named so: zlib's format or, as some servers have it, its bare content."""
    try:
        page, rest = _inflate(body, _ZLIB, most)
    except zlib.error:
        page, rest = _inflate(body, _RAW, most)
    return _nothing_follows(page, rest)


def _inflate(body: bytes, form: int, most: int) -> tuple[bytes, bytes]:
    """Decode one stream, and return what follows it, too."""
    stream = zlib.decompressobj(form)
    page = stream.decompress(body, most)
    if not stream.eof and len(page) < most:
        raise EOFError
    return page, stream.unused_data


def _unbrotli(body: bytes, most: int) -> bytes:
    stream = brotli.Decompressor()
    page: bytes = stream.process(body, output_buffer_limit=most)
    while not stream.is_finished() and len(page) < most:
        more = stream.process(b"", output_buffer_limit=most - len(page))
        if not more and not stream.is_finished():
            raise EOFError
        page += more
    return page


def _unzstd(body: bytes, most: int) -> bytes:
    """Decode the frames one after the other."""
    page = b""
    for _ in range(_MOST_PARTS):
        frame = zstd.ZstdDecompressor()
        page += frame.decompress(body, most - len(page))
        if not frame.eof and len(page) < most:
            raise EOFError
        body = frame.unused_data
        if len(page) >= most or not body:
            return page
    raise zlib.error(_TOO_MANY)


def _nothing_follows(page: bytes, rest: bytes) -> bytes:
    if rest:
        raise zlib.error("something follows its end")
    return page


_DECODERS: dict[str, Decode] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _deflate,
    "br": _unbrotli,
    "zstd": _unzstd,
    "identity": lambda body, _: body,
}
