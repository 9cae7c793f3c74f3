"""Pages that are not the page, and what they look like."""

import pytest
from scrapy.http import HtmlResponse, Response

from esn_pulse.pages.proof.impostors import is_bot_wall, what_it_is
from tests.pages import ACTIVITIES, answer, drupal_page

URL = f"{ACTIVITIES}/organisation/esn-metu/statistics"

WALLS = {
    "cloudflare": "<title>Just a moment...</title><script>window._cf_chl_opt={}</script>",
    "cloudflare-block": "<title>Attention Required! | Cloudflare</title><h1>Sorry</h1>",
    "turnstile": '<div class="cf-turnstile" data-sitekey="x"></div>',
    "challenge": '<script src="/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1"></script>',
    "ddos-guard": "<title>DDoS-Guard</title>Checking your browser before accessing esn.org",
    "sucuri": "<h1>Sucuri WebSite Firewall - Access Denied</h1>",
    "imperva": '<iframe src="/_Incapsula_Resource?x"></iframe>',
    "akamai": "<h1>Access Denied</h1>You don't have permission. Reference&#32;&#35;18.2f",
    "aws": "<script>AwsWafIntegration.getToken()</script><noscript>x</noscript>",
    "datadome": '<script src="https://ct.captcha-delivery.com/c.js"></script>',
    "recaptcha": '<form><div class="g-recaptcha"></div></form>',
    "hcaptcha": '<script src="https://hcaptcha.com/1/api.js"></script>',
    "cookies": "Enable JavaScript and cookies to continue",
    "human": "<p>Verify you are human by completing the action below.</p>",
    "robot": "<p>Please confirm that you're not a robot</p>",
    "traffic": "<p>Our systems have detected unusual traffic from your network.</p>",
}
OTHERS = {
    "a firewall's rejection": [
        "<title>Request Rejected</title>The requested URL was rejected. Your support ID is: 1234",
        "<h1>Web Page Blocked!</h1><p>Attack ID 2000</p>",
    ],
    "a maintenance notice": [
        "<h1 class='page-header'>Site under maintenance</h1><p>We should be back shortly.</p>",
        "<p>We are down for scheduled maintenance</p>",
    ],
    "a login form": [
        '<h1>Log in</h1><form id="user-login-form"><input type="password"></form>',
        "<h1>Sign in</h1><p>With your ESN account</p>",
    ],
    "a 'Page not found' page": [
        "<h1>Page not found</h1><p>The requested page could not be found.</p>",
        "<h1>Access denied</h1><p>You are not authorized to access this page.</p>",
        "<h1>403 Forbidden</h1>",
    ],
    "a proxy's error page": [
        "<h1>502 Bad Gateway</h1><hr><center>nginx</center>",
        "<h1>Error 503 Backend fetch failed</h1><p>Guru Meditation:</p><p>Varnish</p>",
    ],
    "another page": ["<h1>Welcome Party</h1><p>We met at the lake.</p>", "", "<h1>ESN METU</h1>"],
}


@pytest.mark.parametrize("status", [200, 403, 429, 503])
@pytest.mark.parametrize("wall", WALLS)
def test_a_bot_wall_is_known_by_its_kind(wall: str, status: int) -> None:
    page = answer(URL, f"<html><body>{WALLS[wall]}</body></html>").replace(status=status)
    assert is_bot_wall(page)
    assert what_it_is(page) == "a bot wall's check"


@pytest.mark.parametrize(("name", "main"), [(n, one) for n, some in OTHERS.items() for one in some])
def test_other_pages_are_named_whether_or_not_the_site_frames_them(name: str, main: str) -> None:
    for page in (answer(URL, f"<body>{main}</body>"), drupal_page(URL, main)):
        assert what_it_is(page) == name
        assert not is_bot_wall(page)


def test_a_page_of_much_text_is_no_wall_for_its_scripts_nor_a_notice_for_its_words() -> None:
    text = "Maintenance of friendships, not found elsewhere. " * 100
    scripts = '<script src="https://www.google.com/recaptcha/api.js"></script>'
    assert what_it_is(drupal_page(URL, f"<h1>Welcome</h1>{text}{scripts}")) == "another page"


def test_what_cloudflare_adds_to_ordinary_pages_is_no_wall() -> None:
    script = '<script src="/cdn-cgi/challenge-platform/h/b/scripts/jsd/main.js"></script>'
    assert not is_bot_wall(drupal_page(URL, f"<h1>ESN METU</h1>{script}"))


@pytest.mark.parametrize("charset", ["rot13", "unicode_escape"])
def test_a_page_that_is_no_text_is_another_page(charset: str) -> None:
    headers = {"Content-Type": f"text/html; charset={charset}"}
    page = HtmlResponse(URL, 403, headers=headers, body=b"<h1>\\ud800</h1>")
    assert what_it_is(page) == "another page"
    assert not is_bot_wall(page)


def test_an_answer_of_another_status_or_without_text_is_no_wall() -> None:
    wall = HtmlResponse(URL, 404, body=WALLS["cloudflare"].encode(), encoding="utf-8")
    assert not is_bot_wall(wall)
    assert not is_bot_wall(Response(URL, body=b"captcha"))
    assert what_it_is(Response(URL, body=b"\x89PNG")) == "another page"
