-- All but the long texts, which are looked up where they are asked for.
CREATE MATERIALIZED VIEW bi_cache.activities AS
SELECT a.id, a.event_slug, a.url, a.title, a.start_date, a.end_date,
    date_trunc('month', a.start_date::timestamp)::date AS month,
    a.is_online, a.online_platform, a.city, a.country_code, a.country_name, a.participants,
    a.activity_type,
    CASE WHEN a.partners IS NOT NULL THEN ARRAY(
        SELECT t.name::text FROM public.activity_to_type AS l
        JOIN public.activity_types AS t ON t.id = l.type_id
        WHERE l.activity_id = a.id ORDER BY t.name
    ) END AS types,
    ARRAY(
        SELECT c.name::text FROM public.activity_to_cause AS l
        JOIN public.activity_causes AS c ON c.id = l.cause_id
        WHERE l.activity_id = a.id ORDER BY c.name
    ) AS causes,
    ARRAY(
        SELECT g.name::text FROM public.activity_to_sdg AS l
        JOIN public.sdgs AS g ON g.id = l.sdg_id
        WHERE l.activity_id = a.id ORDER BY g.id
    ) AS sdgs,
    ARRAY(
        SELECT o.name::text FROM public.activity_to_objective AS l
        JOIN public.objectives AS o ON o.id = l.objective_id
        WHERE l.activity_id = a.id ORDER BY o.name
    ) AS objectives,
    -- Section by section: without statistics, as after a restore, a join would look up all of them.
    ARRAY(
        SELECT (SELECT s.name::text FROM public.sections AS s WHERE s.id = l.section_id) AS name
        FROM public.activity_section_organisers AS l WHERE l.activity_id = a.id
        UNION ALL
        SELECT o.organiser FROM bi_cache.other_organisers AS o WHERE o.activity_id = a.id
        ORDER BY name
    ) AS organisers,
    a.partners,
    (
        SELECT count(*)::integer
        FROM public.activity_section_organisers AS l WHERE l.activity_id = a.id
    ) AS section_count,
    ARRAY(
        SELECT o.country_code FROM (
            SELECT (
                SELECT s.country_code::text FROM public.sections AS s WHERE s.id = l.section_id
            ) AS country_code
            FROM public.activity_section_organisers AS l WHERE l.activity_id = a.id
            UNION
            SELECT o.country_code FROM bi_cache.other_organisers AS o WHERE o.activity_id = a.id
        ) AS o WHERE o.country_code IS NOT NULL ORDER BY o.country_code
    ) AS countries,
    ARRAY(
        SELECT o.country_code::text FROM bi_cache.other_organisers AS o
        WHERE o.activity_id = a.id AND o.country_code IS NOT NULL ORDER BY o.country_code
    ) AS national_countries
FROM public.activities AS a
WHERE a.is_valid AND a.removed_at IS NULL;

CREATE UNIQUE INDEX idx_bi_activities ON bi_cache.activities (id);
CREATE INDEX idx_bi_activities_slug ON bi_cache.activities (event_slug);
CREATE INDEX idx_bi_activities_day ON bi_cache.activities (start_date);
CREATE INDEX idx_bi_activities_countries ON bi_cache.activities USING gin (countries);
