-- What sections say of themselves, and how far the data can be relied on.

CREATE VIEW bi.section_history AS
WITH totals AS (
    SELECT section_id, day, physical_activities, online_activities, total_local_students,
        total_international_students, total_coordinators,
        physical_activities + online_activities AS activities,
        total_local_students + total_international_students + total_coordinators AS participants
    FROM public.section_snapshots
)
SELECT t.section_id, s.section, s.country_code, s.country, t.day,
    t.activities, t.physical_activities, t.online_activities, t.participants,
    t.total_local_students AS local_students,
    t.total_international_students AS international_students, t.total_coordinators AS coordinators,
    t.activities - lag(t.activities) OVER before AS new_activities,
    t.participants - lag(t.participants) OVER before AS new_participants
FROM totals AS t
JOIN bi_cache.named_sections AS s ON s.section_id = t.section_id
WINDOW before AS (PARTITION BY t.section_id ORDER BY t.day);

CREATE VIEW bi.section_statistics AS
SELECT t.section_id, s.section, s.country_code, s.country, t.kind, t.name,
    t.physical, t.online, coalesce(t.physical + t.online, t.total) AS total, t.read_at
FROM (
    SELECT section_id, 'cause' AS kind, cause_name AS name, physical_count AS physical,
        online_count AS online, total_count AS total, scraped_at AS read_at
    FROM public.section_cause_statistics
    UNION ALL
    SELECT section_id, 'activity type', activity_type, physical_count, online_count, NULL,
        scraped_at
    FROM public.section_type_statistics
    UNION ALL
    SELECT section_id, 'participants', participant_type, physical_count, online_count, NULL,
        scraped_at
    FROM public.section_participant_statistics
) AS t
JOIN bi_cache.named_sections AS s ON s.section_id = t.section_id;

CREATE MATERIALIZED VIEW bi_cache.section_quality AS
SELECT l.section_id, count(*)::integer AS activities_stored,
    count(*) FILTER (WHERE a.is_valid AND a.removed_at IS NULL)::integer AS activities_valid,
    count(*) FILTER (WHERE a.removed_at IS NOT NULL)::integer AS activities_removed,
    count(*) FILTER (
        WHERE a.is_valid AND a.removed_at IS NULL AND a.participants IS NULL
            AND a.start_date <= (now() AT TIME ZONE 'UTC')::date
    )::integer AS without_participants,
    count(*) FILTER (
        WHERE a.is_valid AND a.removed_at IS NULL
            AND NOT EXISTS (SELECT FROM public.activity_to_cause AS c WHERE c.activity_id = a.id)
    )::integer AS without_causes
FROM public.activity_section_organisers AS l
JOIN public.activities AS a ON a.id = l.activity_id
GROUP BY l.section_id;
CREATE UNIQUE INDEX idx_bi_section_quality ON bi_cache.section_quality (section_id);

CREATE VIEW bi.data_problems AS
SELECT p.kind, p.section_id, s.section, s.country_code, s.country, p.url, p.field, p.message,
    p.noticed_at
FROM (
    SELECT 'broken field' AS kind, section_id, url::text, field_name::text AS field,
        error_message AS message, created_at AS noticed_at
    FROM public.validation_errors WHERE resolved_at IS NULL
    UNION ALL
    SELECT 'unread page', section_id, url, NULL, error_message, last_attempt
    FROM public.failed_scrapes WHERE will_retry
) AS p
LEFT JOIN bi_cache.named_sections AS s ON s.section_id = p.section_id;

CREATE VIEW bi.data_quality AS
SELECT s.id AS section_id, s.name AS section, s.country_code, c.name AS country,
    coalesce(q.activities_stored, 0) AS activities_stored,
    coalesce(q.activities_valid, 0) AS activities_valid,
    coalesce(q.activities_removed, 0) AS activities_removed,
    coalesce(q.without_participants, 0) AS without_participants,
    coalesce(q.without_causes, 0) AS without_causes,
    t.physical_activities + t.online_activities AS activities_by_own_count,
    round(coalesce(q.activities_stored - q.activities_removed, 0)::numeric
        / nullif(t.physical_activities + t.online_activities, 0), 4) AS completeness,
    round(q.activities_valid::numeric / nullif(q.activities_stored - q.activities_removed, 0), 4)
        AS valid_share,
    coalesce(p.open_errors, 0) AS open_errors, coalesce(p.open_failures, 0) AS open_failures,
    s.latitude IS NOT NULL AND s.longitude IS NOT NULL AS has_coordinates,
    t.section_id IS NOT NULL AS has_statistics, s.last_scraped AS last_read,
    floor(extract(epoch FROM now() - s.last_scraped) / 86400)::integer AS days_since_read
