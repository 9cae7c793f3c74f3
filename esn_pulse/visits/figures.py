"""Whether an organisation's statistics may replace those that are stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from esn_pulse.exceptions import PageError
from esn_pulse.items import StatisticsItem
from esn_pulse.rules.values import number_of


@dataclass
class Figures:
    """An organisation's figures, by column: as they are stored, and as this visit has read them.

    Figures hardly ever fall. Those that fall to zero, or lose more than half, are read twice.

    :ivar known: as they are stored; empty when there are none.
    :ivar held: read, but not to be stored unless nothing else shows an activity: a page without
        any figures says that it has none, but many another page has none, either.
    """

    known: Mapping[str, int] = field(default_factory=dict)
    held: StatisticsItem | None = None
    _first: dict[str, int | None] | None = None

    @property
    def knows_some(self) -> bool:
        """Whether it is known to have done anything."""
        return any(self.known.values())

    def are_to_be_read_again(self, item: StatisticsItem) -> bool:
        """Tell whether figures that were read need a second reading before they are stored.

        :raises PageError: when they are the second reading, and another one than the first.
        """
        read = {column: number_of(getattr(item, column)) for column in self.known}
        if self._first is None:
            if not any(_falls(self.known[column], read[column]) for column in read):
                return False
            self._first = read
            return True
        if read != self._first:
            raise PageError(
                f"the figures fell from {self.known} to {self._first}, and a second reading shows"
                f" {read}; those stored before stay"
            )
        return False


def _falls(known: int, read: int | None) -> bool:
    return read is not None and known > 0 and 2 * read < known
