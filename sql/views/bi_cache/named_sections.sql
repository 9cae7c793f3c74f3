-- As a section is called in all views that are about one, and whether it counts as one of the network.
-- No two have one section_slug, nor one that reads like another's number: of an alias that several
-- claim it is the first one's.
CREATE VIEW bi_cache.named_sections AS
SELECT s.id AS section_id, s.name AS section, s.country_code, c.name AS country,
    s.left_at IS NULL AND coalesce(s.state, '') NOT IN ('merged', 'withdrew') AS is_counted,
    CASE
        WHEN s.activities_platform_slug ~ '\D' AND NOT EXISTS (
            SELECT FROM public.sections AS o
            WHERE o.activities_platform_slug = s.activities_platform_slug AND o.id < s.id
        ) THEN s.activities_platform_slug
        WHEN s.accounts_platform_slug ~ '\D' AND NOT EXISTS (
            SELECT FROM public.sections AS o
            WHERE o.activities_platform_slug = s.accounts_platform_slug
        ) THEN s.accounts_platform_slug
        ELSE s.id::text
    END AS section_slug
FROM public.sections AS s
LEFT JOIN public.countries AS c ON c.country_code = s.country_code;
