"""The official list: its records, whatever they lack, and what is no list."""

from datetime import date
from typing import Any

import pytest
from scrapy.http import TextResponse

from esn_pulse.exceptions import PageError
from esn_pulse.items import CountryItem, SectionItem
from esn_pulse.pages.official_list import OfficialList, official_list, records_of
from tests.pages import ACCOUNTS

TURKEY = {"code": "TR", "label": "ESN Türkiye", "country": "Türkiye"}
METU = {"code": "TR-ANKA-MET", "label": "ESN METU", "cc": "TR"}


def read(*sections: dict[str, Any], countries: list[dict[str, Any]] | None = None) -> OfficialList:
    return official_list(countries or [TURKEY], list(sections), ACCOUNTS)


def section(**told: Any) -> SectionItem:
    [found] = read(METU | told).sections
    return found


def country(**told: Any) -> CountryItem:
    [found] = read(METU, countries=[TURKEY | told]).countries
    return found


def page(body: bytes) -> TextResponse:
    return TextResponse(f"{ACCOUNTS}/api/v2/sections", body=body)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"<!doctype html><title>Log in</title>", "no JSON"),
        (b"", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b'{"data": []}', "no list of records"),
        (b'["TR-ANKA-MET"]', "no list of records"),
        (b"[null]", "no list of records"),
        (b"[]", "empty"),
    ],
)
def test_what_is_no_list_is_refused(body: bytes, why: str) -> None:
    with pytest.raises(PageError, match=why):
        records_of(page(body))


def test_records_of_something_else_are_refused() -> None:
    with pytest.raises(PageError, match="neither code nor label"):
        read({"id": 7, "title": "x"})
    with pytest.raises(PageError, match="neither code nor label"):
        read(METU, countries=[{"id": 7}])


def test_a_section_in_the_form_that_is_known() -> None:
    found = section(
        email="metu@esn.example",
        website="https://metu.example/",
        state="active",
        joined="1995-03-01",
        address={
            "street_address": "Kolejní 2906/4\r\n612 00\r\nBrno\r\nCzechia",
            "address_line1": "Kolejní 2906/4",
            "address_line2": "",
            "locality": "Brno",
            "postal_code": "612 00",
            "cc": "CZ",
            "country": "Czechia",
        },
        cities=[{"name": "Brno", "cc": "CZ"}],
        geolocation={"lat": "49.2311847", "lng": 16.5736247, "lat_sin": 0.757},
        university_name="Brno University of Technology",
        university_website="https://www.vutbr.cz/en/",
        updated="1639496271",
        facebook="https://facebook.com/x",
        instagram="",
        x="https://x.com/x",
        video="https://video.example",
        logo="/sites/default/files/logos/CZ-BRNO-VUT.png",
        status=True,
    )
    assert (found.url, found.accounts_platform_slug) == (
        f"{ACCOUNTS}/section/tr-anka-met",
        "tr-anka-met",
    )
    assert (found.name, found.country_code, found.city) == ("ESN METU", "TR", "Brno")
    assert found.address == "Kolejní 2906/4, 612 00, Brno, Czechia"
    assert (found.latitude, found.longitude) == ("49.2311847", "16.5736247")
    assert found.logo_url == f"{ACCOUNTS}/sites/default/files/logos/CZ-BRNO-VUT.png"
    assert found.social_media == {
        "facebook": "https://facebook.com/x",
        "twitter": "https://x.com/x",
    }
    assert (found.state, found.joined) == ("active", date(1995, 3, 1))
    assert found.by_api


@pytest.mark.parametrize("nothing", [None, "", [], {}, False, " \n"])
@pytest.mark.parametrize(
    "key", ["email", "website", "address", "cities", "geolocation", "logo", "state", "facebook"]
)
def test_nothing_is_nothing_in_whatever_form(key: str, nothing: object) -> None:
    found = section(**{key: nothing})
    assert (found.email, found.website, found.address, found.city) == (None,) * 4
    assert (found.latitude, found.longitude, found.logo_url, found.state) == (None,) * 4
    assert found.social_media == {}


@pytest.mark.parametrize(
    ("told", "place"),
    [
        ({"lat": "1.5", "lng": "2"}, ("1.5", "2")),
        ({"lat": 1.5, "lng": 2}, ("1.5", "2")),
        ([{"lat": "1.5", "lng": "2"}], ("1.5", "2")),
        ("1.5, 2", ("1.5", "2")),
        ("-1.5;-2", ("-1.5", "-2")),
        ({"lat": "1.5"}, (None, None)),
        ({"lat": None, "lng": "2"}, (None, None)),
        ("somewhere", (None, None)),
        (" " * 100_000, (None, None)),
        ([], (None, None)),
        ([7], (None, None)),
        (None, (None, None)),
    ],
)
def test_coordinates(told: object, place: tuple[str | None, str | None]) -> None:
    found = section(geolocation=told)
    assert (found.latitude, found.longitude) == place


