"""Whether the data are fresh, whole and sound (docs/decisions.md, "Health")."""

from dataclasses import dataclass
from typing import LiteralString

from psycopg import Connection
from scrapy.settings import BaseSettings

from esn_pulse.database.queries.completeness import (
    OUTDATED_ACTIVITIES,
    in_words,
    short_organisations,
)
from esn_pulse.health.finding import Finding, State
from esn_pulse.health.runs import latest_run
from esn_pulse.sources import ACTIVITIES

_FRESHNESS = """
    SELECT count(*) FILTER (
            WHERE last_scraped IS NULL OR last_scraped < now() - %s * interval '24 hours'
        ), count(*)
    FROM (
        SELECT last_scraped FROM sections WHERE can_scrape_activities AND left_at IS NULL
        UNION ALL
        SELECT last_scraped FROM countries WHERE can_scrape_activities
    ) AS organisations
"""
_EMPTY_SECTIONS = """
    SELECT count(*) FILTER (WHERE t.physical_activities + t.online_activities = 0), count(*)
    FROM sections AS s LEFT JOIN section_overall_statistics AS t ON t.section_id = s.id
    WHERE s.can_scrape_activities AND s.left_at IS NULL
        AND NOT EXISTS (SELECT FROM activity_section_organisers WHERE section_id = s.id)
"""
_PARTICIPANTS = """
    SELECT avg(participants) FILTER (WHERE participants > 0)::float8, count(*)
    FROM activities WHERE NOT is_future_event
"""


def freshness(connection: Connection, settings: BaseSettings) -> Finding:
    """Tell which organisations were not read within ``HEALTH_FRESH_DAYS``: a problem.

    While a run is reading them it is only information.
    """
    days = settings.getfloat("HEALTH_FRESH_DAYS")
    stale, known = connection.execute(_FRESHNESS, [days]).fetchone() or (0, 0)
    value = {"stale": stale, "organisations": known}
    if not known:
        return Finding(
            State.PROBLEM,
            value,
            "no organisation is known to have a page",
            "Run both spiders: scrapy pulse",
        )
    text = f"{stale} of {known} organisations not read for {days:g} days"
    if not stale:
        return Finding(State.OK, value, f"all {known} organisations read within {days:g} days")
    run = latest_run(connection, ACTIVITIES)
    if run and run.is_at_work:
        return Finding(State.INFO, value, text, f"Run {run.id} is reading them.")
    return Finding(
        State.PROBLEM,
        value,
        text,
        "Is the weekly run still scheduled, and long enough? The longest unread are read first:"
        " scrapy crawl activities. Which they are:"
        ' scrapy psql "SELECT activities_platform_slug, last_scraped FROM public.sections'
        " WHERE can_scrape_activities AND left_at IS NULL"
        " UNION ALL SELECT activities_platform_slug, last_scraped FROM public.countries"
        ' WHERE can_scrape_activities ORDER BY 2 NULLS FIRST LIMIT 20"',
    )


def completeness(connection: Connection, settings: BaseSettings) -> Finding:  # noqa: ARG001
    """Tell which sections count more activities than are stored: a problem if they are many."""
    short = short_organisations(connection)
    value = {section.slug: section.counted - section.stored for section in short}
    if not short:
        return Finding(State.OK, value, "all that organisations count themselves is stored")
    run = latest_run(connection, ACTIVITIES)
    if run and run.is_at_work:
        return Finding(State.INFO, value, in_words(short), f"Run {run.id} is reading them.")
    advice = (
        "Pages that could not be had are in failed_scrapes; the others are not shown by the"
        " listings, or not where they are looked for. To see all: scrapy psql"
        ' "SELECT section, completeness FROM bi.data_quality WHERE completeness < 1 UNION ALL'
        ' SELECT country, completeness FROM bi.country_quality WHERE completeness < 1 ORDER BY 2"'
    )
    if lacking := [section for section in short if section.lacks_many]:
        return Finding(State.PROBLEM, value, in_words(lacking), advice)
    return Finding(State.INFO, value, in_words(short), advice)


def sections_without_activities(connection: Connection, settings: BaseSettings) -> Finding:  # noqa: ARG001
    """Count sections without any activity, and those of them that say themselves to have none."""
    row = connection.execute(_EMPTY_SECTIONS).fetchone()
    by_themselves, without = row or (0, 0)
    if not without:
        return Finding(State.OK, 0, "none")
    return Finding(
        State.INFO,
        without,
        f"{without}, of which {by_themselves} have none by their own statistics",
        "The others were not read yet, or their activities could not be: see open_failures."
        if without > by_themselves
        else "",
    )


