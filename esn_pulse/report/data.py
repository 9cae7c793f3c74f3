"""What the report says, read from the ``bi`` views. Code '' stands for the whole network."""

from typing import Any, LiteralString

import psycopg

from esn_pulse.database.snapshot import snapshot

Table = dict[str, list[Any]]

# At the head of each query: what counts for a country and for the network, an activity once each.
_OWNED: LiteralString = """
    WITH dated AS (
        SELECT *, (now() AT TIME ZONE 'UTC')::date - start_date AS age FROM bi.activities
    ), owned AS (
        SELECT code, activity_id, is_online, is_future, participants,
            code = ANY (national_countries) OR code = '' AND is_national AS is_national,
            types IS NULL AS is_outdated, age BETWEEN 0 AND 364 AS recent,
            age BETWEEN 365 AND 729 AS earlier
        FROM dated CROSS JOIN LATERAL unnest(array_append(countries, '')) AS code
    )
"""
_QUERIES: dict[str, LiteralString] = {
    "countries": """
        SELECT country_code AS code, country AS name
        FROM bi.countries ORDER BY regexp_replace(country, '^the ', '')""",
    "figures": """
        SELECT code, count(*) AS activities, count(*) FILTER (WHERE is_future) AS upcoming,
            count(*) FILTER (WHERE is_national) AS national,
            sum(participants) AS participants,
            count(*) FILTER (WHERE recent) AS recent,
            count(*) FILTER (WHERE recent AND is_national) AS recent_national,
            count(*) FILTER (WHERE earlier) AS earlier,
            count(*) FILTER (WHERE recent AND is_online) AS recent_online,
            count(*) FILTER (WHERE recent AND is_outdated) AS recent_outdated,
            count(participants) FILTER (WHERE recent) AS recent_known,
            sum(participants) FILTER (WHERE recent) AS recent_participants,
            sum(participants) FILTER (WHERE earlier) AS earlier_participants
        FROM owned GROUP BY code""",
    "months": """
        SELECT * FROM (
            SELECT '' AS code, month, activities, online_activities AS online,
                national_activities AS national, participants
            FROM bi.network_months
            UNION ALL
            SELECT country_code, month, activities, online_activities, national_activities,
                participants
            FROM bi.country_months
        ) AS monthly
        WHERE month > (now() AT TIME ZONE 'UTC') - interval '10 years'
            AND month <= (now() AT TIME ZONE 'UTC')
        ORDER BY code, month""",
    "types": """
        SELECT code, type AS name, count(*) AS activities
        FROM owned JOIN bi.activity_types USING (activity_id)
        WHERE recent GROUP BY code, type""",
    "causes": """
        SELECT code, cause AS name, count(*) AS activities
        FROM owned JOIN bi.activity_causes USING (activity_id)
        WHERE recent GROUP BY code, cause""",
    "goals": """
        SELECT code, sdg_number AS number, sdg_number || ' ' || sdg_name AS name,
            count(*) AS activities
        FROM owned JOIN bi.activity_sdgs USING (activity_id)
        WHERE recent GROUP BY code, sdg_number, sdg_name""",
    # Not the views' figures of 365 days, which end on the day of the last run: those above don't.
    "sections": """
        SELECT s.country_code AS code, s.section, s.city AS place, s.latitude, s.longitude,
            s.activities, s.participants, coalesce(r.activities, 0) AS recent,
            coalesce(r.participants, 0) AS recent_participants, s.last_activity_on AS last,
            s.freshness, q.activities_stored AS stored, q.activities_valid AS valid,
            q.activities_removed AS removed, q.activities_by_own_count AS own_count,
            q.without_participants, q.without_causes, q.open_errors, q.open_failures
        FROM bi.sections AS s JOIN bi.data_quality AS q USING (section_id)
        LEFT JOIN (
            SELECT section_id, count(*) AS activities, sum(participants) AS participants
            FROM dated JOIN bi.activity_organisers USING (activity_id)
            WHERE age BETWEEN 0 AND 364 GROUP BY section_id
        ) AS r USING (section_id)
        ORDER BY recent DESC, recent_participants DESC, s.section""",
    "organisations": """
        SELECT country_code AS code, activities_stored AS stored, activities_valid AS valid,
            activities_removed AS removed, activities_by_own_count AS own_count,
            without_participants, without_causes, open_errors, open_failures
        FROM bi.country_quality""",
    # Sections are not all read on the same day: a section's total stays until it is read again.
    "history": """
        SELECT code, day, sum(sum(change)) OVER before AS activities,
            sum(count(*) FILTER (WHERE is_first)) OVER before AS sections
        FROM (
            SELECT country_code, day, activities - lag(activities, 1, 0) OVER days AS change,
                lag(activities) OVER days IS NULL AS is_first
            FROM bi.section_history WHERE activities IS NOT NULL
            WINDOW days AS (PARTITION BY section_id ORDER BY day)
        ) AS changes
        CROSS JOIN LATERAL unnest(ARRAY[country_code::text, '']) AS code
        WHERE code IS NOT NULL GROUP BY code, day
        WINDOW before AS (PARTITION BY code ORDER BY day)""",
    "runs": """
        SELECT DISTINCT ON (spider) spider, run_id AS run, ended_at AS ended, outcome
        FROM bi.runs WHERE ended_at IS NOT NULL
        ORDER BY spider, run_id DESC""",
    "made": "SELECT now() AS at, (now() AT TIME ZONE 'UTC')::date AS today",
}


def read(conninfo: str) -> dict[str, Table]:
    """Return the report's tables: the names of the columns, and rows. All are of one moment.

    :param conninfo: where the database is; whoever may read the ``bi`` views will do.
    :raises DatabaseUnavailable: when it can't be reached, or the views can't be read.
    """
    with snapshot(conninfo) as connection:
        return {name: _table(connection, query) for name, query in _QUERIES.items()}


def _table(connection: psycopg.Connection, query: LiteralString) -> Table:
    cursor = connection.execute(_OWNED + query)
    columns = [column.name for column in cursor.description or ()]
    return {"columns": columns, "rows": cursor.fetchall()}
