"""Organisations of the activities site, and what it counts of them."""

from dataclasses import dataclass
from typing import NamedTuple


class Counts(NamedTuple):
    """How many of something there were at physical and at online activities."""

    physical: int
    online: int

    @property
    def total(self) -> int:
        """Both together."""
        return self.physical + self.online


Counted = tuple[tuple[str, Counts], ...]


@dataclass(frozen=True)
class Statistics:
    """An organisation's statistics, each group as (name, counts), and how its page words them."""

    activities: Counts
    causes: Counted
    types: Counted
    participants: Counted
    reordered: bool = False
    counts_as_text: bool = False
    answered_as_json: bool = False


class Organiser(NamedTuple):
    """Who organises an activity: an alias, empty for one without a page, and a label to show.

    ``former_alias`` is what the link names in place of the alias, if that is not up to date;
    ``website`` what it leads to where there is no page.
    """

    alias: str
    label: str
    former_alias: str = ""
    website: str = ""

    @property
    def linked_alias(self) -> str:
        """The alias in the link."""
        return self.former_alias or self.alias


@dataclass(frozen=True)
class Organisation:
    """An organisation of the activities site that is no section, such as a national one.

    ``moved_from`` is an alias that redirects to the present one.
    """

    alias: str
    name: str
    country_code: str | None = None
    city: str | None = None
    moved_from: str | None = None
    statistics: Statistics | None = None

    @property
    def organiser(self) -> Organiser:
        """What it is as an organiser."""
        return Organiser(self.alias, self.name)