def average_participants(connection: Connection, settings: BaseSettings) -> Finding:  # noqa: ARG001
    """Tell the average of participants above 0; a problem if no activity that is over has any."""
    average, over = connection.execute(_PARTICIPANTS).fetchone() or (None, 0)
    if average is not None:
        return Finding(State.OK, round(average, 2), f"{average:.1f} an activity")
    if not over:
        return Finding(State.UNKNOWN, None, "no activity is over yet", "There is nothing to judge.")
    return Finding(
        State.PROBLEM,
        None,
        f"none in {over} activities",
        "Not one activity that is over has participants: the figure is probably no longer found"
        " on the pages. Compare one with the selector in esn_pulse/pages/activity.py.",
    )


@dataclass(frozen=True)
class Count:
    """Rows that are best not there, but need nobody at once.

    :ivar query: counts them.
    :ivar advice: what they are and how to see them.
    """

    query: LiteralString
    advice: str

    def __call__(self, connection: Connection, settings: BaseSettings) -> Finding:  # noqa: ARG002
        """Count the rows: information when there are any."""
        (rows,) = connection.execute(self.query).fetchone() or (0,)
        return (
            Finding(State.INFO, rows, str(rows), self.advice) if rows else Finding(State.OK, 0, "0")
        )


COUNTS = {
    "open_failures": Count(
        "SELECT count(*) FROM failed_scrapes WHERE will_retry",
        "Pages that could not be had; the next run asks for them again, and so does now:"
        " scrapy retry_failed. To see them:"
        ' scrapy psql "SELECT url, error_message FROM public.failed_scrapes WHERE will_retry"',
    ),
    "other_pages": Count(
        "SELECT count(*) FROM failed_scrapes WHERE will_retry"
        " AND error_message LIKE '%not the page that was asked for%'",
        "In place of these pages the site answered with others, such as a maintenance notice or a"
        " bot wall's check; nothing was stored of them. Once it is well again: scrapy retry_failed."
        ' To see them: scrapy psql "SELECT url, error_message FROM public.failed_scrapes WHERE'
        " will_retry AND error_message LIKE '%not the page that was asked for%'\"",
    ),
    "open_validation_errors": Count(
        "SELECT count(*) FROM validation_errors WHERE resolved_at IS NULL",
        "Fields that broke a rule and still do. After a rule or selector was mended:"
        " scrapy revalidate. To see them:"
        ' scrapy psql "SELECT field_name, error_message, count(*) FROM public.validation_errors'
        ' WHERE resolved_at IS NULL GROUP BY 1, 2 ORDER BY 3 DESC"',
    ),
    "recent_validation_errors": Count(
        "SELECT count(*) FROM validation_errors WHERE created_at > now() - interval '1 hour'",
        "Fields that broke a rule within the last hour. A sudden wave means that a site changed.",
    ),
    "invalid_activities": Count(
        "SELECT count(*) FROM activities WHERE is_valid = FALSE",
        "They are stored, but break a rule; validation_errors says which. Leave them out of an"
        " analysis with: WHERE is_valid",
    ),
    "activities_without_organisers": Count(
        "SELECT count(*) FROM activities AS a WHERE NOT EXISTS"
        " (SELECT FROM activity_section_organisers WHERE activity_id = a.id) AND NOT EXISTS"
        " (SELECT FROM activity_organisers WHERE activity_id = a.id) AND NOT EXISTS"
        " (SELECT FROM country_listings WHERE event_slug = a.event_slug)",
        "Neither their pages nor a listing tell who organises them.",
    ),
    "outdated_activities": Count(
        OUTDATED_ACTIVITIES,
        "Activities read by an older version of the program, which noted no types but the first, no"
        " partners, and maybe no organisers but sections. The weekly runs read them again, all"
        " within ESN_MAX_AGE_DAYS; all that listings show at once does:"
        " scrapy crawl activities -a full=1",
    ),
    "aliases_to_come": Count(
        "SELECT (SELECT count(*) FROM sections WHERE can_scrape_activities IS NULL"
        " AND left_at IS NULL AND coalesce(state, '') NOT IN ('merged', 'withdrew'))"
        " + (SELECT count(*) FROM countries WHERE can_scrape_activities IS NULL)",
        "Sections and countries of which it is not known yet whether they have a page on"
        " activities.esn.org, so that nothing of it is read. It is looked for by:"
        " scrapy crawl accounts",
    ),
    "missing_statistics": Count(
        "SELECT (SELECT count(*) FROM sections AS s WHERE can_scrape_activities AND left_at IS NULL"
        " AND NOT EXISTS (SELECT FROM section_overall_statistics WHERE section_id = s.id))"
        " + (SELECT count(*) FROM countries AS c WHERE can_scrape_activities AND NOT EXISTS"
        " (SELECT FROM country_overall_statistics WHERE country_code = c.country_code))",
        "Organisations whose statistics were not read yet, or could not be: see open_failures.",
    ),
}
