-- As a section is called in all views that are about one.
CREATE VIEW bi_cache.named_sections AS
SELECT s.id AS section_id, s.name AS section, s.country_code, c.name AS country
FROM public.sections AS s
LEFT JOIN public.countries AS c ON c.country_code = s.country_code;