FROM public.sections AS s
LEFT JOIN public.countries AS c ON c.country_code = s.country_code
LEFT JOIN bi_cache.section_quality AS q ON q.section_id = s.id
LEFT JOIN public.section_overall_statistics AS t ON t.section_id = s.id
LEFT JOIN (
    SELECT section_id, count(*) FILTER (WHERE kind = 'broken field')::integer AS open_errors,
        count(*) FILTER (WHERE kind = 'unread page')::integer AS open_failures
    FROM bi.data_problems GROUP BY section_id
) AS p ON p.section_id = s.id;

-- Without its errors' wording, host and settings, which are the operator's.
CREATE VIEW bi.runs AS
SELECT id AS run_id,
    CASE scraper_module WHEN 'AccountsScraper' THEN 'accounts' ELSE 'activities' END AS spider,
    started_at, completed_at AS ended_at,
    round((extract(epoch FROM completed_at - started_at) / 60)::numeric, 1) AS minutes,
    status, split_part(finish_reason, ':', 1) AS outcome, sections_processed, sections_failed,
    requests, requests_failed, pages_read, pages_skipped, pages_drifted,
    items_stored AS records_stored, items_unchanged AS records_unchanged,
    items_invalid AS records_invalid, quality_score
FROM public.scraper_status;

-- What the views mean.

COMMENT ON VIEW bi.section_history IS 'One row a section and day on which its statistics were read, from the day this database began: how its totals grew.';
COMMENT ON COLUMN bi.section_history.section_id IS 'The section, see sections.';
COMMENT ON COLUMN bi.section_history.section IS 'Name of the section.';
COMMENT ON COLUMN bi.section_history.country_code IS 'Its country, see countries.';
COMMENT ON COLUMN bi.section_history.country IS 'Name of its country.';
COMMENT ON COLUMN bi.section_history.day IS 'The day (UTC).';
COMMENT ON COLUMN bi.section_history.activities IS 'All activities of the section on that day, by its own statistics.';
COMMENT ON COLUMN bi.section_history.physical_activities IS 'Those of them that took place somewhere.';
COMMENT ON COLUMN bi.section_history.online_activities IS 'Those of them that took place online.';
COMMENT ON COLUMN bi.section_history.participants IS 'Students and coordinators together.';
COMMENT ON COLUMN bi.section_history.local_students IS 'Local students that took part.';
COMMENT ON COLUMN bi.section_history.international_students IS 'International students that took part.';
COMMENT ON COLUMN bi.section_history.coordinators IS 'Coordinators that took part.';
COMMENT ON COLUMN bi.section_history.new_activities IS 'Activities since the day before in this table; NULL on the first.';
COMMENT ON COLUMN bi.section_history.new_participants IS 'Participants since then.';

COMMENT ON VIEW bi.section_statistics IS 'One row a section and what it counts by itself: causes, types of activities, groups of participants.';
COMMENT ON COLUMN bi.section_statistics.section_id IS 'The section, see sections.';
COMMENT ON COLUMN bi.section_statistics.section IS 'Name of the section.';
COMMENT ON COLUMN bi.section_statistics.country_code IS 'Its country, see countries.';
COMMENT ON COLUMN bi.section_statistics.country IS 'Name of its country.';
COMMENT ON COLUMN bi.section_statistics.kind IS 'What is counted: cause, activity type or participants.';
COMMENT ON COLUMN bi.section_statistics.name IS 'Name of the cause, type or group.';
COMMENT ON COLUMN bi.section_statistics.physical IS 'At physical activities; NULL when it could not be read.';
COMMENT ON COLUMN bi.section_statistics.online IS 'At online activities.';
COMMENT ON COLUMN bi.section_statistics.total IS 'Both together; NULL when that is not known.';
COMMENT ON COLUMN bi.section_statistics.read_at IS 'When these statistics were read.';

