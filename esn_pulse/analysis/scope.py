"""Of whom and of when something is shown."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Scope:
    """The network, a country or a section.

    :ivar name: as it is called in a sentence: ``the network``, ``the Czech Republic``.
    :ivar country_code: of the country, also of a section's; None for the network.
    :ivar section_id: of the section; None for the others.
    """

    name: str
    country_code: str | None = None
    section_id: int | None = None

    @property
    def is_network(self) -> bool:
        """Whether it is all of it."""
        return self.country_code is None and self.section_id is None

    @property
    def is_section(self) -> bool:
        """Whether it is one section."""
        return self.section_id is not None


@dataclass(frozen=True)
class Period:
    """Days, both ends included; what begins on one of them counts."""

    first: date
    last: date

    @classmethod
    def until(cls, today: date, days: int = 365) -> "Period":
        """Return so many days that end today; fewer where the calendar begins."""
        first = max(today.toordinal() - days + 1, date.min.toordinal())
        return cls(date.fromordinal(first), today)

    @classmethod
    def of(cls, first: date | None, last: date | None, today: date) -> "Period":
        """Return the days between two; by default the last is today, and the days are 365."""
        last = last or max(today, first or today)
        return cls(first, last) if first else cls.until(last)

    @property
    def days(self) -> int:
        """How many they are."""
        return (self.last - self.first).days + 1

    @property
    def year_before(self) -> "Period":
        """The same days a year before; of a whole year all up to its first day."""
        first, last = _year_before(self.first), _year_before(self.last)
        if self.days in (365, 366) and first < self.first:
            last = self.first - timedelta(1)
        return Period(first, last)


def _year_before(day: date) -> date:
    if day.year == date.min.year:
        return date.min
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year - 1, day=28)
