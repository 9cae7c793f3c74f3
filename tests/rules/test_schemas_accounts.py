"""The rules for countries and sections."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from esn_pulse.items import CountryItem, SectionItem
from esn_pulse.rules.schemas import Country, Section
from esn_pulse.rules.verdicts import judge
from tests.records import as_read

PROFILES = {"facebook": "https://facebook.example/esn", "twitter": "https://x.example/esn"}


def country(**fields: Any) -> CountryItem:
    """Make a country without a fault, then change it."""
    faultless = CountryItem(
        url="https://accounts.esn.org/country/nl",
        country_code="NL",
        name="the Netherlands",
        slug="the-netherlands",
        section_count=18,
        email="board@esn.nl",
        website="https://esn-nl.example",
        social_media=PROFILES,
    )
    return replace(faultless, **fields)


def section(**fields: Any) -> SectionItem:
    """Make a section without a fault, then change it."""
    faultless = SectionItem(
        url="https://accounts.esn.org/section/nl-gron-gro",
        country_code="NL",
        accounts_platform_slug="nl-gron-gro",
        name="ESN Groningen",
        city="Groningen",
        address="Pelsterstraat 23, 9711 KJ, Groningen, Netherlands",
        email="info@esn-groningen.nl",
        website="http://www.esn-groningen.example",
        university_name="Rijksuniversiteit",
        university_website="https://www.rug.example/",
        longitude="6.5665018",
        latitude="53.2193835",
        logo_url="https://accounts.esn.org/files/logos/NL/NL-GRON-GRO.png?itok=x",
        social_media=PROFILES,
    )
    return replace(faultless, **fields)


def dumped(item: CountryItem | SectionItem) -> dict[str, Any]:
    """Return the row of a record that must be free of errors."""
    verdict = judge(item)
    assert verdict.errors == {}
    assert isinstance(verdict.row, Country | Section)
    return verdict.row.model_dump()


def repaired(faultless: CountryItem | SectionItem, field: str, value: Any) -> Any:
    """Return what is stored for a broken value, when nothing but that field was touched."""
    broken = judge(replace(faultless, **{field: value}))
    assert list(broken.errors) == [field]
    assert broken.row is not None
    row = broken.row.model_dump()
    assert {**row, field: None} == {**dumped(faultless), field: None}
    return row[field]


def test_a_faultless_country_is_stored_as_it_is() -> None:
    item = country()
    assert dumped(item) == as_read(item)


def test_a_country_whose_page_could_not_be_read_has_no_count() -> None:
    item = CountryItem("https://accounts.esn.org/country/al", "AL", "Albania", "albania")
    assert dumped(item) == as_read(item)
    assert dumped(country(section_count=0))["section_count"] == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("country_code", None),
        ("country_code", ""),
        ("country_code", "nl"),
        ("country_code", "NLD"),
        ("country_code", "N1"),
        ("country_code", "ÑL"),
        ("country_code", "NL\n"),
        ("name", None),
        ("name", ""),
        ("slug", None),
        ("slug", ""),
        ("url", "/country/nl"),
    ],
)
def test_what_a_country_can_not_be_stored_without(field: str, value: str | None) -> None:
    verdict = judge(country(**{field: value}))
    assert verdict.row is None
    assert list(verdict.errors) == [field]


@pytest.mark.parametrize("field", ["name", "slug"])
def test_a_country_s_names_are_cut_to_their_columns(field: str) -> None:
    assert dumped(country(**{field: "n" * 100}))[field] == "n" * 100
    assert repaired(country(), field, "n" * 101) == "n" * 100


def test_a_faultless_section_is_stored_as_it_is() -> None:
    item = section()
    assert dumped(item) == as_read(item) | {
        "longitude": Decimal("6.5665018"),
        "latitude": Decimal("53.2193835"),
        "can_scrape_activities": None,
        "activities_platform_slug": None,
        "activities_url": None,
    }


def test_a_section_needs_no_more_than_its_name() -> None:
    row = dumped(SectionItem("https://accounts.esn.org/section/x", "NL", "x", name="ESN X"))
    known = {"url", "country_code", "accounts_platform_slug", "complete", "name", "social_media"}
    by_whom = {"by_api", "not_told", "told_by_list", "country_is_listed"}
    assert all(value is None for field, value in row.items() if field not in known | by_whom)
    assert row["social_media"] == {}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", None),
        ("name", ""),
        ("accounts_platform_slug", ""),
        ("accounts_platform_slug", "nl gron"),
        ("accounts_platform_slug", "nl/gron"),
        pytest.param("accounts_platform_slug", "n" * 256, id="slug too long"),
        ("url", "nl-gron-gro"),
    ],
)
def test_what_a_section_can_not_be_stored_without(field: str, value: str | None) -> None:
    verdict = judge(section(**{field: value}))
    assert verdict.row is None
    assert list(verdict.errors) == [field]


@pytest.mark.parametrize(
    ("field", "length"), [("name", 255), ("city", 100), ("university_name", 255)]
)
def test_a_section_s_texts_are_cut_to_their_columns(field: str, length: int) -> None:
    assert dumped(section(**{field: "ß" * length}))[field] == "ß" * length
    assert repaired(section(), field, "ß" * (length + 1)) == "ß" * length


def test_an_address_may_be_of_any_length() -> None:
    assert dumped(section(address="a" * 5000))["address"] == "a" * 5000


@pytest.mark.parametrize(
    "email",
    [
        "info@esn-groningen.nl",
        "Info.Board+x@sub.esn.example",
        "ιάσονας@esn.gr",
        "info@esn-göttingen.de",
        "a@b.test",
    ],
)
@pytest.mark.parametrize("faultless", [country(), section()])
def test_an_email_is_stored_as_the_page_writes_it(
    faultless: CountryItem | SectionItem, email: str
) -> None:
    assert dumped(replace(faultless, email=email))["email"] == email


@pytest.mark.parametrize(
    "email",
    [
        "",
        "info",
        "info@",
        "@esn.nl",
        "info[at]esn.nl",
        "info@@esn.nl",
        "info@esn..nl",
        "in fo@esn.nl",
        "a@esn.nl, b@esn.nl",
        "Board <info@esn.nl>",
        "mailto:info@esn.nl",
        "{why}@esn..nl",
        pytest.param("info@" + "esn." * 70 + "nl", id="too long"),
    ],
)
@pytest.mark.parametrize("faultless", [country(), section()])
def test_a_broken_email_is_not_stored(faultless: CountryItem | SectionItem, email: str) -> None:
    assert repaired(faultless, "email", email) is None


BROKEN_ADDRESSES = [
    "",
    "www.esn.nl",
    "//esn.nl",
    "mailto:info@esn.nl",
    "ftp://esn.nl",
    "https://",
    "http://[esn.nl",
    "http:esn.nl",
    "https://TBA",
    "https://esn.nl:99999",
    "no website",
    pytest.param("https://esn.nl/" + "a" * 241, id="too long"),
]


@pytest.mark.parametrize("address", BROKEN_ADDRESSES)
@pytest.mark.parametrize("field", ["website", "university_website", "logo_url"])
def test_a_broken_address_of_a_section_is_not_stored(field: str, address: str) -> None:
    assert repaired(section(), field, address) is None


@pytest.mark.parametrize("address", BROKEN_ADDRESSES)
def test_a_broken_website_of_a_country_is_not_stored(address: str) -> None:
    assert repaired(country(), "website", address) is None


@pytest.mark.parametrize("faultless", [country(), section()])
def test_a_broken_profile_does_not_take_the_others_with_it(
    faultless: CountryItem | SectionItem,
) -> None:
    given = {"instagram": "@esn", **PROFILES, "tiktok": "https://" + "t" * 2000 + ".example"}
    assert repaired(faultless, "social_media", given) == PROFILES


@pytest.mark.parametrize(
    ("field", "edge"), [("longitude", 180), ("latitude", 90)], ids=["longitude", "latitude"]
)
def test_coordinates_lie_on_the_globe(field: str, edge: int) -> None:
    for inside in (f"{edge}", f"-{edge}", "0", "-0.0000001", "12.3456789"):
        assert dumped(section(**{field: inside}))[field] == Decimal(inside)
    for outside in (f"{edge}.0000001", f"-{edge + 1}", "1e9", "NaN", "Infinity", "12,5", "N 12°"):
        assert repaired(section(), field, outside) is None


@pytest.mark.parametrize("field", ["longitude", "latitude"])
def test_coordinates_may_be_missing(field: str) -> None:
    assert dumped(section(**{field: None}))[field] is None
