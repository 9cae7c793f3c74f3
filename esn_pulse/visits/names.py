"""Which names a run is shown of each organisation."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from esn_pulse.rules.names import most_shown

_Names = Counter[str]


class ShownNames:
    """Counts names. What an organisation's own listing shows most often wins over other pages.

    A single label may be a wrong one, or an old one out of a cache.
    """

    def __init__(self) -> None:
        self._own: defaultdict[str, _Names] = defaultdict(Counter)
        self._elsewhere: defaultdict[str, _Names] = defaultdict(Counter)
        self._fed: dict[str, str] = {}
        self._touched: set[str] = set()
        self._told: dict[str, dict[str, Any]] = {}

    def add(self, names: Mapping[str, str], listing_of: str | None = None) -> None:
        """Take in the names on a card or page, by alias; '' where none was shown.

        :param listing_of: whose listing shows the card; None for an activity's page.
        """
        for alias, name in names.items():
            shown = self._own if alias == listing_of else self._elsewhere
            shown[alias][name] += 1
            self._touched.add(alias)

    def add_feed(self, names: Mapping[str, str]) -> None:
        """Take in the names on a card of the feed, which a listing shows again."""
        self._fed |= {alias: name for alias, name in names.items() if name}
        self._touched |= names.keys()

    def news(self) -> list[dict[str, Any]]:
        """Return the organisations that are new, or whose leading name has changed since then.

        They are as an ``OrganisationsItem`` has them.
        """
        touched, self._touched = self._touched, set()
        leading = {alias: self._leading(alias) for alias in sorted(touched)}
        news = [one for alias, one in leading.items() if self._told.get(alias) != one]
        self._told |= leading
        return news

    def _leading(self, alias: str) -> dict[str, Any]:
        own, elsewhere = most_shown(self._own[alias]), most_shown(self._elsewhere[alias])
        name, times = own or elsewhere or (self._fed.get(alias), 1)
        return {
            "slug": alias,
            "name": name,
            "is_own": own is not None,
            "is_repeated": times > 1,
        }
