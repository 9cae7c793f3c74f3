"""The browser's way to the sites: certificates, the environment's proxy, IPv6."""

import base64
import socket
from contextlib import ExitStack
from pathlib import Path

import pytest
import trustme
from scrapy.exceptions import DownloadFailedError
from scrapy.settings import Settings
from scrapy_playwright.handler import Config  # type: ignore[import-untyped]

from esn_pulse.exceptions import BrowserBarred, ProxyError
from esn_pulse.fetching.browser_network import explained, network_options
from esn_pulse.fetching.chromium import _Provider
from tests.authority import served_with, written
from tests.fetching.browser.conftest import CrawlPages, Site
from tests.relays import proxying, relaying

AUTHORITY = trustme.CA()


def loopback() -> str:
    """Return an address of this machine, an IPv6 one if it has any."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return "127.0.0.1"
    return "[::1]"


async def test_it_takes_the_proxy_but_not_to_this_machine_and_trusts_whom_it_is_told_to(
    crawl_pages: CrawlPages, site: Site, browser: str, certutil: None, folder: Path
) -> None:
    tls = served_with(AUTHORITY.issue_cert("accounts.esn.org"))
    here = loopback()
    variables = "http_proxy", "https_proxy"
    with ExitStack() as stack:
        own, accounts = (
            stack.enter_context(relaying(site.url, *where))
            for where in ((here.strip("[]"),), ("127.0.0.1", tls))
        )
        hosts = {"accounts.esn.org": accounts, "other.esn.org": accounts}
        proxy = stack.enter_context(proxying(hosts=hosts, login="somebody:hunter@€"))
        told = await crawl_pages(
            {
                "https://accounts.esn.org/tracked": True,
                f"http://{here}:{own}/fetched": True,
                "https://other.esn.org/other": True,
            },
            ESN_ACCOUNTS_URL="https://accounts.esn.org",
            ESN_ACTIVITIES_URL=f"http://{here}:{own}",
            SSL_CERT_FILE=written(AUTHORITY, folder),
            **dict.fromkeys(variables, f"http://somebody:hunter%40€@{proxy.address}"),
        )

    assert told["/tracked"]["heading"] == "Filled – with what was fetched"
    assert told["/fetched"]["heading"] == "Filled – with what was fetched"
    assert told["/other"]["error"] == "BrowserBarred"
    assert told["/other"]["message"].startswith(
        "in the browser the certificate of other.esn.org was refused: it is not for this host. "
    )
    assert {path for path, _ in site.asked} == {"/tracked", "/fetched", "/api"}
    assert {line.split()[1] for line in proxy.asked} == {f"{host}:443" for host in hosts}
    assert "proxy-authorization" not in site.headers
    assert "/left" not in told


@pytest.mark.parametrize(
    ("code", "why", "what_next"),
    [
        ("AUTHORITY_INVALID", "it is self-signed, or its issuer is not trusted", "libnss3-tools"),
        ("DATE_INVALID", "it has expired, or is not valid yet", "clock"),
        ("REVOKED", "ERR_CERT_REVOKED", "operators"),
    ],
)
def test_a_certificate_is_refused_by_its_host_and_for_a_reason(
    code: str, why: str, what_next: str
) -> None:
    error = explained(f"Page.goto: net::ERR_CERT_{code} at https://site.test:8443/a")

    assert isinstance(error, BrowserBarred)
    assert str(error).startswith(f"in the browser the certificate of site.test was refused: {why}")
    assert what_next in str(error)


def test_other_errors_name_the_proxy_if_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    told = "Page.goto: net::ERR_TUNNEL_CONNECTION_FAILED at https://site.test/a"
    direct = explained(told)
    monkeypatch.setenv("https_proxy", "http://somebody:hunter2@proxy.test:3128")
    error = explained(told)

    assert (type(direct), str(direct)) == (DownloadFailedError, told)
    assert isinstance(error, ProxyError)
    assert str(error) == f"{told} (by way of the proxy proxy.test:3128)"


def test_one_that_wants_a_login_from_the_browser_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    told = "Page.goto: net::ERR_INVALID_AUTH_CREDENTIALS at https://site.test/a"
    direct = explained(told)
    monkeypatch.setenv("https_proxy", "http://somebody:hunter2@proxy.test:3128")
    error = explained(told)

    assert isinstance(direct, DownloadFailedError)
    assert isinstance(error, BrowserBarred)
    assert str(error).startswith("in the browser the proxy proxy.test:3128 asks for a name and")


def test_what_has_no_address_has_nothing_to_do_with_the_proxy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("all_proxy", "http://proxy.test:3128")
    told = "Page.goto: Target page, context or browser has been closed"
    error = explained(told)
    assert (type(error), str(error)) == (DownloadFailedError, told)


async def test_it_is_said_when_the_browser_can_not_be_told_whom_to_trust(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    settings = Settings()
    settings.setmodule("esn_pulse.settings")
    provider = _Provider(Config.from_settings(settings), settings)
    monkeypatch.setenv("PATH", "")
    await provider._let_trust(tmp_path / "own.pem")
    await provider.close()

    assert "The browser does not trust what SSL_CERT_FILE names" in caplog.text
    assert "apt-get install libnss3-tools" in caplog.text


def test_without_a_proxy_for_the_sites_the_browser_has_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.test:3128")
    monkeypatch.setenv("no_proxy", "accounts.esn.org")
    here = "http://127.0.0.1:8000"
    settings = {"ESN_ACCOUNTS_URL": "https://accounts.esn.org", "ESN_ACTIVITIES_URL": here}
    options, proxy = network_options(Settings(settings))

    assert "--no-proxy-server" in options
    assert proxy is None


@pytest.mark.parametrize("listed", ["fonts.test", ".fonts.test", "*.Fonts.test", "fonts.test.:443"])
def test_what_has_no_proxy_has_none_in_the_browser_either(
    listed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.test:3128")
    monkeypatch.setenv("no_proxy", listed)
    sites = {"ESN_ACCOUNTS_URL": "https://a.test", "ESN_ACTIVITIES_URL": "https://b.test"}
    options, _ = network_options(Settings(sites))

    [script] = (option for option in options if option.startswith("--proxy-pac-url"))
    assert (
        '!isAmong(["fonts.test", "*.fonts.test"])'
        in base64.b64decode(script.partition("base64,")[2]).decode()
    )
