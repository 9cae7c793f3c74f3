"""What changes while people look on: streams that share what is read, and that end."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from threading import Thread

import psycopg
import pytest
import requests
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from esn_pulse.web import serving
from esn_pulse.web.live import Live, Shown
from esn_pulse.web.rules import Who
from esn_pulse.web.settings import WebSettings
from tests.end_to_end.village import wait_until
from tests.web.servers import web_settings
from tests.web.streams import Stream

EVERY = 0.05


class Stage:
    """Something that changes, at which several look on.

    :ivar shown: what is to be seen; an error: it can't be read.
    :ivar read: how often it was read.
    """

    def __init__(self, url: str, server: serving.Server) -> None:
        self.url = url
        self.server = server
        self.shown: Shown | psycopg.Error = Shown("<p>first</p>")
        self.read = 0

    async def __call__(self) -> Shown:
        self.read += 1
        await asyncio.sleep(0)
        if isinstance(self.shown, psycopg.Error):
            raise self.shown
        return self.shown

    def look_on(self, who: str = "anna") -> Stream:
        return Stream(requests.get(self.url, params={"who": who}, stream=True, timeout=10))


@contextmanager
def staged(lasts: float = 60) -> Iterator[Stage]:
    async def answer(request: Request) -> Response:
        request.scope["state"]["who"] = Who(request.query_params["who"])
        live: Live = request.state.live
        return live.answer(request, "the stage", stage)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[dict[str, Live]]:
        yield {"live": Live(EVERY, lasts)}

    app = Starlette(routes=[Route("/", answer)], lifespan=lifespan)
    settings = WebSettings.read(web_settings())
    with serving.listen(settings) as opened:
        server = serving.Server(serving.configured(app, settings))
        stage = Stage(serving.address(opened), server)
        thread = Thread(target=server.run, args=[[opened]])
        thread.start()
        try:
            yield stage
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture
def stage() -> Iterator[Stage]:
    with staged() as made:
        yield made


def test_the_first_event_comes_at_once_and_others_with_each_change(stage: Stage) -> None:
    stage.shown = Shown("<p>two\nlines</p>")
    stream = stage.look_on()
    assert stream.answer.headers["content-type"].startswith("text/event-stream")
    assert stream.event() == ("message", "<p>two\nlines</p>")

    read = stage.read
    wait_until(lambda: stage.read > read + 3)  # nothing new: nothing is sent
    stage.shown = Shown("<p>second</p>")
    assert stream.event() == ("message", "<p>second</p>")


def test_what_will_not_change_any_more_ends_the_stream(stage: Stage) -> None:
    stage.shown = Shown("<p>done</p>", is_last=True)
    stream = stage.look_on()
    assert [stream.event() for _ in range(3)] == [
        ("message", "<p>done</p>"),
        ("end", ""),
        ("over", ""),
    ]


def test_it_is_read_once_for_all_and_only_while_somebody_looks_on(stage: Stage) -> None:
    began = time.monotonic()
    streams = [stage.look_on(who) for who in ("anna", "berk", "cem", "dora", "eli", "fee")]
    assert [stream.event() for stream in streams] == [("message", "<p>first</p>")] * 6
    wait_until(lambda: stage.read >= 5)
    assert stage.read <= (time.monotonic() - began) / EVERY + 1

    for stream in streams:
        stream.answer.close()
    wait_until(lambda: is_quiet(stage))


def is_quiet(stage: Stage) -> bool:
    """Tell whether nothing is read for several turns."""
    before = stage.read
    time.sleep(EVERY * 5)
    return stage.read == before


def test_a_database_that_is_away_is_told_of_and_found_again(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    stream = stage.look_on()
    assert stream.event() == ("message", "<p>first</p>")
    stage.shown = psycopg.OperationalError("it is away")
    assert [stream.event() for _ in range(3)] == [("trouble", "")] * 3
    stage.shown = Shown("<p>first</p>")
    assert next(filter(lambda one: one[0] != "trouble", iter(stream.event, None))) == (
        "message",
        "<p>first</p>",
    )
    assert caplog.text.count("can't be read now (the stage): it is away") == 1
    assert caplog.text.count("is read again (the stage)") == 1


def test_a_stream_ends_after_a_while_and_says_when_to_ask_again() -> None:
    with staged(lasts=0) as stage:
        whole = requests.get(stage.url, params={"who": "anna"}, timeout=10).text
    assert whole == "retry: 1000\n\ndata: <p>first</p>\n\n"


@pytest.mark.parametrize(
    ("whose", "refused"),
    [(lambda _: "anna", 6), (lambda number: f"person {number}", 50)],
    ids=["one person", "all"],
)
def test_so_many_look_on_at_the_most(
    stage: Stage, whose: Callable[[int], str], refused: int
) -> None:
    streams = [stage.look_on(whose(number)) for number in range(refused)]
    assert {stream.event() for stream in streams} == {("message", "<p>first</p>")}
    answer = stage.look_on(whose(refused)).answer
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    for stream in streams:
        stream.answer.close()
    wait_until(lambda: stage.look_on(whose(refused)).answer.status_code == 200)


async def test_those_count_who_are_answered_but_not_sent_anything_yet() -> None:
    live = Live()
    request = Request({"type": "http", "state": {"who": Who("anna")}})

    async def read() -> Shown:
        return Shown("")

    answers = [live.answer(request, "the stage", read) for _ in range(6)]
    with pytest.raises(HTTPException):
        live.answer(request, "the stage", read)
    answers.pop()  # nothing was ever sent
    assert live.answer(request, "the stage", read)


def test_the_server_stops_at_once_though_somebody_looks_on() -> None:
    with staged() as stage:
        streams = [stage.look_on(), stage.look_on()]
        for stream in streams:
            stream.event()
        began = time.monotonic()
    assert time.monotonic() - began < 5  # of the ten seconds that it waits for others
    assert [stream.event() for stream in streams] == [("over", "")] * 2