@pytest.mark.parametrize(
    ("told", "day"),
    [
        ("2001-05-12", date(2001, 5, 12)),
        ("12/05/2001", date(2001, 5, 12)),
        ("12.05.2001", date(2001, 5, 12)),
        ("20010512", date(2001, 5, 12)),
        (-99999999999, None),
        ("200112", None),
        ("2001125", None),
        ("2001-05-12T10:00:00+02:00", date(2001, 5, 12)),
        (989625600, date(2001, 5, 12)),
        ("989625600", date(2001, 5, 12)),
        ("2001", None),
        ("05/2001", None),
        ("May 2001", None),
        ("31/02/2001", None),
        (7, None),
        (True, None),
        (None, None),
        ("9" * 5000, None),
    ],
)
def test_the_day_of_joining_where_it_can_be_read(told: object, day: date | None) -> None:
    assert section(joined=told).joined == day


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ({"street_address": "A 1\r\n\r\n 1000  B "}, "A 1, 1000 B"),
        ({"address_line1": "A 1", "postal_code": 1000, "locality": "B"}, "A 1, 1000, B"),
        # A person stands above the address.
        ({"street_address": "Jo Doe\nA 1\nB", "address_line1": "A 1", "locality": "B"}, "A 1, B"),
        ({"street_address": "B\nA 1", "address_line1": "A 1", "locality": "B"}, "B, A 1"),
        ({"street_address": "B", "address_line1": "A 1", "locality": "B"}, "A 1, B"),
        ({"cc": "TR"}, None),
        ("A 1", None),
    ],
)
def test_an_address_has_its_parts_in_order(address: object, expected: str | None) -> None:
    assert section(address=address).address == expected


def test_what_is_not_known_is_counted() -> None:
    found = read(METU | {"colour": "red", "state": "Sunken"}, METU | {"code": "TR-B", "colour": 1})
    assert (found.keys, found.states) == ({"colour"}, {"sunken": 1})
    assert [one.state for one in found.sections] == [None, None]


def test_what_no_record_tells_of() -> None:
    assert "university_name" in read(METU).missing
    told = read(METU, METU | {"code": "TR-B", "university_name": None})
    assert "university_name" not in told.missing
    assert told.sections[0].not_told == told.missing


def test_a_section_of_which_there_are_two_records_is_met_once() -> None:
    found = read(METU, METU | {"label": "Other"}, {"label": "No code"}, {"label": "Nor this"})
    assert [one.name for one in found.sections] == ["ESN METU", "No code", "Nor this"]
    assert {one.url for one in found.sections[1:]} == {f"{ACCOUNTS}/api/v2/sections"}


def test_a_country_counts_the_sections_of_the_network() -> None:
    gone = METU | {"code": "TR-C", "state": "withdrew"}
    found = read(METU, METU | {"code": "TR-B", "state": "warned"}, gone)
    [turkey] = found.countries
    assert (turkey.country_code, turkey.name, turkey.section_count) == ("TR", "Türkiye", 2)
    assert turkey.url == f"{ACCOUNTS}/country/tr"


@pytest.mark.parametrize("cc", ["United Kingdom", None, 7, ""])
def test_a_section_s_country_stands_in_its_code_too(cc: object) -> None:
    assert section(cc=cc).country_code == "TR"


@pytest.mark.parametrize(
    ("told", "city"),
    [
        ({"cities": ["Brno"]}, "Brno"),
        ({"cities": [], "address": {"locality": "Brno"}}, None),
        ({"address": {"locality": "Brno"}}, "Brno"),
    ],
)
def test_a_city(told: dict[str, Any], city: str | None) -> None:
    assert section(**told).city == city
    assert "city" not in read(METU | told).missing
    assert "city" in read(METU | {"address": {"street_address": "A 1"}}).missing


def test_a_country_of_which_there_are_two_records_is_met_once() -> None:
    found = read(METU, countries=[TURKEY, TURKEY | {"label": "Other"}, {"label": "No code"}])
    assert [one.name for one in found.countries] == ["Türkiye", "No code"]


def test_a_section_of_no_listed_country_is_told_from_others() -> None:
    found = read(METU, METU | {"code": "XA-B", "cc": "XA"})
    assert [one.country_is_listed for one in found.sections] == [True, False]


@pytest.mark.parametrize(
    "codes",
    [
        {"code": "TR"},
        {"cc": "tr"},
        {"code": "ESN-TR", "cc": "TR"},
        {"code": "TR", "cc": "XX"},  # its page is called so
    ],
)
def test_a_country_s_code_stands_in_either_key(codes: dict[str, str]) -> None:
    [found] = read(METU, countries=[{"label": "ESN Türkiye"} | codes]).countries
    assert found.country_code == "TR"
    assert country(label="").name is None
