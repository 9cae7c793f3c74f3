"""A web that is only for those who have signed in."""

from collections.abc import Iterator

import pytest

from esn_pulse.web.sign_in.people import Belongings
from tests.web.dashboard.test_network import PAGES
from tests.web.servers import Site, served
from tests.web.visitors import Visitor, signed_in

FOR_ALL = ["/sign-in"]
CLOSED = [path for path in PAGES if path not in {*FOR_ALL, "/api/docs"}]


@pytest.fixture(scope="module")
def closed(web_database: str) -> Iterator[Site]:
    with served(web_database, writing=web_database, WEB_PUBLIC="0") as site:
        yield site


@pytest.fixture
def member(closed: Site, web_database: str) -> Visitor:
    return signed_in(closed, web_database, "member", Belongings())


@pytest.mark.parametrize("path", [*CLOSED, "/activities?sdg=4&page=2"])
def test_each_page_leads_to_the_sign_in_and_back_and_is_theirs_alone(
    closed: Site, member: Visitor, path: str
) -> None:
    for _ in range(2):  # before and after somebody has seen it
        refused = closed.get(path)
        assert refused.status_code == 303
        leads_to = refused.headers["Location"]
        assert leads_to.startswith("/sign-in")
        assert refused.headers["Cache-Control"] == "private, no-store"
        assert member.get(leads_to).headers["Location"] == path
        shown = member.get(path)
        assert shown.status_code == 200
        assert shown.headers["Cache-Control"] == "private, no-store"


def test_the_api_is_closed_as_well_and_open_to_the_pages_links(
    closed: Site, member: Visitor
) -> None:
    for path in "/api/v1/countries", "/api/v1/places", "/api/openapi.json", "/api/docs":
        assert member.get(path).status_code == 200
        assert closed.get(path).status_code == 401


def test_what_one_needs_to_sign_in_is_open(closed: Site) -> None:
    answer = closed.get("/sign-in")
    assert answer.status_code == 200
    assert "This ESN PULSE is for those who have signed in." in answer.text
    style = answer.text.partition('rel="stylesheet" href="')[2].partition('"')[0]
    assert closed.get(style).status_code == 200


def test_a_session_that_has_ended_shows_nothing_any_more(closed: Site, member: Visitor) -> None:
    assert member.get("/").status_code == 200
    assert member.post("/sign-out").status_code == 303
    assert member.get("/").headers["Location"] == "/sign-in"
