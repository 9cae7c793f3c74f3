from scrapy import Request
from scrapy.http import HtmlResponse

from esn_pulse.fetching.browser import rendered, was_rendered

URL = "https://accounts.esn.org/section/tr-anka-met"


def asked() -> Request:
    meta = {"retry_times": 3, "redirect_urls": ["https://accounts.esn.org/old"]}
    return Request(URL, print, errback=print, cb_kwargs={"slug": "tr-anka-met"}, meta=meta)


def test_the_same_page_is_asked_for_in_the_browser() -> None:
    plain = asked()
    request = rendered(plain)

    assert was_rendered(request)
    assert was_rendered(HtmlResponse(URL, request=request))
    assert (request.url, request.callback, request.errback) == (URL, print, print)
    assert request.cb_kwargs == {"slug": "tr-anka-met"}
    assert request.meta["redirect_urls"] == ["https://accounts.esn.org/old"]
    assert request.dont_filter


def test_it_has_its_own_retries_and_does_not_slow_other_pages() -> None:
    request = rendered(asked())

    assert "retry_times" not in request.meta
    assert request.meta["autothrottle_dont_adjust_delay"] is True


def test_the_first_request_is_left_alone() -> None:
    plain = asked()
    rendered(plain)

    assert not was_rendered(plain)
    assert not was_rendered(HtmlResponse(URL, request=plain))
    assert plain.meta["retry_times"] == 3
