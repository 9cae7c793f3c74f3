"""The page that searches."""

import pytest

from tests.web.dashboard.reading import page, words
from tests.web.servers import Site


def found(site: Site, text: str) -> dict[str, dict[str, str]]:
    """What is found, by kind: names, and where they lead."""
    shown = page(site, f"/search?q={text}")
    return {
        words(group.css("h2")): {
            words(one): str(one.attrib["href"]) for one in group.css(".found a")
        }
        for group in shown.css("#found section")
    }


@pytest.mark.parametrize("text", ["sisli", "SISLI", "Şişli", "şiş", "esn  şişli", "istanbul"])
def test_a_section_is_found_with_and_without_accents(site: Site, text: str) -> None:
    assert found(site, text)["Sections"] == {"ESN Şişli": "/sections/esn-sisli"}


def test_every_kind_is_found_and_leads_to_its_page(site: Site) -> None:
    assert found(site, "turk")["Countries"] == {"Türkiye": "/countries/TR"}
    assert found(site, "esn-alumni")["Other organisations"] == {
        "esn-alumni": "/organisations/esn-alumni"
    }
    assert found(site, "assembly")["Activities"] == {"Assembly": "/activities/assembly"}


def test_ten_of_a_kind_are_shown_and_that_there_are_more(site: Site) -> None:
    shown = page(site, "/search?q=dinner")
    assert len(shown.css("#activity ~ .found li")) == 10
    assert words(shown.css("#says")) == "10 results, and more, for “dinner”."
    rest = page(site, str(shown.css("#found .says a::attr(href)").get()))
    assert words(rest.css("#activities-list ~ .says")).startswith("24 activities")
    assert words(page(site, "/search?q=reunion").css("#says")) == "1 result for “reunion”."


@pytest.mark.parametrize(
    "text", ["%27%20OR%201=1--", "%25", "_", "%5C", "%F0%9F%8E%89", "%3A*%26!"]
)
def test_signs_are_text(site: Site, text: str) -> None:
    assert len(found(site, text)) <= 4


@pytest.mark.parametrize("text", ["a" * 101, "%00", "%0A"])
def test_what_is_no_text_is_refused(site: Site, text: str) -> None:
    answer = site.get(f"/search?q={text}")
    assert answer.status_code == 422
    assert "text/html" in answer.headers["Content-Type"]
