"""Which sections a run is shown by the countries' pages, and whether these are all there are."""

from collections.abc import Collection


class ShownSections:
    """Fills as the countries' pages are read.

    :ivar slugs: the sections' accounts slugs, in the order in which they were met.
    :ivar are_all: whether the run reads the whole network, and nothing of it was missing so far.
    """

    def __init__(self) -> None:
        self.slugs: dict[str, None] = {}
        self.are_all = False
        self._to_come: set[str] = set()

    def expect(self, countries: Collection[str], *, are_all: bool) -> None:
        """Wait for the pages of these countries."""
        self._to_come, self.are_all = {*countries}, are_all

    def add(self, slug: str) -> bool:
        """Add a section; False when it was met before."""
        is_new = slug not in self.slugs
        self.slugs[slug] = None
        return is_new

    def is_last(self, country: str) -> bool:
        """Tell whether no page of a country is to come after this one."""
        was_expected = country in self._to_come
        self._to_come.discard(country)
        return was_expected and not self._to_come
