"""Decompression that does not take half a page for a whole one."""

import zlib

from scrapy import Request
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import ResponseDataLossError
from scrapy.http import Response

_GZIP = 31  # as zlib calls the format


class WholePages(HttpCompressionMiddleware):
    """Scrapy's, which hands on what it could decompress of a page that was cut short."""

    def process_response(  # type: ignore[override]
        self, request: Request, response: Response
    ) -> Request | Response:
        """Decompress a page.

        :raises ResponseDataLossError: when its end is missing.
        """
        is_gzip = b"gzip" in (response.headers.get("Content-Encoding") or b"").lower()
        compressed = response.body
        outcome = super().process_response(request, response)
        if is_gzip and request.method != "HEAD" and _is_cut_short(compressed, outcome.body):
            raise ResponseDataLossError("the compressed page is cut short")
        return outcome


def _is_cut_short(compressed: bytes, page: bytes) -> bool:
    """Say whether the last of the members that make up gzipped data has no end."""
    if int.from_bytes(compressed[-4:], "little") == len(page):
        return False  # its end says how long it is, which spares us to decompress it again
    while compressed:
        member = zlib.decompressobj(_GZIP)
        try:
            member.decompress(compressed)
        except zlib.error:  # no member: something that follows the last one
            return False
        if not member.eof:
            return True
        compressed = member.unused_data
    return False
