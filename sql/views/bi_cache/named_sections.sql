-- As a section is called in all views that are about one, and whether it counts as one of the network.
CREATE VIEW bi_cache.named_sections AS
SELECT s.id AS section_id, s.name AS section, s.country_code, c.name AS country,
    s.left_at IS NULL AND coalesce(s.state, '') NOT IN ('merged', 'withdrew') AS is_counted
FROM public.sections AS s
LEFT JOIN public.countries AS c ON c.country_code = s.country_code;
