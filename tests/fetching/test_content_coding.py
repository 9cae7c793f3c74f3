"""A body is decoded as a whole, or not at all."""

import gzip
import random
import sys
import zlib
from collections.abc import Callable
from datetime import date

import pytest
from scrapy.exceptions import DownloadCancelledError, ResponseDataLossError
from scrapy.http import HtmlResponse, Response

from esn_pulse.fetching.content_coding import decoded
from sample.network.model import SiteName
from sample.sites.codings import CODINGS as PLAIN
from sample.sites.codings import Coding
from sample.sites.routes import Sites
from tests.end_to_end.village import small_network

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LONGEST = 1_000_000


def with_checksum(page: bytes) -> bytes:
    return zstd.compress(page, options={zstd.CompressionParameter.checksum_flag: 1})


def in_parts(code: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    return lambda page: code(page[: len(page) // 2]) + code(page[len(page) // 2 :])


def unsized_zstd(page: bytes) -> bytes:
    stream = zstd.ZstdCompressor()
    return stream.compress(page) + stream.flush()


CODINGS: dict[str, Coding] = {name: coding for name, coding in PLAIN.items()} | {  # noqa: C416
    "gzip, stored": Coding("x-gzip", lambda page: gzip.compress(page, 0)),
    "gzip in parts": Coding("GZIP", in_parts(gzip.compress)),
    "zstd with a checksum": Coding("zstd", with_checksum),
    "zstd in parts": Coding("zstd", in_parts(with_checksum)),
    "zstd of no size": Coding("zstd", unsized_zstd),
    "gzip in deflate": Coding("gzip, deflate", lambda page: zlib.compress(gzip.compress(page))),
}
IN_ONE_PART = [name for name in CODINGS if "parts" not in name]
# What is damaged shows in these alone; in the others half of all changes go unnoticed.
WITH_CHECKSUM = ["gzip", "gzip, stored", "deflate", "zstd with a checksum", "gzip in deflate"]


def answer(body: bytes, coding: str, status: int = 200) -> Response:
    headers = {"Content-Encoding": coding, "Content-Type": "text/html; charset=utf-8"}
    return Response("https://accounts.esn.org/", status, headers, body)


@pytest.fixture(scope="module")
def pages() -> list[bytes]:
    """One of each kind that is read, of a small network."""
    network = small_network(date(2026, 5, 4))
    alias, event = next(
        (one.organisers[0].alias, one.event_slug)
        for one in network.activities
        if one.page_status == 200
    )
    section = next(one for one in network.sections if one.page_status == 200)
    asked: list[tuple[SiteName, str]] = [
        ("accounts", "/robots.txt"),
        ("accounts", "/"),
        ("accounts", f"/country/{section.country_code.lower()}"),
        ("accounts", f"/section/{section.slug}"),
        ("activities", f"/organisation/{alias}/activities?page=0"),
        ("activities", f"/organisation/{alias}/statistics"),
        ("activities", f"/activity/{event}"),
        ("activities", "/activity/no-such-thing-1"),
    ]
    return [Sites(network).answer(site, "GET", path).body.encode() for site, path in asked]


@pytest.mark.parametrize("name", CODINGS)
def test_a_whole_body_is_decoded(name: str, pages: list[bytes]) -> None:
    coding, encode = CODINGS[name]
    for page in pages:
        found = decoded(answer(encode(page), coding), len(page))
        assert isinstance(found, HtmlResponse)
        assert found.text.encode() == page
        assert "Content-Encoding" not in found.headers


@pytest.mark.parametrize("name", IN_ONE_PART)
def test_a_body_that_is_cut_anywhere_is_refused(name: str, pages: list[bytes]) -> None:
    coding, encode = CODINGS[name]
    rng = random.Random(name)
    for page in pages:
        body = encode(page)
        for end in {0, 1, len(body) - 1, *rng.sample(range(len(body)), 60)}:
            with pytest.raises(ResponseDataLossError, match=r"cut short|damaged"):
                decoded(answer(body[:end], coding), LONGEST)


@pytest.mark.parametrize("name", ["gzip in parts", "zstd in parts"])
def test_the_second_of_two_parts_may_be_cut_short(name: str, pages: list[bytes]) -> None:
    coding, encode = CODINGS[name]
    with pytest.raises(ResponseDataLossError, match=f"cut short .{coding.lower()}"):
        decoded(answer(encode(pages[1])[:-1], coding), LONGEST)


@pytest.mark.parametrize("name", WITH_CHECKSUM)
def test_what_is_damaged_anywhere_is_refused_or_harmless(name: str, pages: list[bytes]) -> None:
    coding, encode = CODINGS[name]
    rng = random.Random(name)
    for page in pages:
        body = encode(page)
        for position in {*range(12), *rng.sample(range(len(body)), 80)}:
            other = bytes([body[position] ^ 1 << rng.randrange(8)])
            try:
                found = decoded(
                    answer(body[:position] + other + body[position + 1 :], coding), LONGEST
                )
            except ResponseDataLossError:
                continue
            assert found.body == page, position  # gzip's header tells of times and systems


@pytest.mark.parametrize("name", CODINGS)
def test_what_follows_the_end_is_refused(name: str, pages: list[bytes]) -> None:
    coding, encode = CODINGS[name]
    with pytest.raises(ResponseDataLossError, match="damaged"):
        decoded(answer(encode(pages[1]) + b"more", coding), LONGEST)


def test_zeros_may_fill_up_what_is_in_gzip(pages: list[bytes]) -> None:
    assert decoded(answer(gzip.compress(pages[1]) + bytes(9), "gzip"), LONGEST).body == pages[1]


@pytest.mark.parametrize("name", CODINGS)
def test_a_body_has_its_limit(name: str) -> None:
    coding, encode = CODINGS[name]
    page = b"<html>" + bytes(LONGEST)
    with pytest.raises(DownloadCancelledError, match="DOWNLOAD_MAXSIZE bytes: 99999"):
        decoded(answer(encode(page), coding), 99_999)


@pytest.mark.parametrize("name", ["gzip", "zstd"])
def test_a_body_has_no_more_parts_than_any_page(name: str) -> None:
    coding, encode = CODINGS[name]
    with pytest.raises(ResponseDataLossError, match="more than 1000 parts"):
        decoded(answer(encode(b"") * 80_000, coding), LONGEST)


@pytest.mark.parametrize("coding", ["compress", "utf-8", "gzip, aes128gcm"])
def test_a_coding_that_is_not_known_is_named(coding: str, pages: list[bytes]) -> None:
    with pytest.raises(ResponseDataLossError, match=repr(coding.rpartition(" ")[2])):
        decoded(answer(pages[1], coding), LONGEST)


@pytest.mark.parametrize("status", [301, 404, 503])
def test_an_empty_body_may_come_with_any_status_but_200(status: int) -> None:
    assert decoded(answer(b"", "gzip", status), LONGEST).status == status
    with pytest.raises(ResponseDataLossError, match="cut short"):
        decoded(answer(b"", "gzip"), LONGEST)


@pytest.mark.parametrize("coding", ["identity", ""])
def test_a_body_as_it_is_passes(coding: str, pages: list[bytes]) -> None:
    assert decoded(answer(pages[1], coding), LONGEST).body == pages[1]
    assert decoded(Response("https://accounts.esn.org/", body=pages[1]), 1).body == pages[1]
