-- Group 2.5: Activities
-- A long form: it holds the activities of bi.activities and no others, as BI relations need it.
CREATE VIEW bi.activity_organisers AS -- One row an activity and section that organises it. Count activities with count(DISTINCT activity_id).
SELECT
    a.id AS activity_id, -- The activity, see activities.
    s.section_id, -- The section, see sections.
    s.section, -- Name of the section.
    s.country_code, -- The section's country, see countries.
    s.country -- Name of the section's country.
FROM bi_cache.activities AS a
JOIN public.activity_section_organisers AS l ON l.activity_id = a.id
JOIN bi_cache.named_sections AS s ON s.section_id = l.section_id;
