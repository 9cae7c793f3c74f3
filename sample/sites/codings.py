"""The codings in which a server can send a body, and bodies that come to harm on their way."""

import gzip
import sys
import zlib
from collections.abc import Callable
from typing import Literal, NamedTuple

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_GZIP_LEVEL = 1  # the client is on the same machine: what counts is the time it takes
_GZIP_HEADER = 10  # bytes, which tell of a file that there is none of

CodingName = Literal["gzip", "deflate", "bare deflate", "br", "zstd"]


class Coding(NamedTuple):
    """How HTTP calls a coding, and what makes it."""

    name: str
    encode: Callable[[bytes], bytes]


def _bare_deflate(page: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return stream.compress(page) + stream.flush()


CODINGS: dict[CodingName, Coding] = {
    "gzip": Coding("gzip", lambda page: gzip.compress(page, _GZIP_LEVEL)),
    "deflate": Coding("deflate", zlib.compress),
    "bare deflate": Coding("deflate", _bare_deflate),  # as some servers misread the standard
    "br": Coding("br", lambda page: brotli.compress(page, quality=1)),
    "zstd": Coding("zstd", zstd.compress),
}


def damaged(body: bytes, part: float) -> bytes:
    """Return a body in gzip with the byte changed that lies so far (a share) behind its header."""
    position = _GZIP_HEADER + int((len(body) - _GZIP_HEADER) * part)
    return body[:position] + bytes([body[position] ^ 0xFF]) + body[position + 1 :]
