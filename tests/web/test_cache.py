"""Answers that are kept, shared, and told to be what a client has already."""

import asyncio
import gzip
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import psycopg
import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from esn_pulse.web import cache
from tests.end_to_end.village import wait_until
from tests.web.servers import API, KEPT, PLACES, Clock, Reads, Site, asks, request, served

COUNTRIES = "/api/v1/countries"
LONG = "long " * 200


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def shared_site(web_database: str, clock: Clock) -> Iterator[Site]:
    with served(web_database, clock) as site:
        yield site


@pytest.fixture
def site(shared_site: Site, clock: Clock) -> Site:
    """A web that has kept nothing that is still good; its answers may be kept for a minute."""
    clock.now += 1_000_000
    site, probe = shared_site, shared_site.probe
    site.begun = probe.asked = 0
    probe.headers = KEPT
    probe.reads = lambda _: f"answer {probe.asked}"
    return site


@pytest.mark.parametrize("place", PLACES)
def test_an_answer_is_kept_for_as_long_as_it_says(site: Site, clock: Clock, place: str) -> None:
    assert site.get(place).text == "answer 1"
    clock.now += 59.9
    assert site.get(place).text == "answer 1"
    clock.now += 0.1
    assert site.get(place).text == "answer 2"
    clock.now += 59.9
    assert site.get(place).text == "answer 2"


def test_it_says_how_old_it_is(site: Site, clock: Clock) -> None:
    assert site.get(API).headers["Age"] == "0"
    clock.now += 42.5
    answer = site.get(API)
    assert answer.headers["Age"] == "42"
    assert site.get(API, If_None_Match=answer.headers["ETag"]).headers["Age"] == "42"


def test_the_time_that_it_took_counts(site: Site, clock: Clock) -> None:
    def take_a_while(_: psycopg.Connection) -> str:
        clock.now += 30
        return "slow"

    site.probe.reads = take_a_while
    site.get(API)
    clock.now += 30
    site.get(API)
    assert site.probe.asked == 2


@pytest.mark.parametrize(
    "cache_control",
    ["", "no-store", "private, max-age=60", "public, max-age=0", "public, max-age=60, immutable"],
)
def test_other_answers_are_not_kept(site: Site, cache_control: str) -> None:
    site.probe.headers = {"Cache-Control": cache_control} if cache_control else {}
    for asked in (1, 2):
        answer = site.get(API)
        assert answer.text == f"answer {asked}"
        assert "Age" not in answer.headers
        assert answer.headers["Cache-Control"] == (cache_control or "private, no-store")


def test_what_an_answer_depends_on_is_told_apart(site: Site) -> None:
    one = site.get(API, Accept="text/csv", Accept_Encoding="")
    others = [
        site.get(f"{API}?number=1", Accept="text/csv", Accept_Encoding=""),
        site.get(API, Accept="application/json", Accept_Encoding=""),
        site.get(API, Accept="text/csv", Accept_Encoding="gzip"),
    ]
    assert len({answer.text for answer in [one, *others]}) == 4
    assert site.get(API, Accept="text/csv", Accept_Encoding="br").text == one.text


def test_errors_are_not_kept(site: Site) -> None:
    for query in ("SELECT 1/0", "SELECT * FROM bi.nothing"):
        site.probe.reads = asks(query)
        assert site.get(API).status_code >= 500
    assert site.get(f"{API}?number=0").status_code == 422
    site.probe.reads = lambda _: "well"
    assert site.get(API).text == "well"


def test_those_who_ask_at_the_same_time_share_one_query(site: Site) -> None:
    release = Event()
    site.probe.reads = lambda _: str(release.wait(20))
    with ThreadPoolExecutor(30) as pool:
        asking = [pool.submit(site.get, API) for _ in range(30)]
        wait_until(lambda: site.begun == 30)
        release.set()
        answers = {(one.result().status_code, one.result().text) for one in asking}
    assert answers == {(200, "True")}
    assert site.probe.asked == 1


def test_they_share_a_failure_which_is_over_then(site: Site) -> None:
    release = Event()

    def fail(_: psycopg.Connection) -> str:
        release.wait(20)
        raise psycopg.OperationalError("gone")

    site.probe.reads = fail
    with ThreadPoolExecutor(5) as pool:
        asking = [pool.submit(site.get, API) for _ in range(5)]
        wait_until(lambda: site.begun == 5)
        release.set()
        assert {one.result().status_code for one in asking} == {503}
    assert site.probe.asked == 1
    site.probe.reads = lambda _: "well"
    assert site.get(API).text == "well"


@pytest.mark.parametrize("is_first", [True, False])
def test_one_that_goes_away_does_no_harm_to_the_others(site: Site, *, is_first: bool) -> None:
    release = Event()
    site.probe.reads = lambda _: LONG + str(release.wait(20))

    def go() -> None:
        begun = site.begun
        with site.connect() as line:
            line.sendall(request(API.encode(), b"Accept: */*", b"Accept-Encoding: gzip"))
            wait_until(lambda: site.begun > begun)

    with ThreadPoolExecutor(3) as pool:
        if is_first:
            go()
        asking = [pool.submit(site.get, API, Accept_Encoding="gzip") for _ in range(3)]
        wait_until(lambda: site.begun == 3 + is_first)
        if not is_first:
            go()
        release.set()
        assert {one.result().text for one in asking} == {f"{LONG}True"}
    assert site.probe.asked == 1


