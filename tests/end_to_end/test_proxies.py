"""A proxy from the environment: the way to the sites, and named when it does not lead there."""

import base64
import json
from asyncio import StreamReader, StreamWriter
from pathlib import Path

import psycopg
import pytest

from tests.authority import served_with, written
from tests.conftest import Crawl
from tests.end_to_end.tables import rows
from tests.end_to_end.test_certificates import AUTHORITY
from tests.end_to_end.village import Village
from tests.relays import Handle, both_relayed, listening, proxying, relaying

NOBODY = "http://somebody:hunter22@127.0.0.1:9"
SITES = {"accounts": "accounts.test", "activities": "activities.test"}
BEHIND = {f"ESN_{site.upper()}_URL": f"https://{host}" for site, host in SITES.items()}


def test_the_sites_are_reached_by_it_and_nobody_learns_its_password(
    village: Village, crawl: Crawl, database: str, tmp_path: Path
) -> None:
    tls = served_with(AUTHORITY.issue_cert(*SITES.values()))
    urls = village.site.accounts_url, village.site.activities_url
    with (
        both_relayed(urls, "127.0.0.1", tls) as ports,
        proxying(
            hosts=dict(zip(SITES.values(), ports, strict=True)), login="somebody:hunter22"
        ) as proxy,
    ):
        finished = crawl(
            *("crawl", "accounts", "-L", "DEBUG"),
            DATABASE_URL=database,
            SSL_CERT_FILE=written(AUTHORITY, tmp_path),
            LOGS_DIR=str(tmp_path / "logs"),
            https_proxy=proxy.url,
            **BEHIND,
        )

    assert finished.returncode == 0, finished.stderr
    assert rows(database, "SELECT count(*) > 0 FROM sections WHERE can_scrape_activities") == [
        (True,)
    ]
    assert {line.split()[1] for line in proxy.asked} == {f"{host}:443" for host in SITES.values()}
    assert village.asked()
    logs = "".join(path.read_text() for path in (tmp_path / "logs").iterdir())
    token = base64.b64encode(b"somebody:hunter22").decode()
    for secret in "hunter22", token:
        assert secret not in finished.stderr + finished.stdout + logs + everything(database)


def everything(conninfo: str) -> str:
    """Return all rows of all tables."""
    with psycopg.connect(conninfo) as connection:
        tables = connection.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
            " WHERE schemaname = 'public'"
        ).fetchall()
        return "".join(
            json.dumps(connection.execute(f"SELECT to_jsonb(t) FROM {table} t").fetchall())
            for (table,) in tables
        )


@pytest.mark.parametrize(
    ("status", "login", "expected"),
    [
        (None, "", "the proxy {} can't be reached (DownloadConnectionRefusedError: "),
        (0, "", "the proxy {} asks for a name and a password"),
        (403, "", "the proxy {} does not let us through to accounts.test (403)"),
        (429, "", "the proxy {} could not reach accounts.test (429)"),
        (503, "", "the proxy {} could not reach accounts.test (503)"),
    ],
)
def test_it_is_named_when_it_refuses(
    status: int | None, login: str, expected: str, crawl: Crawl, database: str
) -> None:
    with proxying(login="" if status else "somebody:hunter22", refuses_with=status or 0) as proxy:
        address = "127.0.0.1:9" if status is None else proxy.address
        finished = crawl(
            *("crawl", "accounts"),
            DATABASE_URL=database,
            HTTPS_PROXY=f"http://somebody:wrong-one@{address}",
            **BEHIND,
        )

    last = finished.stderr.splitlines()[-1]
    assert finished.returncode == 1
    assert "The run failed: " in last
    assert expected.format(address) in last
    [(error,)] = rows(database, "SELECT error_message FROM scraper_status")
    assert last.endswith(error)
    assert "wrong-one" not in finished.stderr + everything(database)
    retried = "Asking again in" in finished.stderr
    assert retried == (status in {None, 429, 503})  # what can be better the next moment


async def closes(reader: StreamReader, _: StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")


async def breaks_off(reader: StreamReader, writer: StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 so\r\n\r\n")


@pytest.mark.parametrize(
    ("proxy", "kind"),
    [(closes, "DownloadTimeoutError"), (breaks_off, "DownloadFailedError")],
)
def test_it_is_named_when_nothing_comes_by_way_of_it(
    proxy: Handle, kind: str, crawl: Crawl, database: str
) -> None:
    with listening(proxy, "127.0.0.1") as port:
        finished = crawl(
            *("crawl", "accounts", "-s", "DOWNLOAD_TIMEOUT=0.3", "-s", "RETRY_TIMES=1"),
            DATABASE_URL=database,
            https_proxy=f"http://somebody:hunter22@127.0.0.1:{port}",
            **BEHIND,
        )

    last = finished.stderr.splitlines()[-1]
    assert finished.returncode == 1
    assert kind in last
    assert f"(by way of the proxy 127.0.0.1:{port})" in last
    assert "Asking again in" in finished.stderr


def test_one_that_can_not_be_used_ends_the_run_at_once(crawl: Crawl, database: str) -> None:
    finished = crawl(
        *("crawl", "accounts"),
        DATABASE_URL=database,
        all_proxy="socks5://somebody:hunter22@127.0.0.1:9",
        **BEHIND,
    )

    last = finished.stderr.splitlines()[-1]
    assert finished.returncode == 1
    assert "The run failed: all_proxy in the environment is not the address of an HTTP" in last
    assert "hunter22" not in finished.stderr + everything(database)


def test_this_machine_itself_is_never_asked_by_it(
    village: Village, crawl: Crawl, database: str
) -> None:
    with relaying(village.site.accounts_url, "127.0.0.2") as accounts:
        finished = crawl(
            *("crawl", "accounts"),
            DATABASE_URL=database,
            ESN_ACCOUNTS_URL=f"http://127.0.0.2:{accounts}",
            ESN_ACTIVITIES_URL=village.site.activities_url.replace("127.0.0.1", "localhost"),
            **{f"{scheme}_proxy": NOBODY for scheme in ("http", "https")},
            all_proxy="socks5://127.0.0.1:9",  # no reason to give up, either
        )

    assert finished.returncode == 0, finished.stderr
    assert rows(database, "SELECT count(*) > 0 FROM sections WHERE can_scrape_activities") == [
        (True,)
    ]
