import pytest
from scrapy import Request

from esn_pulse.fetching.browser import rendered
from esn_pulse.middlewares.proxy import SitesProxy

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
