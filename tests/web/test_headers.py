"""What every answer has, and what pages of other sites may do."""

from collections.abc import Iterator

import pytest
import requests

from tests.web.servers import API, KEPT, PLACES, Site, asks, served

ORIGIN, OTHER = "https://esn.example", "https://other.example"


@pytest.fixture(scope="module")
def shared_site(web_database: str) -> Iterator[Site]:
    """A web whose API two other sites may read."""
    with served(web_database, WEB_CORS_ORIGINS=f"{ORIGIN} {OTHER}") as site:
        yield site


def assert_safe(answer: requests.Response) -> None:
    policy = answer.headers["Content-Security-Policy"].split("; ")
    assert policy[0] == "default-src 'none'"
    assert "frame-ancestors 'none'" in policy
    assert not [one for one in policy if "unsafe" in one or "*" in one or "http" in one]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert answer.headers["Cache-Control"]
    assert "Server" not in answer.headers
    assert "Set-Cookie" not in answer.headers
    names = [name.lower() for name, _ in answer.raw.headers.items()]
    assert len(names) == len({*names})


@pytest.mark.parametrize("place", PLACES)
def test_every_answer_has_them_whoever_gives_it(site: Site, place: str) -> None:
    site.probe.headers = KEPT
    first = site.get(f"{place}?number=2")
    answers = [
        first,
        site.get(f"{place}?number=2"),
        site.get(f"{place}?number=2", If_None_Match=first.headers["ETag"]),
        site.get(f"{place}?number=2", Cookie="a=b"),
        site.get(place, "HEAD"),
        site.get(f"{place}/nothing"),
        site.get(place, "POST"),
        site.get(place, "OPTIONS", Origin=ORIGIN, Access_Control_Request_Method="GET"),
        site.get(place, "OPTIONS", Origin="https://x.example", Access_Control_Request_Method="PUT"),
        site.get(f"{place}?number=0"),
        site.get(f"{place}?text=%00"),
        site.get("/static/nothing.css"),
    ]
    for query in ("SELECT 1/0", "SELECT * FROM bi.nothing"):
        site.probe.reads = asks(query)
        answers.append(site.get(f"{place}?number=3"))
    statuses = [200, 200, 304, 200, 200, 404, 405, 200, 400, 422, 422, 404, 500, 503]
    assert [answer.status_code for answer in answers] == statuses
    for answer in answers:
        assert_safe(answer)
        assert "Strict-Transport-Security" not in answer.headers


@pytest.mark.parametrize(
    ("url", "is_told"), [("https://esn.example", True), ("http://esn.example", False)]
)
def test_browsers_are_held_to_https_where_that_is_the_public_address(
    web_database: str, url: str, *, is_told: bool
) -> None:
    with served(web_database, WEB_URL=url, WEB_LIMITS="2/hour") as site:
        answers = [site.get(API), site.get("/nothing"), site.get(API)]
    assert [answer.status_code for answer in answers] == [200, 404, 429]
    for answer in answers:
        assert_safe(answer)
        told = answer.headers.get("Strict-Transport-Security")
        assert told == ("max-age=31536000" if is_told else None)


def test_no_page_of_another_site_may_read_it_unless_it_is_named(web_database: str) -> None:
    with served(web_database) as site:
        answers = [
            site.get(API, Origin=ORIGIN),
            site.get(API, "OPTIONS", Origin=ORIGIN, Access_Control_Request_Method="GET"),
        ]
    for answer in answers:
        assert not [name for name in answer.headers if name.startswith("Access-Control")]
    assert answers[1].status_code == 405


def test_each_that_is_named_is_told_so_and_no_other(site: Site) -> None:
    site.probe.headers = KEPT  # what is kept for one is given to the others
    for origin in (ORIGIN, OTHER, "https://x.example", "null", "", ORIGIN):
        answer = site.get(f"{API}?number=4", Origin=origin)
        allowed = answer.headers.get("Access-Control-Allow-Origin")
        assert allowed == (origin if origin in (ORIGIN, OTHER) else None)
        assert answer.headers["Vary"].count("Origin") == 1
    assert "Access-Control-Allow-Origin" not in site.get(f"{API}?number=4").headers
    assert site.probe.asked == 1


def test_their_scripts_see_what_they_need_also_of_errors(web_database: str) -> None:
    with served(web_database, WEB_CORS_ORIGINS=ORIGIN, WEB_LIMITS="2/hour") as site:
        site.get(API, Origin=ORIGIN)
        site.probe.reads = asks("SELECT * FROM bi.nothing")
        answers = [site.get(API, Origin=ORIGIN) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [503, 429]
    for answer in answers:
        assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
        seen = answer.headers["Access-Control-Expose-Headers"].split(", ")
        assert {"ETag", "Link", "Retry-After"} <= {*seen}
        assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize(
    ("origin", "method", "header", "status"),
    [
        (ORIGIN, "GET", "if-none-match", 200),
        (OTHER, "GET", "accept", 200),
        ("https://x.example", "GET", "accept", 400),
        (ORIGIN, "DELETE", "accept", 400),
        (ORIGIN, "GET", "authorization", 200),
    ],
)
def test_they_may_get_and_nothing_else(
    site: Site, origin: str, method: str, header: str, status: int
) -> None:
    asked = {"Access_Control_Request_Method": method, "Access_Control_Request_Headers": header}
    answer = site.get(API, "OPTIONS", Origin=origin, **asked)
    assert answer.status_code == status
    assert answer.headers["Access-Control-Allow-Methods"] == "GET"


def test_all_may_where_a_star_says_so(web_database: str) -> None:
    with served(web_database, WEB_CORS_ORIGINS="*") as site:
        assert site.get(API, Origin=OTHER).headers["Access-Control-Allow-Origin"] == "*"
