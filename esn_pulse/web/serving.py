"""The server: uvicorn, told what the settings say."""

import signal
import socket

import uvicorn
from starlette.types import ASGIApp
from uvicorn.server import HANDLED_SIGNALS

from esn_pulse.exceptions import CommandError
from esn_pulse.web.app import create_app
from esn_pulse.web.settings import WebSettings

_ANY = ("0.0.0.0", "::")  # noqa: S104


def listen(settings: WebSettings) -> socket.socket:
    """Open the port; who asks before there is an answer waits for it.

    :raises CommandError: when that is not possible.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # asyncio sends at once (TCP_NODELAY) only by what is named as TCP; else an answer waits 40 ms.
    opened = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((settings.host, settings.port))
        opened.listen()
    except (OSError, UnicodeError) as error:
        opened.close()
        reason = getattr(error, "strerror", None) or "this is no host"
        raise CommandError(
            f"nothing can listen at {settings.host}, port {settings.port} ({reason})."
            " Set WEB_HOST and WEB_PORT to what is free here, such as: WEB_PORT=8001 scrapy web"
        ) from error
    return opened


def address(opened: socket.socket) -> str:
    """Return where a browser on this machine finds it."""
    host, port = opened.getsockname()[:2]
    if host in _ANY:
        host = "localhost"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class Server(uvicorn.Server):
    """Ends what people look on at before it waits for what is under way."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop."""
        self.lifespan.state["live"].stop()
        await super().shutdown(sockets)


def make_server(conninfo: str, writing_conninfo: str | None, settings: WebSettings) -> Server:
    """Return the server; from now on a signal lets it answer what is under way, and end.

    While it runs uvicorn sees to signals, and raises them once more in the end; without a handler
    of ours that would kill this process.
    """
    server = Server(configured(create_app(conninfo, settings, writing_conninfo), settings))

    def end(*_: object) -> None:
        server.should_exit = True

    for number in HANDLED_SIGNALS:
        signal.signal(number, end)
    return server


def configured(app: ASGIApp, settings: WebSettings) -> uvicorn.Config:
    """Return what uvicorn has to know."""
    return uvicorn.Config(
        app,
        log_level="error",  # its warnings are of what clients do wrong
        access_log=False,  # who asked for what is nobody's business; a proxy may log it
        server_header=False,
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=settings.proxies,
        ws="none",
        timeout_graceful_shutdown=10,
    )
