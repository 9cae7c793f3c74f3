-- Group 2.5: Activities
-- A long form: it holds the activities of bi.activities and no others, as BI relations need it.
CREATE VIEW bi.activity_organisers AS -- One row an activity and organiser: sections, national organisations and others. Count activities with count(DISTINCT activity_id), and those of sections where section_id is known.
SELECT
    a.id AS activity_id, -- The activity, see activities.
    o.kind, -- section, national organisation or other.
    o.organiser, -- Name of the organiser; two may bear one name, as in Malta.
    o.organisation_slug, -- Its name in the addresses of activities.esn.org, such as esn-italy; NULL for a section whose page there is not known.
    o.section_id, -- The section, see sections; NULL when it is none.
    o.section, -- Name of the section; NULL when it is none.
    o.section_slug, -- Its name in addresses, see sections; NULL when it is none.
    o.country_code, -- Country of the section or national organisation, see countries; NULL for others.
    c.name AS country -- Name of that country.
FROM bi_cache.activities AS a
JOIN (
    SELECT l.activity_id, 'section' AS kind, s.name AS organiser,
        s.activities_platform_slug AS organisation_slug, s.id AS section_id, s.name AS section,
        n.section_slug, s.country_code
    FROM public.activity_section_organisers AS l
    JOIN public.sections AS s ON s.id = l.section_id
    JOIN bi_cache.named_sections AS n ON n.section_id = s.id
    UNION ALL
    SELECT activity_id, CASE WHEN country_code IS NULL THEN 'other' ELSE 'national organisation' END,
        organiser, slug, NULL, NULL, NULL, country_code
    FROM bi_cache.other_organisers
) AS o ON o.activity_id = a.id
LEFT JOIN public.countries AS c ON c.country_code = o.country_code;
