"""What is taken for a page that only JavaScript fills, and what is not."""

from collections.abc import Iterator
from datetime import date

import pytest
from scrapy.http import HtmlResponse, TextResponse

from esn_pulse.pages.proof.javascript import has_mount_point, needs_javascript
from sample.network.generation import generate
from sample.sites import render
from tests.pages import ACTIVITIES, answer, drupal_page

SCRIPT = '<script src="/app.js"></script>'
NOTE = "<noscript>You need to enable JavaScript to run this app.</noscript>"
PLENTY = "<p>" + "some words " * 20 + "</p>"


def page(main: str) -> TextResponse:
    return drupal_page(f"{ACTIVITIES}/organisation/esn-metu/activities", main)


@pytest.mark.parametrize(
    "main",
    [
        SCRIPT,
        "<script>fill()</script>",
        "<script type='text/javascript'>fill()</script>",
        "<script type=' Module '>fill()</script>",
        f"<script>{'x' * 1000}</script>",
        f"{SCRIPT}<h1>Loading …</h1>",
        f"{SCRIPT}<nav>{PLENTY}</nav><header>{PLENTY}</header><footer>{PLENTY}</footer>",
        f"{SCRIPT}<style>{PLENTY}</style><template>{PLENTY}</template>",
        f"{SCRIPT}<noscript>{PLENTY}</noscript><a href='#main'>{PLENTY}</a>",
        f"{SCRIPT}{' ' * 1000}",
    ],
)
def test_a_page_with_scripts_and_little_text_needs_javascript(main: str) -> None:
    assert needs_javascript(page(main))


@pytest.mark.parametrize(
    "main",
    [
        "",
        "<h1>Nothing here</h1>",
        '<script type="application/json">{}</script>',
        '<script type="application/ld+json">{}</script>',
        '<script type="importmap">{}</script>',
        f"{SCRIPT}{PLENTY}",
        f"{SCRIPT}<a href='/activity/x'>{PLENTY}</a>",
        f"<div id='app'></div>{NOTE}",
    ],
)
def test_a_page_with_text_or_without_scripts_does_not(main: str) -> None:
    assert not needs_javascript(page(main))
    assert not has_mount_point(page(main))


@pytest.mark.parametrize(
    "main",
    [
        '<div id="app"></div>',
        '<div id="main-app"> <!-- content --> </div>',
        '<div id="root"><div class="spinner"><img src="/wait.gif" alt=""></div></div>',
        '<div id="__next"></div>',
        '<div id="__nuxt"></div>',
        "<app-root></app-root>",
        '<div data-v-app=""></div>',
        '<div ng-app="esn"></div>',
        NOTE,
        "<noscript><strong>We're sorry</strong>, this needs JAVASCRIPT.</noscript>",
        f"<noscript><img src='/pixel.gif' alt=''></noscript>{NOTE}",
    ],
)
def test_a_mount_point(main: str) -> None:
    assert has_mount_point(page(SCRIPT + main))


@pytest.mark.parametrize(
    "main",
    [
        "<h1>Activities of ESN Mannheim</h1><p>No activities were found.</p>",
        '<div id="app"><p>No activities were found.</p></div>',
        '<div id="block-app"></div>',
        '<noscript><iframe src="https://www.googletagmanager.com/ns.html"></iframe></noscript>',
        f"<form>{NOTE}<input name='search'></form>",
    ],
)
def test_no_mount_point(main: str) -> None:
    assert needs_javascript(page(SCRIPT + main))
    assert not has_mount_point(page(SCRIPT + main))


@pytest.mark.parametrize("body", ["", "{}", "words", "<", "<frameset><frame></frameset>"])
def test_whatever_was_answered_there_is_an_answer(body: str) -> None:
    response = HtmlResponse(ACTIVITIES, body=body.encode(), encoding="utf-8")
    assert not needs_javascript(response)
    assert not has_mount_point(response)


def sample_pages() -> Iterator[str]:
    """Every page of both sites, listings past their end and errors included."""
    network = generate(today=date(2026, 5, 4), activities_per_section=1)
    yield from (render.accounts_home(network), render.activities_home(network))
    yield render.error_page("Page not found")
    yield from (render.country_page(network, country) for country in network.countries)
    yield from (render.section_page(section) for section in network.sections)
    yield from (render.activity_page(network, activity) for activity in network.activities)
    for alias, organisation in network.organisations.items():
        yield render.organisation_page(network, alias)
        yield from (render.listing_page(network, alias, number) for number in (0, 1, 99))
        yield render.statistics_page(organisation)


def test_no_page_of_the_sample_network_is_taken_for_a_shell() -> None:
    taken = [body for body in sample_pages() if has_mount_point(answer(ACTIVITIES, body))]
    assert not taken
