"""Sites that have IPv6 addresses only."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.conftest import PROJECT, Crawl
from tests.end_to_end.content import Content, content, differences
from tests.end_to_end.village import Village
from tests.relays import both_relayed, relaying


@pytest.fixture(autouse=True)
def _needs_ipv6() -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError as error:
        pytest.skip(f"this machine has no IPv6 loopback address: {error}")


def test_both_spiders_read_them(
    village: Village, crawl: Crawl, database: str, village_content: Content
) -> None:
    urls = village.site.accounts_url, village.site.activities_url
    with both_relayed(urls, "::1") as (accounts, activities):
        for spider in "accounts", "activities":
            finished = crawl(
                *("crawl", spider),
                DATABASE_URL=database,
                ESN_ACCOUNTS_URL=f"http://[::1]:{accounts}",
                ESN_ACTIVITIES_URL=f"http://[::1]:{activities}",
            )
            assert finished.returncode == 0, finished.stderr

    places = {
        f"[::1]:{accounts}": urlsplit(village.site.accounts_url).netloc,
        f"[::1]:{activities}": urlsplit(village.site.activities_url).netloc,
    }
    assert differences(moved(content(database), places), village_content) == []


NAMES = {
    "six.test": ["::1"],
    "both.test": ["2001:db8::1", "127.0.0.1"],  # the first is for documents: nobody is there
    "localhost": ["::1", "127.0.0.1"],
}
SCRAPY_WITH_NAMES = f"""
import socket
look_up = socket.getaddrinfo
def getaddrinfo(host, *others):
    return [found for address in {NAMES}.get(host, [host]) for found in look_up(address, *others)]
socket.getaddrinfo = getaddrinfo
from scrapy.cmdline import execute
execute()
"""


def test_a_name_leads_to_whichever_of_its_addresses_answers(
    village: Village, tmp_path: Path
) -> None:
    site = village.site.accounts_url
    with relaying(site, "::1") as port:
        hosts = {
            "six.test": port,
            "both.test": urlsplit(site).port,
            "localhost": urlsplit(site).port,
        }
        urls = [f"http://{host}:{port}/" for host, port in hosts.items()]
        pages = json.dumps([[url, False] for url in urls])
        finished = subprocess.run(
            [
                *(sys.executable, "-W", "error", "-c", SCRAPY_WITH_NAMES),
                *("runspider", "tests/fetching/browser/spider.py", "-a", f"pages={pages}"),
                *("-s", "DOWNLOAD_DELAY=0"),
            ],
            env=os.environ | {"TMPDIR": str(tmp_path)},
            cwd=PROJECT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    told = map(json.loads, finished.stdout.splitlines())
    statuses = {one["asked"]: one.get("status", one.get("message")) for one in told}
    assert statuses == dict.fromkeys(urls, 200), finished.stderr


def moved(value: Any, places: dict[str, str]) -> Any:
    """Return a value as if the sites were in other places."""
    match value:
        case str():
            for old, new in places.items():
                value = value.replace(old, new)
        case dict():
            return {moved(key, places): moved(held, places) for key, held in value.items()}
        case tuple() | list():
            return type(value)(moved(held, places) for held in value)
    return value
