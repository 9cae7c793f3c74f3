"""Which list can be relied on, and what a page beside it may fill."""

import pytest

from esn_pulse.database.queries.network import KnownSection
from esn_pulse.items import CountryItem
from esn_pulse.visits.official import are_most, beside


def known(number: int) -> list[KnownSection]:
    return [
        KnownSection(f"s{i}", f"S {i}", "TR", None, None, fields=0, links=0) for i in range(number)
    ]


@pytest.mark.parametrize(
    ("shown", "stored", "enough"), [(8, 10, True), (7, 10, False), (0, 0, True), (5, 5, True)]
)
def test_four_in_five_have_to_be_shown(shown: int, stored: int, *, enough: bool) -> None:
    slugs = [f"s{i}" for i in range(shown)] + ["new-1", "new-2"]
    assert are_most(slugs, known(stored)) is enough


def test_a_page_beside_the_list_fills_only_what_that_leaves_open() -> None:
    page = CountryItem(
        "/country/tr",
        "TR",
        "Turkey",
        section_count=3,
        website="https://page.example",
        social_media={"facebook": "p", "tiktok": "p"},
    )
    listed = CountryItem(
        "/country/tr",
        "TR",
        "Türkiye",
        section_count=4,
        email="list@esn.example",
        social_media={"facebook": "l", "discord": "l"},
        by_api=True,
    )
    item = beside(page, listed)
    assert (item.name, item.section_count) == ("Türkiye", 4)
    assert (item.email, item.website) == ("list@esn.example", "https://page.example")
    assert item.social_media == {"facebook": "l", "tiktok": "p", "discord": "l"}
    assert "email" in item.told_by_list
    assert not {"website", "social_media"} & {*item.told_by_list}
    assert not item.by_api
