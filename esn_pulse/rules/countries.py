"""From a place's name, as the site writes it, to one of the network's countries."""

from collections.abc import Mapping
from functools import cache

from babel import Locale

# Names in use on the sites that CLDR does not list as a territory's English name.
_OTHER_NAMES = {
    "Bosnia and Herzegovina": "BA",
    "Czech Republic": "CZ",
    "FYROM": "MK",
    "Great Britain": "GB",
    "Holland": "NL",
    "Macedonia": "MK",
    "Republic of North Macedonia": "MK",
    "Moldova, Republic of": "MD",
    "Republic of Moldova": "MD",
    "Russian Federation": "RU",
    "Slovak Republic": "SK",
    "Turkey": "TR",
    "Turkiye": "TR",
    "UK": "GB",
    "USA": "US",
    "United States of America": "US",
}


def _key(name: str) -> str:
    return name.casefold().replace("&", "and").removeprefix("the ").strip()


@cache
def _territories() -> tuple[dict[str, str], dict[str, str]]:
    """Return the English name by ISO code, and the ISO code by comparable name."""
    english: dict[str, str] = {
        code: name
        for code, name in Locale("en").territories.items()
        if len(code) == 2 and code.isalpha()
    }
    codes = {_key(name): code for code, name in english.items()}
    codes |= {_key(name): code for name, code in _OTHER_NAMES.items()}
    return english, codes


def is_country(name: str) -> bool:
    """Say whether a text is the English name of a country, in the network or not, or its code."""
    english, codes = _territories()
    return name in english or _key(name) in codes


class CountryNames:
    """The network's countries, findable under every name that a page may use.

    :param stored: the rows of ``countries``: name by country code. A country's own name on the
        site wins over the ISO table, so that ``UK`` is found whichever code the network uses.
    """

    def __init__(self, stored: Mapping[str, str]) -> None:
        english, iso_codes = _territories()
        self._english = english
        own = {_key(name): code for code, name in stored.items()}
        by_iso = {iso_codes.get(key, code): code for key, code in own.items()}
        self._by_name = {key: by_iso[iso] for key, iso in iso_codes.items() if iso in by_iso}
        self._by_name |= {iso.casefold(): code for iso, code in by_iso.items()}
        self._by_name |= {code.casefold(): code for code in stored} | own

    def locate(self, place: str | None) -> tuple[str | None, str | None]:
        """Find the country of an activity.

        :param place: a country's name or two-letter code as the page shows it, or None.
        :returns: ``(country_code, None)`` inside the network, ``(None, country_name)`` outside
            it, ``(None, None)`` for no place. A bare code outside the network is spelt out.
        """
        if not place:
            return None, None
        if code := self._by_name.get(_key(place)):
            return code, None
        return None, self._english.get(place.upper(), place)
