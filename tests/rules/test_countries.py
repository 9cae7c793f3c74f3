import pytest

from esn_pulse.rules.countries import CountryNames, is_country

# As the site lists them: its own names, some of which are not ISO's.
STORED = {
    "TR": "Türkiye",
    "NL": "the Netherlands",
    "UK": "UK",
    "CZ": "Czech Republic",
    "MK": "North Macedonia",
    "SK": "Slovakia",
    "BA": "Bosnia & Herzegovina",
    "MD": "Moldova",
    "PL": "Poland",
}


@pytest.fixture(scope="module")
def names() -> CountryNames:
    return CountryNames(STORED)


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ("Türkiye", "TR"),
        ("Turkey", "TR"),
        ("Turkiye", "TR"),
        ("TR", "TR"),
        ("tr", "TR"),
        ("POLAND", "PL"),
        ("the Netherlands", "NL"),
        ("The Netherlands", "NL"),
        ("Netherlands", "NL"),
        ("Holland", "NL"),
        ("Czech Republic", "CZ"),
        ("the Czech Republic", "CZ"),
        ("Czechia", "CZ"),
        ("North Macedonia", "MK"),
        ("Republic of North Macedonia", "MK"),
        ("Macedonia", "MK"),
        ("FYROM", "MK"),
        ("Slovak Republic", "SK"),
        ("Bosnia and Herzegovina", "BA"),
        ("Bosnia & Herzegovina", "BA"),
        ("Moldova, Republic of", "MD"),
        ("Republic of Moldova", "MD"),
    ],
)
def test_a_country_of_the_network_is_found_under_every_usual_name(
    names: CountryNames, place: str, code: str
) -> None:
    assert names.locate(place) == (code, None)


@pytest.mark.parametrize("place", ["UK", "uk", "GB", "the UK", "United Kingdom", "Great Britain"])
@pytest.mark.parametrize(
    "stored", [{"UK": "UK"}, {"GB": "UK"}, {"GB": "United Kingdom"}, {"UK": "United Kingdom"}]
)
def test_the_united_kingdom_is_found_whichever_code_the_network_gives_it(
    place: str, stored: dict[str, str]
) -> None:
    assert CountryNames(stored).locate(place) == (next(iter(stored)), None)


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("Morocco", "Morocco"),
        ("Andorra", "Andorra"),
        ("MA", "Morocco"),
        ("ma", "Morocco"),
        ("US", "United States"),
        ("Germany", "Germany"),
        ("Neverland", "Neverland"),
        ("ZZZ", "ZZZ"),
    ],
)
def test_a_place_outside_the_network_keeps_its_name(
    names: CountryNames, place: str, name: str
) -> None:
    assert names.locate(place) == (None, name)


@pytest.mark.parametrize("place", [None, ""])
def test_no_place_is_no_country(names: CountryNames, place: str | None) -> None:
    assert names.locate(place) == (None, None)


def test_a_country_under_a_name_that_iso_does_not_know_is_found_by_name_and_code() -> None:
    names = CountryNames({"XK": "Kosovo*", "QZ": "Ruritania", "QY": "Here & There"})
    assert names.locate("Kosovo*") == ("XK", None)
    assert names.locate("Kosovo") == ("XK", None)
    assert names.locate("ruritania") == ("QZ", None)
    assert names.locate("qz") == ("QZ", None)
    assert names.locate("Here and There") == ("QY", None)


def test_before_any_country_is_stored_every_place_is_outside() -> None:
    assert CountryNames({}).locate("Türkiye") == (None, "Türkiye")
    assert CountryNames({}).locate("TR") == (None, "Türkiye")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        *(("Türkiye", True), ("the Netherlands", True), ("UK", True), ("Czechia", True)),
        *(("Andorra", True), ("TR", True), ("tr", False), ("Ankara", False), ("", False)),
        *(("Fatih/İstanbul", False), ("Ås", False)),
    ],
)
def test_a_country_is_told_from_a_city(name: str, *, told: bool) -> None:
    assert is_country(name) is told
