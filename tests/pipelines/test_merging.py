"""One row of what pages and the official list say: who says nothing takes nothing away."""

from typing import Any

import pytest

from esn_pulse.pipelines.upserts.merging import with_list, with_page, without_page

TOLD = ["email", "address", "logo_url", "latitude", "longitude", "social_media"]
LOGO = "https://x.example/logos/TR-X.png"
STYLED = "https://x.example/styles/medium/public/logos/TR-X.png?itok=a"

Row = dict[str, Any]


def record(**values: Any) -> Row:
    return {**dict.fromkeys(TOLD), "social_media": {}, "state": None, "joined": None} | values


def by_list(stored: Row, **values: Any) -> Row:
    read = record(not_told=[], **values)
    with_list(read, stored, TOLD)
    return read


def by_page(stored: Row, **values: Any) -> Row:
    read = record(**{"told_by_list": [], **values})
    with_page(read, stored, TOLD)
    return read


def by_link(stored: Row, **values: Any) -> Row:
    read = record(**values)
    without_page(read, stored, TOLD)
    return read


@pytest.mark.parametrize("name", ["email", "address", "logo_url"])
def test_null_erases_what_the_list_has_said_and_nothing_of_a_page(name: str) -> None:
    assert by_list(by_list({}, **{name: "x"}))[name] is None
    assert by_list(by_page({}, **{name: "x"}))[name] == "x"
    assert by_list(by_list(by_page({}, **{name: "x"})))[name] == "x"
    assert by_list(by_link({}, **{name: "x"}))[name] == "x"
    replaced = by_list(by_page({}, **{name: "x"}), **{name: "y"})
    assert replaced[name] == "y"
    assert by_list(replaced)[name] is None


def test_a_list_that_tells_of_no_such_thing_erases_nothing() -> None:
    stored = by_list({}, email="x")
    read = record(not_told=["email"])
    with_list(read, stored, TOLD)
    assert read["email"] == "x"


def test_a_page_has_the_last_word_of_what_it_tells() -> None:
    assert by_page(by_list({}, email="x"))["email"] is None
    assert by_page(by_page({}, email="x"), email="y")["email"] == "y"


def test_profiles_are_merged_by_key_with_what_a_page_has_said() -> None:
    page = by_page({}, social_media={"facebook": "a", "tiktok": "b"})
    merged = by_list(page, social_media={"facebook": "c", "instagram": "d"})
    assert merged["social_media"] == {"facebook": "c", "tiktok": "b", "instagram": "d"}
    assert by_list(merged)["social_media"] == merged["social_media"]
    listed = by_list({}, social_media={"facebook": "a", "tiktok": "b"})
    assert by_list(listed, social_media={"facebook": "c"})["social_media"] == {"facebook": "c"}


@pytest.mark.parametrize(
    ("name", "of_page", "of_list"),
    [
        ("logo_url", STYLED, LOGO),
        ("logo_url", STYLED.replace("TR-X", "TR%20X"), LOGO.replace("TR-X", "TR X")),
        ("address", "A 1, 1000, B", "A 1, B, 1000"),
        ("latitude", "39.8917485", 39.891749),
    ],
)
def test_the_same_facts_in_another_form_change_nothing(
    name: str, of_page: object, of_list: object
) -> None:
    both: Row = {"longitude": "1"} if name == "latitude" else {}
    page = by_page({}, **both, **{name: of_page})
    listed = by_list(page, **both, **{name: of_list})
    assert listed[name] == of_page
    assert by_list(listed)[name] == of_page  # a page has said it, too

    first = by_list({}, **both, **{name: of_list})
    for _ in range(2):
        first = by_page(first, **both, **{name: of_page})
        assert first[name] == of_list
    assert by_list(first)[name] == of_list


def test_a_logo_in_another_style_or_another_file_is_another_one() -> None:
    page = by_page({}, logo_url=STYLED)
    assert by_page(page, logo_url=STYLED.replace("=a", "=b"))["logo_url"].endswith("=b")
    other = LOGO.replace("TR-X", "TR-Y")
    assert by_list(page, logo_url=other)["logo_url"] == other


def test_half_a_place_is_none() -> None:
    page = by_page({}, latitude="1", longitude="2")
    half = by_list(page, latitude=None, longitude="10")
    assert (half["latitude"], half["longitude"]) == ("1", "2")


def test_what_a_page_has_from_the_list_beside_it_is_the_list_s() -> None:
    beside = by_page({}, told_by_list=["email"], email="x", address="A")
    assert beside["said_by_page"] == ["address"]


def test_a_link_only_fills_what_was_not_known() -> None:
    stored = by_page({}, email="x")
    assert by_link(stored, email="y", address="A") | {} == record(
        email="x", address="A", said_by_page=["address", "email"]
    )
