import base64

import pytest
from scrapy import Request

from esn_pulse.fetching.browser import rendered
from esn_pulse.middlewares.proxy import SitesProxy
from tests.crawlers import crawler_of

PAGE = "https://accounts.esn.org/section/x"


def test_the_password_is_no_header_of_what_the_browser_asks_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("https_proxy", "http://somebody:hunter2@proxy.test:3128")
    middleware = SitesProxy()
    plain = Request(PAGE)
    middleware.process_request(plain)
    again = rendered(plain)
    middleware.process_request(again)

    assert plain.meta["proxy"] == "http://proxy.test:3128"
    assert b"Proxy-Authorization" in plain.headers
    assert again.meta["proxy"] is None
    assert b"Proxy-Authorization" not in again.headers


@pytest.mark.parametrize(
    ("login", "sent"), [("token", "token:"), ("a:€", "a:€"), ("a:%E2%82%AC", "a:€")]
)
def test_any_login_is_sent(login: str, sent: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "https_proxy", "ftp_proxy":
        monkeypatch.setenv(name, f"http://{login}@proxy.test:3128")
    request = Request(PAGE)
    SitesProxy.from_crawler(crawler_of()).process_request(request)

    header = request.headers["Proxy-Authorization"] or b""
    assert base64.b64decode(header.removeprefix(b"Basic ")).decode() == sent


def test_those_that_lead_elsewhere_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "http_proxy", "all_proxy", "ftp_proxy":
        monkeypatch.setenv(name, "http://token@proxy.test:3128")
    request = Request("http://127.0.0.1:8000/")
    SitesProxy.from_crawler(crawler_of()).process_request(request)
    assert request.meta["proxy"] is None
