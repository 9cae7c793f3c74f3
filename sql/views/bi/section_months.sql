-- Group 3.2: Over time
CREATE VIEW bi.section_months AS -- One row a section and month with activities of its own, alone or with others, future ones included. Join calendar for months without.
SELECT
    m.section_id, -- The section, see sections.
    s.section, -- Name of the section.
    s.country_code, -- Its country, see countries.
    s.country, -- Name of its country.
    m.month, -- First day of the month.
    m.activities, -- Activities that began in that month.
    m.online_activities, -- Those of them that took place online.
    m.activities - m.online_activities AS physical_activities, -- Those of them that took place somewhere.
    m.participants, -- Participants as reported; an activity without a figure adds nothing.
    round(m.online_activities::numeric / m.activities, 4) AS online_share -- Online activities in all activities, 0 to 1.
FROM bi_cache.section_months AS m
JOIN bi_cache.named_sections AS s ON s.section_id = m.section_id;
