-- Group 5.2: How far to rely on the data
CREATE VIEW bi.country_quality AS -- One row a country: how far the data of its national organisation can be relied on. Those of its sections: data_quality.
SELECT
    c.country_code, -- The country, see countries.
    c.name AS country, -- Name of the country.
    coalesce(q.activities_stored, 0) AS activities_stored, -- Activities of the national organisation that the database holds, removed and invalid ones included.
    coalesce(q.activities_valid, 0) AS activities_valid, -- Those that count: what the other views show.
    coalesce(q.activities_removed, 0) AS activities_removed, -- Those that no listing shows any more.
    coalesce(q.without_participants, 0) AS without_participants, -- Activities that count and have begun, but without a figure of participants.
    coalesce(q.without_causes, 0) AS without_causes, -- Activities that count, but without any cause.
    t.physical_activities + t.online_activities AS activities_by_own_count, -- Activities by the national organisation's own statistics; NULL when these are not known.
    round(coalesce(q.activities_stored - q.activities_removed, 0)::numeric
        / nullif(t.physical_activities + t.online_activities, 0), 4) AS completeness, -- Stored activities, less removed ones, in those it counts itself; 1 when all are there.
    round(q.activities_valid::numeric / nullif(q.activities_stored - q.activities_removed, 0), 4)
        AS valid_share, -- Activities that count in all that are stored and not removed, 0 to 1.
    coalesce(p.open_errors, 0) AS open_errors, -- Broken fields, see data_problems.
    coalesce(p.open_failures, 0) AS open_failures, -- Pages that could not be read, see data_problems.
    c.can_scrape_activities AS has_activities_page, -- Whether it has a page on activities.esn.org; NULL when that could not be found out yet.
    t.country_code IS NOT NULL AS has_statistics, -- Whether its statistics could be read.
    c.last_scraped AS last_read, -- When its activities were read last; NULL for never.
    floor(extract(epoch FROM now() - c.last_scraped) / 86400)::integer AS days_since_read -- Days since then.
FROM public.countries AS c
LEFT JOIN bi_cache.country_quality AS q ON q.country_code = c.country_code
LEFT JOIN public.country_overall_statistics AS t ON t.country_code = c.country_code
LEFT JOIN (
    SELECT country_code, count(*) FILTER (WHERE kind = 'broken field')::integer AS open_errors,
        count(*) FILTER (WHERE kind = 'unread page')::integer AS open_failures
    FROM bi.data_problems WHERE is_national GROUP BY country_code
) AS p ON p.country_code = c.country_code;
