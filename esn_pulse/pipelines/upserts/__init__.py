"""All statements that write what was scraped.

Each takes its records as one JSON array, so a batch costs one statement a table however large it
is. PostgreSQL maps the array onto the table's own columns: a new column needs a migration and a
field of the same name in ``esn_pulse.schemas``, and nothing here.
"""

from collections import defaultdict
from collections.abc import Sequence

from psycopg import AsyncConnection
from pydantic import BaseModel

from esn_pulse.countries import CountryNames
from esn_pulse.pipelines.upserts.accounts import save_countries, save_sections
from esn_pulse.pipelines.upserts.activities import save_activities, save_visits
from esn_pulse.pipelines.upserts.problems import save_errors, save_failures, save_refusal
from esn_pulse.pipelines.upserts.records import records
from esn_pulse.pipelines.upserts.statistics import save_statistics
from esn_pulse.schemas import Activity, Country, FailedScrape, Section, SectionVisit, Statistics
from esn_pulse.verdicts import Verdict

__all__ = ["save", "save_refusal"]


async def save(
    connection: AsyncConnection, verdicts: Sequence[Verdict], countries: CountryNames
) -> list[bool]:
    """Store a batch, whatever it is made of, in the caller's transaction.

    :returns: for each verdict whether its row is stored; False for one that can't be, and for a
        broken one whose valid row from an earlier run stays.
    :raises psycopg.Error: when the database refuses a row; then nothing of the batch may stay.
    """
    of: defaultdict[type[BaseModel], list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        if verdict.row is not None:
            of[type(verdict.row)].append(verdict)
    # Referenced tables first.
    await save_countries(connection, records(of[Country], "country_code"))
    await save_sections(connection, records(of[Section], "accounts_platform_slug"))
    await save_statistics(connection, records(of[Statistics], "section_id"))
    kept = await save_activities(connection, records(of[Activity], "event_slug"), countries)
    await save_visits(connection, records(of[SectionVisit], "section_id"))
    await save_errors(connection, verdicts)
    await save_failures(connection, records(of[FailedScrape], "url"))
    return [_is_stored(verdict, kept) for verdict in verdicts]


def _is_stored(verdict: Verdict, kept: set[str]) -> bool:
    if isinstance(verdict.row, Activity):
        return verdict.row.event_slug not in kept
    return verdict.row is not None
