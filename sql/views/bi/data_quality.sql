-- Group 5.1: How far to rely on the data
CREATE VIEW bi.data_quality AS -- One row a section of the network: how far its data can be relied on. Those of national organisations: country_quality.
SELECT
    s.id AS section_id, -- The section, see sections.
    s.name AS section, -- Name of the section.
    s.country_code, -- Its country, see countries.
    c.name AS country, -- Name of its country.
    coalesce(q.activities_stored, 0) AS activities_stored, -- Activities that the database holds of it, removed and invalid ones included.
    coalesce(q.activities_valid, 0) AS activities_valid, -- Those that count: what the other views show.
    coalesce(q.activities_removed, 0) AS activities_removed, -- Those that no listing shows any more.
    coalesce(q.without_participants, 0) AS without_participants, -- Activities that count and have begun, but without a figure of participants.
    coalesce(q.without_causes, 0) AS without_causes, -- Activities that count, but without any cause.
    t.physical_activities + t.online_activities AS activities_by_own_count, -- Activities by the section's own statistics; NULL when these are not known.
    round(coalesce(q.activities_stored - q.activities_removed, 0)::numeric
        / nullif(t.physical_activities + t.online_activities, 0), 4) AS completeness, -- Stored activities, less removed ones, in those it counts itself; 1 when all are there.
    round(q.activities_valid::numeric / nullif(q.activities_stored - q.activities_removed, 0), 4)
        AS valid_share, -- Activities that count in all that are stored and not removed, 0 to 1.
    coalesce(p.open_errors, 0) AS open_errors, -- Broken fields, see data_problems.
    coalesce(p.open_failures, 0) AS open_failures, -- Pages that could not be read, see data_problems.
    s.latitude IS NOT NULL AND s.longitude IS NOT NULL AS has_coordinates, -- Whether it can be drawn on a map.
    t.section_id IS NOT NULL AS has_statistics, -- Whether its statistics could be read.
    s.last_scraped AS last_read, -- When its activities were read last; NULL for never.
    floor(extract(epoch FROM now() - s.last_scraped) / 86400)::integer AS days_since_read -- Days since then.
FROM public.sections AS s
JOIN bi_cache.named_sections AS n ON n.section_id = s.id AND n.is_counted
LEFT JOIN public.countries AS c ON c.country_code = s.country_code
LEFT JOIN bi_cache.section_quality AS q ON q.section_id = s.id
LEFT JOIN public.section_overall_statistics AS t ON t.section_id = s.id
LEFT JOIN (
    SELECT section_id, count(*) FILTER (WHERE kind = 'broken field')::integer AS open_errors,
        count(*) FILTER (WHERE kind = 'unread page')::integer AS open_failures
    FROM bi.data_problems GROUP BY section_id
) AS p ON p.section_id = s.id;
