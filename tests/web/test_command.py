"""`scrapy web`, as its users run it."""

import signal
import socket
import subprocess
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from threading import Timer

import pytest
import requests
from psycopg.conninfo import make_conninfo

from esn_pulse import web
from esn_pulse.commands.web import Command
from tests.conftest import PROJECT, Crawl, crawl_environment, quick_settings
from tests.end_to_end.village import wait_until
from tests.forked import Forked, ForkServer
from tests.web.servers import request, web_settings

Start = Callable[..., tuple[Forked, str]]
COUNTRIES = "/api/v1/countries"


@pytest.fixture
def start(fork_server: ForkServer, web_database: str) -> Iterator[Start]:
    """Start the command on a free port; returns it, and the address that it printed."""
    with ExitStack() as stack:

        def start_web(**environment: str) -> tuple[Forked, str]:
            given = {"WEB_PORT": "0", "DATABASE_URL": web_database, **environment}
            command = fork_server.start(["web", *quick_settings()], crawl_environment(**given))
            stack.enter_context(command)
            patience = Timer(60, command.kill)
            patience.start()
            stack.callback(patience.cancel)
            reads, _, opens = (next(command.stdout) for _ in range(3))
            assert reads.startswith("ESN PULSE reads ")
            assert opens.endswith(" in a browser. Ctrl-C ends it.\n")
            return command, opens.split()[1]

        yield start_web


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_a_signal_comes(start: Start, web_database: str, number: int) -> None:
    secret = make_conninfo(web_database, password="hunter2")
    command, url = start(DATABASE_URL=secret)

    assert url.startswith("http://127.0.0.1:")
    with requests.Session() as browser:  # its connection is still open in the end
        assert browser.get(f"{url}{COUNTRIES}", timeout=30).json()["total"] == 5
        command.send_signal(number)
        assert command.wait(timeout=30) == 0
    assert command.communicate() == ("", "")
    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=30)


def test_a_service_sees_the_address_at_once(web_database: str) -> None:
    variables = crawl_environment(WEB_PORT="0", DATABASE_URL=web_database)
    variables.pop("PYTHONUNBUFFERED", None)
    words = [sys.executable, "-W", "error", "-m", "scrapy", "web"]
    piped = subprocess.Popen(words, env=variables, cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    with piped as command:
        patience = Timer(60, command.kill)
        patience.start()
        assert command.stdout
        *_, opens = (command.stdout.readline() for _ in range(3))
        patience.cancel()
        assert requests.get(f"{opens.split()[1]}/nothing", timeout=30).status_code == 404
        command.terminate()
    assert command.returncode == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_may_come_as_soon_as_the_address_is_there(start: Start, number: int) -> None:
    command, _ = start()
    command.send_signal(number)

    assert command.wait(timeout=30) == 0
    assert command.communicate() == ("", "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_request_that_is_under_way_is_answered(start: Start, number: int) -> None:
    command, url = start()
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as line:
        line.sendall(request(COUNTRIES.encode(), b"Content-Length: 1", b"Expect: 100-continue"))
        assert line.recv(4096).startswith(b"HTTP/1.1 100 ")  # its body is waited for
        command.send_signal(number)
        wait_until(lambda: takes_no_others(url))
        line.sendall(b"x")
        answer = b"".join(iter(lambda: line.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b'"total":5' in answer
    assert command.wait(timeout=30) == 0
    assert command.communicate() == ("", "")


def takes_no_others(url: str) -> bool:
    try:
        requests.get(f"{url}/nothing", timeout=30)
    except requests.ConnectionError:
        return True
    return False


def test_it_starts_without_a_database(start: Start) -> None:
    command, url = start(DATABASE_URL="postgresql://me:hunter2@127.0.0.1:1/x")

    assert requests.get(f"{url}{COUNTRIES}", timeout=30).status_code == 503
    command.send_signal(signal.SIGTERM)
    assert command.wait(timeout=30) == 0
    out, err = command.communicate()
    assert "Connection refused" in err
    assert "hunter2" not in out + err
    assert "Traceback" not in err


def test_it_reads_as_whom_it_was_told_to(start: Start, web_database: str) -> None:
    _, url = start(DATABASE_URL="postgresql://127.0.0.1:1/x", WEB_DATABASE_URL=web_database)
    assert requests.get(f"{url}{COUNTRIES}", timeout=30).json()["total"] == 5


def refusal(ended: subprocess.CompletedProcess[str]) -> str:
    assert (ended.returncode, ended.stdout) == (1, "")
    (line,) = ended.stderr.splitlines()
    return line


def test_a_port_that_is_taken(crawl: Crawl, web_database: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        said = refusal(crawl("web", WEB_PORT=port, DATABASE_URL=web_database))
    assert said.startswith(
        f"Error: nothing can listen at 127.0.0.1, port {port} (Address already in use). Set"
    )


def test_a_port_that_another_one_took(start: Start, crawl: Crawl, web_database: str) -> None:
    _, url = start()
    port = url.rpartition(":")[2]
    assert "already in use" in refusal(crawl("web", WEB_PORT=port, DATABASE_URL=web_database))


@pytest.mark.parametrize(
    "host", ["192.0.2.1", "nowhere.invalid", "a..b", "x" * 70, "::g", "fe80::"]
)
def test_a_host_that_is_not_here(crawl: Crawl, web_database: str, host: str) -> None:
    said = refusal(crawl("web", WEB_HOST=host, WEB_PORT="0", DATABASE_URL=web_database))
    assert said.startswith(f"Error: nothing can listen at {host}, port 0 (")


@pytest.mark.parametrize(
    ("host", "opened"), [("0.0.0.0", "http://localhost:"), ("localhost", "http://127.0.0.1:")]
)
def test_it_tells_where_a_browser_of_this_machine_finds_it(
    start: Start, host: str, opened: str
) -> None:
    _, url = start(WEB_HOST=host)
    assert url.startswith(opened)
    assert requests.get(f"{url}/nothing", timeout=30).status_code == 404


@pytest.mark.parametrize("name", ["DATABASE_URL", "WEB_DATABASE_URL"])
def test_an_address_that_is_none(crawl: Crawl, web_database: str, name: str) -> None:
    wrong = {"DATABASE_URL": web_database, name: "mysql://me:hunter2@x/y"}
    said = refusal(crawl("web", WEB_PORT="0", **wrong))

    assert said.startswith(f"Error: {name} is not the address of a PostgreSQL database")
    assert "hunter2" not in said


@pytest.mark.parametrize("word", ["now", "--nothing"])
def test_what_it_does_not_know_is_refused(crawl: Crawl, word: str) -> None:
    ended = crawl("web", word)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "web can't make sense of" in ended.stderr


def test_without_its_extra_it_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], web_database: str
) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    monkeypatch.delitem(sys.modules, "esn_pulse.web.serving", raising=False)
    monkeypatch.delattr(web, "serving", raising=False)
    command = Command()
    command.settings = web_settings(DATABASE_URL=web_database)
    command.run([], Namespace())

    assert command.exitcode == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err == (
        "Error: what serves the web (FastAPI, uvicorn, Jinja, Vega) is not installed. Install it"
        " with: pip install 'esn-pulse[web]'\n"
    )