async def test_one_whose_request_is_given_up_does_no_harm_either() -> None:
    begun, release, sent = asyncio.Event(), asyncio.Event(), list[Message]()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        begun.set()
        await release.wait()
        await PlainTextResponse("well")(scope, receive, send)

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    kept = cache.Cache(app, Clock())
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []}
    first, second = (asyncio.create_task(kept(scope, receive, send)) for _ in range(2))
    await begun.wait()
    first.cancel()
    await asyncio.wait([first])
    release.set()
    await second
    assert [message.get("body") for message in sent] == [None, b"well"]


def test_there_is_room_for_so_many(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_ROOM", 10_000)
    for number in range(1, 10):
        site.get(f"{API}?number={number}")
        site.get(f"{API}?number=1")  # it is asked for again and again, and stays
    assert site.probe.asked == 9
    site.get(f"{API}?number=9")
    assert site.probe.asked == 9
    site.get(f"{API}?number=2")
    assert site.probe.asked == 10


def filled(text: str) -> Reads:
    return lambda _: text


@pytest.mark.parametrize("fills", ["address", "header", "answer"])
def test_long_addresses_headers_and_answers_take_room(
    site: Site, monkeypatch: pytest.MonkeyPatch, fills: str
) -> None:
    monkeypatch.setattr(cache, "_ROOM", 20_000)
    site.get(f"{API}?number=9")
    for number in range(3):
        filling = f"{number}" * 9000
        if fills == "answer":
            site.probe.reads = filled(filling)
        query = f"?text={filling}" if fills == "address" else f"?text={number}"
        site.get(API + query, Accept=filling if fills == "header" else "*/*", Accept_Encoding="")
    assert site.probe.asked == 4
    site.get(f"{API}?number=9")
    assert site.probe.asked == 5


def test_an_answer_that_is_too_large_is_given_and_not_kept(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "_ROOM", 20_000)
    site.probe.reads = lambda _: "x" * 30_000
    for asked in (1, 2):
        assert len(site.get(API, Accept_Encoding="").text) == 30_000
        assert site.probe.asked == asked


@pytest.mark.parametrize("path", [COUNTRIES, API])
@pytest.mark.parametrize("encoding", ["gzip", "gzip, deflate, br", "", "identity", "br"])
def test_an_answer_is_compressed_for_whom_it_may_be(site: Site, path: str, encoding: str) -> None:
    site.probe.reads = lambda _: LONG
    plain = site.get(path, Accept_Encoding="").content
    with_it = site.send(path.encode(), b"Accept-Encoding: " + encoding.encode())
    head, _, body = with_it.partition(b"\r\n\r\n")

    assert b"vary: Accept, Accept-Encoding" in head
    assert (b"content-encoding: gzip" in head) is ("gzip" in encoding)
    assert f"content-length: {len(body)}".encode() in head
    assert (gzip.decompress(body) if "gzip" in encoding else body) == plain
    assert len(body) < len(plain) or "gzip" not in encoding


def test_the_answer_has_one_tag_however_it_comes(site: Site, clock: Clock) -> None:
    site.probe.reads = lambda _: LONG
    tags = {
        site.get(API, method, Accept_Encoding=encoding).headers["ETag"]
        for method in ("GET", "HEAD")
        for encoding in ("gzip", "")
    }
    clock.now += 60
    tags.add(site.get(API).headers["ETag"])
    assert len(tags) == 1
    assert tags.pop().startswith('W/"')

    site.probe.reads = lambda _: LONG + "."
    clock.now += 60
    assert site.get(API).headers["ETag"] not in tags


@pytest.mark.parametrize("is_kept", [True, False])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_nothing_is_sent_to_who_has_it_already(site: Site, method: str, *, is_kept: bool) -> None:
    site.probe.headers = KEPT if is_kept else {"Link": "</>; rel=up"}
    site.probe.reads = lambda _: LONG
    got = site.get(API)
    tag = got.headers["ETag"]
    for known in (
        tag,
        tag.removeprefix("W/"),
        f'"other", {tag}',
        f'W/"other",{tag},"another"',
        "*",
    ):
        answer = site.get(API, method, If_None_Match=known)
        assert (answer.status_code, answer.content) == (304, b"")
        assert not {"Content-Type", "Content-Length", "Content-Encoding"} & {*answer.headers}
        for name in ("ETag", "Cache-Control", "Vary", "Link"):
            assert answer.headers.get(name) == got.headers.get(name)
    for unknown in ('"other"', tag.upper(), tag[:-2], "", f"x{tag}"):
        answer = site.get(API, method, If_None_Match=unknown)
        assert answer.status_code == 200
        assert bool(answer.text) is (method == "GET")


def test_an_error_is_told_also_to_who_has_everything(site: Site) -> None:
    assert site.get(f"{API}/nothing", If_None_Match="*").status_code == 404
    assert "ETag" not in site.get(f"{API}/nothing").headers


def test_the_api_lets_anybody_keep_its_answers_for_a_minute(site: Site) -> None:
    answer = site.get(COUNTRIES)
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert site.get(COUNTRIES, Accept="text/csv").headers["ETag"] != answer.headers["ETag"]
