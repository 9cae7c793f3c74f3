"""The visits that repair what is open: pages that failed, and records that are broken."""

from collections import defaultdict

from psycopg import AsyncConnection

from esn_pulse.database.queries.organisations import newly_known_organisations, organisations_of
from esn_pulse.database.queries.repairs import broken_records, failed_pages
from esn_pulse.items import Owner, PulseItem
from esn_pulse.pages.addresses import activity_slug
from esn_pulse.sources import ACTIVITIES
from esn_pulse.visits.revalidation import recheck
from esn_pulse.visits.visit import Visit


async def visits_of_failures(connection: AsyncConnection, module: str) -> list[Visit]:
    """Plan the visits that ask for failed pages again.

    Without its statistics or a page of its listing an organisation's visit was not whole, so all
    of it is repeated; the failed page of an activity is asked for alone. Those that failures of the
    accounts spider had hidden from the last crawl are visited, too.
    """
    hidden = await newly_known_organisations(connection, module)
    visits = {one.owner: Visit(one) for one in hidden}
    whole = set(visits)
    failed = await failed_pages(connection, module)
    # Others are gone from the site, and their pages with them.
    known = await organisations_of(connection, [page.owner for page in failed])
    for page in failed:
        if page.owner not in known:
            continue
        visit = visits.setdefault(page.owner, Visit(known[page.owner]))
        if activity_slug(page.url):
            visit.pages[page.url] = [page.owner]
        else:
            whole.add(page.owner)
    for owner in whole:
        visits[owner].pages.clear()
    return list(visits.values())


async def visits_of_records(
    connection: AsyncConnection,
) -> tuple[list[Visit], list[PulseItem]]:
    """Check broken records by today's rules.

    :returns: the visits that read the pages of those still broken again, and those valid now.
    """
    records = await broken_records(connection, ACTIVITIES.items)
    broken, valid = recheck(records)
    pages: defaultdict[Owner, dict[str, list[Owner]]] = defaultdict(dict)
    for record in broken:
        url, owner = record.raw["url"], record.owner
        if owner != Owner():
            listed_by = [
                *(Owner(section_id=one) for one in record.raw.get("listed_by", ())),
                *(Owner(country_code=one) for one in record.raw.get("listed_by_countries", ())),
            ]
            pages[owner][url] = (listed_by or [owner]) if activity_slug(url) else []
    known = await organisations_of(connection, list(pages))
    return [Visit(known[owner], pages[owner]) for owner in pages if owner in known], valid
