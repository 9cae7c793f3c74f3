-- Every alias of activities.esn.org that is known, also of one whose owner is not settled yet: then it
-- is whose it was found for, as in other_organisers.
CREATE VIEW bi_cache.organisations AS
SELECT k.slug, s.id AS section_id, coalesce(s.country_code, c.country_code)::text AS country_code,
    CASE
        WHEN s.id IS NOT NULL THEN 'section'
        WHEN c.country_code IS NOT NULL THEN 'national organisation'
        ELSE 'other'
    END AS kind,
    coalesce(s.name, o.name, 'ESN ' || c.name, k.slug)::text AS organisation,
    coalesce(s.activities_url, c.activities_url) AS activities_url,
    o.first_seen, o.last_seen, o.gone_at
FROM (
    SELECT slug::text FROM public.organisations
    UNION
    SELECT activities_platform_slug FROM public.sections WHERE activities_platform_slug IS NOT NULL
    UNION
    SELECT activities_platform_slug FROM public.countries WHERE activities_platform_slug IS NOT NULL
) AS k
LEFT JOIN public.organisations AS o ON o.slug = k.slug
LEFT JOIN LATERAL (
    SELECT s.id, s.name, s.country_code, s.activities_url FROM public.sections AS s
    WHERE s.id = o.section_id OR o.section_id IS NULL AND s.activities_platform_slug = k.slug
    ORDER BY s.id LIMIT 1
) AS s ON o.country_code IS NULL
LEFT JOIN LATERAL (
    SELECT c.country_code, c.name, c.activities_url FROM public.countries AS c
    WHERE c.country_code = o.country_code
        OR o.country_code IS NULL AND c.activities_platform_slug = k.slug
    ORDER BY c.country_code LIMIT 1
) AS c ON s.id IS NULL;
