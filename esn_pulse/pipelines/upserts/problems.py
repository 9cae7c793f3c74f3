"""What went wrong, in the database: broken records and pages that could not be had."""

from collections.abc import Sequence

import psycopg
from psycopg import AsyncConnection
from psycopg.types.json import Jsonb
from pydantic_core import from_json, to_json

from esn_pulse.items import (
    ActivityItem,
    CountryItem,
    FailedScrapeItem,
    NationalOrganisationItem,
    PulseItem,
    SectionItem,
    StatisticsItem,
)
from esn_pulse.pipelines.upserts.records import Record
from esn_pulse.rules.verdicts import Verdict

_SAVE_ERRORS = """
    INSERT INTO validation_errors (url, section_id, country_code, activity_event_slug, field_name,
        error_message, value, item, raw_data)
    SELECT r.url, s.id, c.country_code, left(r.event_slug, 255), r.field_name, r.error_message,
        r.value, r.item, r.raw_data
    FROM jsonb_to_recordset(%s) AS r (url text, section_id integer, country_code text,
        accounts_platform_slug text, event_slug text, field_name text, error_message text,
        value text, item text, raw_data jsonb)
    LEFT JOIN sections AS s
        ON s.id = r.section_id OR s.accounts_platform_slug = r.accounts_platform_slug
    LEFT JOIN countries AS c ON c.country_code = r.country_code
    ON CONFLICT (url, field_name) WHERE resolved_at IS NULL DO UPDATE SET
        section_id = EXCLUDED.section_id,
        country_code = EXCLUDED.country_code,
        error_message = EXCLUDED.error_message,
        value = EXCLUDED.value,
        item = EXCLUDED.item,
        raw_data = EXCLUDED.raw_data
"""

_RESOLVE_ERRORS = """
    UPDATE validation_errors AS v SET resolved_at = now()
    FROM jsonb_to_recordset(%s) AS r (url text, broken text[], silent text[])
    WHERE v.url = r.url AND v.resolved_at IS NULL
        AND coalesce(v.field_name, '') <> ALL (r.broken)
        AND (coalesce(v.field_name, '') <> ALL (r.silent) OR v.raw_data ->> 'by_api' = 'true')
"""

# One row a URL. A page that is gone (404, 410) or failed in so many runs is not asked for again.
_MOST_RUNS = 5
_SAVE_FAILURES = """
    INSERT INTO failed_scrapes AS t (url, section_id, country_code, scraper_module,
        http_status_code, error_message, retry_count, will_retry)
    SELECT r.url, s.id, c.country_code, r.scraper_module, r.http_status_code,
        r.error_message, 1, coalesce(r.http_status_code NOT IN (404, 410), TRUE)
    FROM jsonb_to_recordset(%(records)s) AS r (url text, section_id integer, scraper_module text,
        http_status_code integer, error_message text, accounts_platform_slug text,
        country_code text)
    LEFT JOIN sections AS s
        ON s.id = r.section_id OR s.accounts_platform_slug = r.accounts_platform_slug
    LEFT JOIN countries AS c ON c.country_code = r.country_code
    ON CONFLICT (url) DO UPDATE SET
        section_id = EXCLUDED.section_id,
        country_code = EXCLUDED.country_code,
        http_status_code = EXCLUDED.http_status_code,
        error_message = EXCLUDED.error_message,
        retry_count = CASE WHEN t.resolved_at IS NULL THEN t.retry_count ELSE 0 END + 1,
        last_attempt = now(),
        will_retry = EXCLUDED.will_retry AND (t.resolved_at IS NOT NULL
            OR t.retry_count + 1 < %(most_runs)s),
        resolved_at = NULL
"""

_RESOLVE_FAILURES = """
    UPDATE failed_scrapes SET will_retry = FALSE, resolved_at = now()
    WHERE resolved_at IS NULL AND url = ANY (%s)
"""


async def save_errors(connection: AsyncConnection, verdicts: Sequence[Verdict]) -> None:
    """Record what is wrong with records, and resolve what is no longer."""
    # A page may be met twice in a batch: under its old alias and its new one.
    errors = {
        (_page(verdict), field): _error(verdict, field, message, verdict.found[field] or None)
        for verdict in verdicts
        for field, message in verdict.errors.items()
    }
    if errors:
        await connection.execute(_SAVE_ERRORS, [Jsonb(list(errors.values()))])
    # The whole page was read, so that what is not wrong with it is right.
    complete = [verdict for verdict in verdicts if _is_complete(verdict)]
    judged = [{"url": _page(v), "broken": [*v.errors], "silent": _silent(v)} for v in complete]
    if judged:
        await connection.execute(_RESOLVE_ERRORS, [Jsonb(judged)])
        pages = [page for verdict in complete for page in _pages(verdict)]
        await connection.execute(_RESOLVE_FAILURES, [pages])


async def save_refusal(
    connection: AsyncConnection, verdict: Verdict, refusal: psycopg.Error
) -> None:
    """Record that the database refused a record."""
    told = refusal.diag  # what the server says of the row itself is a detail
    message = f"the database refused the row: {told.message_primary or refusal}"
    error = _error(verdict, None, message, told.message_detail)
    await connection.execute(_SAVE_ERRORS, [Jsonb([error])])


async def save_failures(connection: AsyncConnection, records: list[Record]) -> None:
    """Record pages that could not be had."""
    if records:
        parameters = {"records": Jsonb(records), "most_runs": _MOST_RUNS}
        await connection.execute(_SAVE_FAILURES, parameters)


def _error(verdict: Verdict, field: str | None, message: str, value: str | None) -> Record:
    raw = vars(verdict.item)
    known = ("section_id", "accounts_platform_slug", "event_slug")
    return {key: raw.get(key) for key in known} | {
        "country_code": _national(verdict.item),
        "url": _page(verdict),
        "field_name": field,
        "error_message": message,
        "value": value,
        "item": type(verdict.item).__name__,
        # By way of text, as JSON knows no NaN.
        "raw_data": from_json(to_json(raw, inf_nan_mode="strings")),
    }


def _national(item: PulseItem) -> str | None:
    """Return of which country's national organisation a record is."""
    match item:
        case ActivityItem(section_id=None, listed_by_countries=[first, *_]):
            return first
        case StatisticsItem(country_code=code):
            return code
    return None


def _page(verdict: Verdict) -> str:
    """Return the page that identifies a record, as much of it as an index entry holds."""
    return verdict.item.url[:500]


def _is_complete(verdict: Verdict) -> bool:
    match verdict.item:
        case SectionItem(complete=False) | CountryItem(section_count=None):
            return False
        case FailedScrapeItem() | NationalOrganisationItem():
            return False
    return True


def _silent(verdict: Verdict) -> list[str]:
    """Return of which fields the official list says nothing, so that a page's errors stand."""
    item = verdict.item
    if isinstance(item, SectionItem | CountryItem) and item.by_api:
        return [name for name, value in vars(item).items() if not value]
    return []


def _pages(verdict: Verdict) -> list[str]:
    """Return the addresses under which a record's page was asked for and found.

    A country's own page is read beside the official list, too.
    """
    if isinstance(verdict.item, CountryItem) and verdict.item.by_api:
        return []
    return [url for url in (verdict.item.url, verdict.item.asked_url) if url]