COMMENT ON VIEW bi.data_problems IS 'One row a broken field or unread page that is still open.';
COMMENT ON COLUMN bi.data_problems.kind IS 'broken field or unread page.';
COMMENT ON COLUMN bi.data_problems.section_id IS 'The section it concerns, see sections; NULL when it concerns none.';
COMMENT ON COLUMN bi.data_problems.section IS 'Name of the section.';
COMMENT ON COLUMN bi.data_problems.country_code IS 'Its country, see countries.';
COMMENT ON COLUMN bi.data_problems.country IS 'Name of its country.';
COMMENT ON COLUMN bi.data_problems.url IS 'The page.';
COMMENT ON COLUMN bi.data_problems.field IS 'The field that breaks a rule; NULL for a whole row or page.';
COMMENT ON COLUMN bi.data_problems.message IS 'What is wrong.';
COMMENT ON COLUMN bi.data_problems.noticed_at IS 'When the field was found broken, or the page was tried last.';

COMMENT ON VIEW bi.data_quality IS 'One row a section: how far its data can be relied on.';
COMMENT ON COLUMN bi.data_quality.section_id IS 'The section, see sections.';
COMMENT ON COLUMN bi.data_quality.section IS 'Name of the section.';
COMMENT ON COLUMN bi.data_quality.country_code IS 'Its country, see countries.';
COMMENT ON COLUMN bi.data_quality.country IS 'Name of its country.';
COMMENT ON COLUMN bi.data_quality.activities_stored IS 'Activities that the database holds of it, removed and invalid ones included.';
COMMENT ON COLUMN bi.data_quality.activities_valid IS 'Those that count: what the other views show.';
COMMENT ON COLUMN bi.data_quality.activities_removed IS 'Those that no listing shows any more.';
COMMENT ON COLUMN bi.data_quality.without_participants IS 'Activities that count and have begun, but without a figure of participants.';
COMMENT ON COLUMN bi.data_quality.without_causes IS 'Activities that count, but without any cause.';
COMMENT ON COLUMN bi.data_quality.activities_by_own_count IS 'Activities by the section''s own statistics; NULL when these are not known.';
COMMENT ON COLUMN bi.data_quality.completeness IS 'Stored activities, less removed ones, in those it counts itself; 1 when all are there.';
COMMENT ON COLUMN bi.data_quality.valid_share IS 'Activities that count in all that are stored and not removed, 0 to 1.';
COMMENT ON COLUMN bi.data_quality.open_errors IS 'Broken fields, see data_problems.';
COMMENT ON COLUMN bi.data_quality.open_failures IS 'Pages that could not be read, see data_problems.';
COMMENT ON COLUMN bi.data_quality.has_coordinates IS 'Whether it can be drawn on a map.';
COMMENT ON COLUMN bi.data_quality.has_statistics IS 'Whether its statistics could be read.';
COMMENT ON COLUMN bi.data_quality.last_read IS 'When its activities were read last; NULL for never.';
COMMENT ON COLUMN bi.data_quality.days_since_read IS 'Days since then.';

COMMENT ON VIEW bi.runs IS 'One row a run of a spider.';
COMMENT ON COLUMN bi.runs.run_id IS 'Number of the run.';
COMMENT ON COLUMN bi.runs.spider IS 'accounts or activities.';
COMMENT ON COLUMN bi.runs.started_at IS 'When it began.';
COMMENT ON COLUMN bi.runs.ended_at IS 'When it ended; NULL while it is running.';
COMMENT ON COLUMN bi.runs.minutes IS 'How long it took.';
COMMENT ON COLUMN bi.runs.status IS 'running, completed, failed or cancelled.';
COMMENT ON COLUMN bi.runs.outcome IS 'Why it ended: finished, time budget spent, failed or cancelled.';
COMMENT ON COLUMN bi.runs.sections_processed IS 'Sections it read.';
COMMENT ON COLUMN bi.runs.sections_failed IS 'Sections of which a page failed.';
COMMENT ON COLUMN bi.runs.requests IS 'Requests it sent, repeated ones included.';
COMMENT ON COLUMN bi.runs.requests_failed IS 'Requests that failed for good.';
COMMENT ON COLUMN bi.runs.pages_read IS 'Pages it read.';
COMMENT ON COLUMN bi.runs.pages_skipped IS 'Known pages that it had no reason to ask for.';
COMMENT ON COLUMN bi.runs.pages_drifted IS 'Pages that lacked what must be on them: the site may have changed.';
COMMENT ON COLUMN bi.runs.records_stored IS 'Records that were new or had changed.';
COMMENT ON COLUMN bi.runs.records_unchanged IS 'Records that had not changed.';
COMMENT ON COLUMN bi.runs.records_invalid IS 'Records with at least one broken field.';
COMMENT ON COLUMN bi.runs.quality_score IS 'Percent of valid records in all that it should have stored.';
