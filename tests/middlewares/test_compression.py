import gzip

import pytest
from scrapy import Request
from scrapy.exceptions import ResponseDataLossError
from scrapy.http import Response

from esn_pulse.middlewares.compression import WholePages
from tests.crawlers import crawler_of

PAGE = b"<html>" + bytes(range(256)) * 20 + b"</html>"
WHOLE = gzip.compress(PAGE)


def decompressed(body: bytes, method: str = "GET", coding: str = "gzip") -> Response:
    request = Request("https://accounts.esn.org/", method=method)
    answer = Response(request.url, body=body, headers={"Content-Encoding": coding})
    outcome = WholePages.from_crawler(crawler_of()).process_response(request, answer)
    assert isinstance(outcome, Response)
    return outcome


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "GZIP"])
@pytest.mark.parametrize("more", [b"", b"\0\0", b"not gzip"])
def test_a_whole_page_is_decompressed(coding: str, more: bytes) -> None:
    assert decompressed(WHOLE + more, coding=coding).body == PAGE


def test_a_page_may_be_compressed_in_parts() -> None:
    assert decompressed(gzip.compress(PAGE[:100]) + gzip.compress(PAGE[100:])).body == PAGE


@pytest.mark.parametrize("end", [-1, -8, -100, 100])
@pytest.mark.parametrize("coding", ["gzip", "GZIP"])
def test_half_a_page_is_none(coding: str, end: int) -> None:
    with pytest.raises(ResponseDataLossError, match="cut short"):
        decompressed(WHOLE[:end], coding=coding)


def test_the_second_of_two_parts_may_be_cut_short() -> None:
    with pytest.raises(ResponseDataLossError, match="cut short"):
        decompressed(WHOLE + WHOLE[:-1])


def test_what_has_no_body_is_not_decompressed() -> None:
    assert decompressed(b"", method="HEAD").body == b""


def test_a_page_as_it_is_passes() -> None:
    assert decompressed(PAGE, coding="identity").body == PAGE
