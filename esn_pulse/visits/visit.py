"""An organisation's visit: what a run has to ask for, and what has come of it so far."""

from dataclasses import dataclass, field

from esn_pulse.database.queries.organisations import OrganisationToVisit
from esn_pulse.items import Owner
from esn_pulse.visits.figures import Figures
from esn_pulse.visits.listing import Listing


@dataclass
class Visit:
    """An organisation's visit: what was asked for and is still to come, and what was seen.

    :ivar pages: the only pages to ask for, with those whose listings show them (none for a
        statistics page); empty for a whole visit: statistics, listing, and all that it shows.
    :ivar failed: whether one of its own pages could not be read, or any page that the
        visit wants was not asked for.
    :ivar others: aliases that are others', as far as the database knows.
    :ivar listing: its listing, as far as it is known and read.
    :ivar figures: its statistics, likewise.
    """

    organisation: OrganisationToVisit
    pages: dict[str, list[Owner]] = field(default_factory=dict)
    pending: int = 0
    failed: bool = False
    others: frozenset[str] = frozenset()
    listing: Listing = field(default_factory=Listing)
    figures: Figures = field(default_factory=Figures)

    @property
    def aliases(self) -> set[str]:
        """By what pages and cards may name the organisation."""
        return {self.organisation.slug, *self.organisation.former}

    @property
    def is_whole(self) -> bool:
        """Whether the visit takes in all that the organisation shows."""
        return not self.pages

    @property
    def is_complete(self) -> bool:
        """Whether nothing of what the visit wants was left out."""
        return self.is_whole and not self.failed

    @property
    def shows_some(self) -> bool:
        """Whether its listing shows an activity that is not only somebody else's."""
        cards = self.listing.cards.values()
        return any(not card.organisers or self.aliases & card.organisers.keys() for card in cards)

    @property
    def shows_nothing(self) -> bool:
        """Whether nothing contradicts that it has had no activity of its own."""
        had_some = self.figures.knows_some and not self.listing.known.activities
        return not (self.shows_some or had_some) and self.listing.is_emptied

    @property
    def knows_some(self) -> bool:
        """Whether it is known to have had any activity."""
        return bool(self.listing.known.activities) or self.figures.knows_some
