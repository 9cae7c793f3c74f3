-- By alias, as activity_organisers has it: of an alias that several have, each activity once.
CREATE MATERIALIZED VIEW bi_cache.organisation_figures AS
SELECT l.slug, count(*)::integer AS activities,
    coalesce(sum(participants), 0) AS participants,
    count(*) FILTER (WHERE is_future)::integer AS upcoming_activities,
    count(*) FILTER (WHERE in_365_days)::integer AS activities_365_days,
    coalesce(sum(participants) FILTER (WHERE in_365_days), 0) AS participants_365_days,
    min(start_date) AS first_activity_on,
    max(start_date) FILTER (WHERE NOT is_future) AS last_activity_on
FROM (
    SELECT s.activities_platform_slug::text AS slug, l.activity_id
    FROM public.activity_section_organisers AS l
    JOIN public.sections AS s ON s.id = l.section_id
    WHERE s.activities_platform_slug IS NOT NULL
    UNION
    SELECT slug, activity_id FROM bi_cache.other_organisers
) AS l
JOIN bi_cache.dated_activities AS a ON a.id = l.activity_id
GROUP BY l.slug;

CREATE UNIQUE INDEX idx_bi_organisation_figures ON bi_cache.organisation_figures (slug);
