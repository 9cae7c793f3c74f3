"""The visits that repair what is open: pages that failed, and records that are broken."""

from collections import defaultdict

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
from esn_pulse.visits.revalidation import recheck
from esn_pulse.visits.visit import Visit


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
