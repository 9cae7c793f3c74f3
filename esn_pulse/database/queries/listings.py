"""What is known of a listing: its activities, and which of their pages are to be read."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import LiteralString

from psycopg import AsyncConnection
from psycopg.rows import class_row
from scrapy.settings import BaseSettings

from esn_pulse.database.owners import BOTH, owners_of
from esn_pulse.database.queries.organisations import OrganisationToVisit

# Runs are weekly: what is due in the meantime is read by the first run after it.
_DAYS_BETWEEN_RUNS = 7


def _turn_came(name: LiteralString, since: LiteralString) -> LiteralString:
    """Build the condition that a thing's turn came since a moment.

    Turns come every ``%(cycle)s`` seconds, for each thing at a moment of its own that its name
    decides, so that each week's run meets an equal share of them.
    """
    phase = f"abs(hashtext({name})::bigint)"
    turns = f"floor((extract(epoch FROM {{}}) + {phase} %% %(cycle)s::bigint) / %(cycle)s)"
    return f"{turns.format('%(now)s::timestamptz')} > {turns.format(since)}"


_KNOWN: LiteralString = f"""
    SELECT l.event_slug, l.url, l.card, CASE
        WHEN f.id IS NOT NULL THEN 'failed'
        WHEN NOT a.is_valid OR EXISTS (
            SELECT FROM validation_errors AS v
            WHERE v.url IN (l.url, a.url) AND v.resolved_at IS NULL
        ) THEN 'invalid'
        WHEN a.id IS NULL THEN 'new'
        WHEN l.card IS NULL THEN 'card'
        WHEN (a.last_read AT TIME ZONE 'UTC')::date - coalesce(a.end_date, a.start_date)
            < %(settle_days)s THEN 'unsettled'
        WHEN {_turn_came("l.event_slug", "a.last_read")} THEN 'turn'
    END AS why
    FROM {{listings}} AS l
    LEFT JOIN activities AS a ON a.event_slug = l.event_slug
    LEFT JOIN failed_scrapes AS f ON f.url = l.url AND f.resolved_at IS NULL
    WHERE l.{{key}} = %(owner)s
"""  # noqa: S608 (no part of it comes from outside)
_LISTING: LiteralString = f"""
    SELECT s.listing_digest, t.physical_activities + t.online_activities, jsonb_strip_nulls(
            jsonb_build_object(
                'physical_activities', t.physical_activities,
                'online_activities', t.online_activities,
                'total_local_students', t.total_local_students,
                'total_international_students', t.total_international_students,
                'total_coordinators', t.total_coordinators
            )
        ),
        listing_read_at IS NULL OR {_turn_came("activities_platform_slug", "listing_read_at")}
        OR EXISTS (
            SELECT FROM failed_scrapes AS f
            WHERE f.{{key}} = s.{{id}} AND f.resolved_at IS NULL AND f.url LIKE %(pages)s
        )
        OR EXISTS (
            SELECT FROM {{listings}} AS l JOIN failed_scrapes AS f ON f.url = l.url
            WHERE l.{{key}} = s.{{id}} AND f.http_status_code IN (404, 410)
                AND f.resolved_at IS NULL AND f.last_attempt > s.listing_read_at
        )
    FROM {{owners}} AS s LEFT JOIN {{overall_statistics}} AS t ON t.{{key}} = s.{{id}}
    WHERE s.{{id}} = %(owner)s
"""  # noqa: S608
_STATEMENTS = {kind: (kind.statement(_LISTING), kind.statement(_KNOWN)) for kind in BOTH}


@dataclass(frozen=True)
class KnownActivity:
    """An activity that an organisation's listing has shown.

    :ivar card: what the listing showed of it at the last visit.
    :ivar why: why its page is to be read even if its card is the same as then; None if it is not.
    """

    event_slug: str
    url: str | None
    card: str | None
    why: str | None


@dataclass(frozen=True)
class KnownListing:
    """What is known of an organisation's listing; nothing before its first visit.

    :ivar digest: of the numbers of activities that its statistics showed at its last
        complete visit.
    :ivar is_due: whether it is to be read to its last page: its turn has come, one of its pages
        has failed, it was short, or a page that it leads to is gone.
    :ivar total: how many activities its statistics counted when they were last read.
    :ivar figures: these and its other own figures, by column.
    """

    activities: dict[str, KnownActivity] = field(default_factory=dict)
    digest: str | None = None
    is_due: bool = True
    total: int | None = None
    figures: dict[str, int] = field(default_factory=dict)


async def known_listing(
    connection: AsyncConnection,
    organisation: OrganisationToVisit,
    settings: BaseSettings,
    now: datetime,
) -> KnownListing:
    """Look up what is known of an organisation's listing.

    A page is to be read again when its last reading failed or found something invalid, when the
    activity had not ended by then or less than ``ESN_SETTLE_DAYS`` before, and once in
    ``ESN_MAX_AGE_DAYS``, at the latest by the last weekly run before they are over.
    """
    section_id, country_code = organisation.owner
    of_listing, of_activities = _STATEMENTS[owners_of(organisation.owner)]
    age = settings.getfloat("ESN_MAX_AGE_DAYS") - _DAYS_BETWEEN_RUNS
    values = {
        "owner": section_id if section_id is not None else country_code,
        "pages": "%/organisation/%/activities%",
        "now": now,
        "settle_days": settings.getint("ESN_SETTLE_DAYS"),
        "cycle": max(int(age * 24 * 3600), 1),
    }
    found = await (await connection.execute(of_listing, values)).fetchone()
    digest, total, figures, is_due = found or (None, None, {}, True)
    async with connection.cursor(row_factory=class_row(KnownActivity)) as cursor:
        await cursor.execute(of_activities, values)
        activities = {activity.event_slug: activity async for activity in cursor}
    return KnownListing(activities, digest, is_due, total, figures)
