"""All statements that write what was scraped.

Each takes its records as one JSON array, so a batch costs one statement a table however large it
is. PostgreSQL maps the array onto the table's own columns: a new column needs a migration and a
field of the same name in ``esn_pulse.rules.schemas``, and nothing here.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from psycopg import AsyncConnection
from pydantic import BaseModel

from esn_pulse.items import Owner
from esn_pulse.pipelines.upserts.accounts import (
    save_countries,
    save_national_organisations,
    save_sections,
)
from esn_pulse.pipelines.upserts.activities import save_activities
from esn_pulse.pipelines.upserts.organisations import save_moves, save_organisations
from esn_pulse.pipelines.upserts.problems import save_errors, save_failures, save_refusal
from esn_pulse.pipelines.upserts.records import SaveOutcome, records
from esn_pulse.pipelines.upserts.renames import save_renames
from esn_pulse.pipelines.upserts.statistics import save_statistics
from esn_pulse.pipelines.upserts.visits import save_visits
from esn_pulse.rules.countries import CountryNames
from esn_pulse.rules.schemas import (
    Activity,
    ActivityMoved,
    Country,
    FailedScrape,
    NationalOrganisation,
    OrganisationMoved,
    Organisations,
    Section,
    Statistics,
    Visit,
)
from esn_pulse.rules.verdicts import Verdict, judge

__all__ = ["SaveOutcome", "save", "save_refusal"]


async def save(
    connection: AsyncConnection, verdicts: Sequence[Verdict], countries: CountryNames
) -> list[SaveOutcome]:
    """Store a batch, whatever it is made of, in the caller's transaction.

    :returns: what came of each verdict.
    :raises psycopg.Error: when the database refuses a row; then nothing of the batch may stay.
    """
    of: defaultdict[type[BaseModel], list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        for one in (verdict, *map(judge, verdict.met)):
            if one.row is not None:
                of[type(one.row)].append(one)
    # Referenced tables first.
    changed: dict[type[BaseModel], set[Any]] = {
        Country: await save_countries(connection, records(of[Country], "country_code")),
        Section: await save_sections(connection, records(of[Section], "accounts_platform_slug")),
        Statistics: await save_statistics(connection, records(of[Statistics], *Owner._fields)),
    }
    national = records(of[NationalOrganisation], "country_code")
    await save_national_organisations(connection, national)
    # Activities know their organisers by alias.
    await save_moves(connection, records(of[OrganisationMoved], "former_slug"))
    await save_organisations(connection, records(of[Organisations], "url"))
    activities = await save_activities(connection, records(of[Activity], "event_slug"), countries)
    await save_renames(connection, records(of[ActivityMoved], "event_slug"))
    await save_visits(connection, records(of[Visit], *Owner._fields))
    await save_errors(connection, verdicts)
    await save_failures(connection, records(of[FailedScrape], "url"))

    def outcome(row: BaseModel | None) -> SaveOutcome:
        match row:
            case None:
                return SaveOutcome.REJECTED
            case Activity(event_slug=slug):
                return activities.get(slug, SaveOutcome.KEPT)
            case Country(country_code=key) | Section(accounts_platform_slug=key):
                is_new = key in changed[type(row)]
            case Statistics(section_id=section_id, country_code=code):
                is_new = Owner(section_id, code) in changed[Statistics]
            case _:
                is_new = True
        return SaveOutcome.STORED if is_new else SaveOutcome.UNCHANGED

    return [outcome(verdict.row) for verdict in verdicts]
