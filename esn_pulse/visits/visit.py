"""Visits of sections: what a run has to ask for, and what has come of it so far."""

from collections import defaultdict
from dataclasses import dataclass, field

from psycopg import AsyncConnection

from esn_pulse.database.queries.repairs import (
    broken_records,
    failed_pages,
    newly_known_sections,
    sections_by_id,
)
from esn_pulse.database.queries.sections import SectionToVisit
from esn_pulse.items import PulseItem
from esn_pulse.pages.addresses import activity_slug
from esn_pulse.sources import ACTIVITIES
from esn_pulse.visits.figures import Figures
from esn_pulse.visits.listing import Listing
from esn_pulse.visits.revalidation import recheck


@dataclass
class Visit:
    """A section's visit: what was asked for and is still to come, and what was seen.

    :ivar pages: the only pages to ask for, with the sections that list them (none for a
        statistics page); empty for a whole visit: statistics, listing, and all that it shows.
    :ivar failed: whether one of the section's own pages could not be read, or any page that the
        visit wants was not asked for.
    :ivar listing: its listing, as far as it is known and read.
    :ivar figures: its statistics, likewise.
    """

    section: SectionToVisit
    pages: dict[str, list[int]] = field(default_factory=dict)
    pending: int = 0
    failed: bool = False
    listing: Listing = field(default_factory=Listing)
    figures: Figures = field(default_factory=Figures)

    @property
    def is_whole(self) -> bool:
        """Whether the visit takes in all that the section shows."""
        return not self.pages

    @property
    def is_complete(self) -> bool:
        """Whether nothing of what the visit wants was left out."""
        return self.is_whole and not self.failed

    @property
    def shows_some(self) -> bool:
        """Whether its listing shows an activity that is not only somebody else's."""
        cards = self.listing.cards.values()
        return any(not card.organisers or self.section.slug in card.organisers for card in cards)

    @property
    def shows_nothing(self) -> bool:
        """Whether nothing contradicts that the section has had no activity of its own."""
        had_some = self.figures.knows_some and not self.listing.known.activities
        return not (self.shows_some or had_some) and self.listing.is_emptied

    @property
    def knows_some(self) -> bool:
        """Whether the section is known to have had any activity."""
        return bool(self.listing.known.activities) or self.figures.knows_some


async def visits_of_failures(connection: AsyncConnection, module: str) -> list[Visit]:
    """Plan the visits that ask for failed pages again.

    Without its statistics or a page of its listing a section's visit was not whole, so all of it
    is repeated; the failed page of an activity is asked for alone. Sections that failures of the
    accounts spider had hidden from the last crawl are visited, too.
    """
    hidden = await newly_known_sections(connection, module)
    visits = {section.id: Visit(section) for section in hidden}
    whole = set(visits)
    for page in await failed_pages(connection, module):
        if page.section_id is None or page.activities_platform_slug is None:
            continue  # the section is gone from the site, and its pages with it
        section = SectionToVisit(
            page.section_id, page.activities_platform_slug, page.last_scraped, page.name
        )
        visit = visits.setdefault(section.id, Visit(section))
        if activity_slug(page.url):
            visit.pages[page.url] = [section.id]
        else:
            whole.add(section.id)
    for section_id in whole:
        visits[section_id].pages.clear()
    return list(visits.values())


async def visits_of_records(
    connection: AsyncConnection,
) -> tuple[list[Visit], list[PulseItem]]:
    """Check broken records by today's rules.

    :returns: the visits that read the pages of those still broken again, and those valid now.
    """
    records = await broken_records(connection, ACTIVITIES.items)
    broken, valid = recheck(records)
    pages: defaultdict[int, dict[str, list[int]]] = defaultdict(dict)
    for record in broken:
        url, section_id = record.raw["url"], record.section_id
        if section_id is not None:
            listed_by = record.raw.get("listed_by") or [section_id]
            pages[section_id][url] = listed_by if activity_slug(url) else []
    sections = await sections_by_id(connection, list(pages))
    return [Visit(sections[key], pages[key]) for key in pages if key in sections], valid
