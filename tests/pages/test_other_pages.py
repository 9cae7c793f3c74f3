"""Any page of activities.esn.org in place of any other, and each with a sign missing."""

import pytest

from esn_pulse.pages.proof.identity import Tie, of_activity, of_organisation
from esn_pulse.pages.proof.impostors import what_it_is
from sample.network.model import Activity
from tests.pages import ACTIVITIES
from tests.pages.other_pages import (
    ACCOUNTS_PAGES,
    ACTIVITY_PAGES,
    IMPOSTORS,
    LISTINGS,
    NETWORK,
    STATISTICS,
    emptied,
    page_of,
    with_head,
    without,
)

SECTIONS = [section for section in NETWORK.sections if section.alias in STATISTICS]
ACTIVITY: dict[str, Activity] = {one.event_slug: one for one in NETWORK.activities}


def organisation(alias: str, name: str, body: str) -> Tie:
    url = f"{ACTIVITIES}/organisation/{alias}/statistics"
    return of_organisation(page_of(url, body), alias, name)


def activity(slug: str, body: str, *, met: bool = True) -> Tie:
    one = ACTIVITY[slug]
    title = one.shown("title", one.title) if met else None
    organisers = {alias for by in one.linked_organisers for alias in (by.alias, by.linked_alias)}
    return of_activity(page_of(f"{ACTIVITIES}/activity/{slug}", body), [slug], title, organisers)


def test_an_organisation_s_own_pages_are_its() -> None:
    for section in SECTIONS:
        alias = section.alias or ""
        for body in (LISTINGS[alias], STATISTICS[alias]):
            assert organisation(alias, section.name, body) is Tie.OURS


@pytest.mark.parametrize("section", SECTIONS[:12], ids=lambda section: str(section.slug))
def test_any_other_page_is_not_an_organisation_s(section: object) -> None:
    alias, name = section.alias, section.name  # type: ignore[attr-defined]
    others = {**LISTINGS, **{f"{one}/statistics": body for one, body in STATISTICS.items()}}
    for other, body in others.items():
        if other.partition("/")[0] != alias:
            assert organisation(alias, name, body) is Tie.OTHERS, other
    for body in (*ACTIVITY_PAGES.values(), *ACCOUNTS_PAGES.values(), *IMPOSTORS.values()):
        assert organisation(alias, name, body) is not Tie.OURS


@pytest.mark.parametrize("slug", list(ACTIVITY_PAGES)[:12])
def test_any_other_page_is_not_an_activity_s(slug: str) -> None:
    assert activity(slug, ACTIVITY_PAGES[slug]) is Tie.OURS
    title = ACTIVITY[slug].title
    for other, body in ACTIVITY_PAGES.items():
        if ACTIVITY[other].title != title and "<h1" in body and "<h1><span></span>" not in body:
            assert activity(slug, body) is Tie.OTHERS, other
    for body in (*LISTINGS.values(), *STATISTICS.values(), *ACCOUNTS_PAGES.values()):
        assert activity(slug, body) is not Tie.OURS
    for body in IMPOSTORS.values():
        assert activity(slug, body) is not Tie.OURS


@pytest.mark.parametrize("name", IMPOSTORS)
def test_what_stands_in_place_of_a_page_is_named(name: str) -> None:
    assert what_it_is(page_of(f"{ACTIVITIES}/x", IMPOSTORS[name])) == name


@pytest.mark.parametrize(
    "sign", ["//title", "//h1", "//link[@rel='canonical']", "//ul[@id='tabs']"]
)
def test_an_organisation_s_page_without_one_of_its_signs_is_its(sign: str) -> None:
    for section in SECTIONS:
        alias = section.alias or ""
        tabs = f'<ul id="tabs"><li><a href="/organisation/{alias}/activities">x</a></li></ul>'
        for body in (LISTINGS[alias], STATISTICS[alias]):
            rich = with_head(body, f"/organisation/{alias}").replace("<h1>", f"{tabs}<h1>", 1)
            assert organisation(alias, section.name, without(rich, sign)) is Tie.OURS


@pytest.mark.parametrize(
    "sign",
    [
        *("//title", "//h1", "//link[@rel='canonical']"),
        *("//*[@class='pseudo__organisers']", "//*[contains(@class, 'region-header')]"),
    ],
)
@pytest.mark.parametrize("met", [True, False])
def test_an_activity_s_page_without_one_of_its_signs_is_its(sign: str, *, met: bool) -> None:
    for slug, body in ACTIVITY_PAGES.items():
        rich = with_head(body, f"/activity/{slug}")
        assert activity(slug, without(rich, sign), met=met) is Tie.OURS


def test_an_emptied_page_that_says_whose_it_was_is_no_other_s() -> None:
    for slug, body in ACTIVITY_PAGES.items():
        assert activity(slug, emptied(body)) is not Tie.OTHERS
