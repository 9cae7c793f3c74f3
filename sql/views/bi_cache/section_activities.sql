-- Whose activity it is: once for each of its sections, and not at all if it has none.
CREATE VIEW bi_cache.section_activities AS
SELECT l.section_id, s.country_code, a.*
FROM bi_cache.dated_activities AS a
JOIN public.activity_section_organisers AS l ON l.activity_id = a.id
JOIN public.sections AS s ON s.id = l.section_id;
