"""What stands between a crawl and the sample network: TLS, another address, a proxy."""

import asyncio
import base64
import ssl
from asyncio import StreamReader, StreamWriter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from queue import Queue
from threading import Event, Thread
from urllib.parse import urlsplit

Handle = Callable[[StreamReader, StreamWriter], Awaitable[None]]


@contextmanager
def listening(handle: Handle, host: str, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """Let a thread handle connections to a free port, which it gives, until the block is left."""
    started: Queue[tuple[int, asyncio.AbstractEventLoop, asyncio.Event]] = Queue()

    async def connected(reader: StreamReader, writer: StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await handle(reader, writer)
        writer.close()

    async def run() -> None:
        stop = asyncio.Event()
        server = await asyncio.start_server(connected, host, 0, ssl=tls)
        started.put((server.sockets[0].getsockname()[1], asyncio.get_running_loop(), stop))
        await stop.wait()
        server.close()  # and not: until all that are connected leave, who may be waiting for us

    thread = Thread(target=asyncio.run, args=[run()])
    thread.start()
    port, loop, stop = started.get(timeout=30)
    try:
        yield port
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()


@contextmanager
def relaying(url: str, host: str, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """Serve what a site at ``url`` serves at another address, with TLS or without."""

    async def handle(reader: StreamReader, writer: StreamWriter) -> None:
        await _join(reader, writer, urlsplit(url).port or 80)

    with listening(handle, host, tls) as port:
        yield port


@contextmanager
def relaying_to_socket(path: str, is_silent: Event) -> Iterator[int]:
    """Serve what is served at a Unix socket; nothing is passed on any more once it is silent."""

    async def handle(reader: StreamReader, writer: StreamWriter) -> None:
        there, back = await asyncio.open_unix_connection(path)
        await _pass_both_on(reader, writer, there, back, is_silent)

    with listening(handle, "127.0.0.1") as port:
        yield port


async def _join(reader: StreamReader, writer: StreamWriter, port: int) -> None:
    """Connect to a port of this machine, and pass all on."""
    there, back = await asyncio.open_connection("127.0.0.1", port)
    await _pass_both_on(reader, writer, there, back, Event())


async def _pass_both_on(
    reader: StreamReader,
    writer: StreamWriter,
    there: StreamReader,
    back: StreamWriter,
    is_silent: Event,
) -> None:
    try:
        async with asyncio.TaskGroup() as both:
            both.create_task(_pass_on(reader, back, is_silent))
            both.create_task(_pass_on(there, writer, is_silent))
    finally:
        back.close()


async def _pass_on(reader: StreamReader, writer: StreamWriter, is_silent: Event) -> None:
    with suppress(OSError):
        while some := await reader.read(65536):
            if is_silent.is_set():
                continue
            writer.write(some)
            await writer.drain()
    writer.close()


@dataclass
class Proxy:
    """A forwarding proxy, which opens tunnels (``CONNECT``) to hosts that only it knows.

    :ivar hosts: the ports of this machine that stand for them.
    :ivar login: name and password that it asks for, parted by a colon; empty for none.
    :ivar refuses_with: the status that it answers every request with, if any.
    :ivar asked: the first line of every request.
    """

    hosts: dict[str, int] = field(default_factory=dict)
    login: str = ""
    refuses_with: int = 0
    asked: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.login}@{self.address}" if self.login else f"http://{self.address}"

    async def handle(self, reader: StreamReader, writer: StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *headers = head.splitlines()
        self.asked.append(first)
        name, _, _ = first.split()[1].partition(":")
        expected = f"Basic {base64.b64encode(self.login.encode()).decode()}"
        status = self.refuses_with
        if self.login and f"proxy-authorization: {expected}".lower() not in map(str.lower, headers):
            status = 407
        elif not status and name not in self.hosts:
            status = 502
        asks = 'Proxy-Authenticate: Basic realm="proxy"\r\n' if status == 407 else ""
        writer.write(f"HTTP/1.1 {status or 200} so\r\n{asks}\r\n".encode())
        await writer.drain()
        if not status:
            await _join(reader, writer, self.hosts[name])


@contextmanager
def proxying(**hosts_and_more: object) -> Iterator[Proxy]:
    """Run a proxy until the block is left."""
    proxy = Proxy(**hosts_and_more)  # type: ignore[arg-type]
    with listening(proxy.handle, "127.0.0.1") as proxy.port:
        yield proxy


@contextmanager
def both_relayed(
    urls: tuple[str, str], host: str, tls: ssl.SSLContext | None = None
) -> Iterator[tuple[int, int]]:
    """Serve both sites elsewhere, see ``relaying``."""
    with ExitStack() as stack:
        accounts, activities = (stack.enter_context(relaying(url, host, tls)) for url in urls)
        yield accounts, activities
