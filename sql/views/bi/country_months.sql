-- Group 3.3: Over time
CREATE VIEW bi.country_months AS -- One row a country and month with activities of its sections or national organisation, each activity once, future ones included.
SELECT
    m.country_code, -- The country, see countries.
    c.name AS country, -- Name of the country.
    m.month, -- First day of the month.
    m.activities, -- Activities that began in that month.
    m.online_activities, -- Those of them that took place online.
    m.activities - m.online_activities AS physical_activities, -- Those of them that took place somewhere.
    m.participants, -- Participants as reported; an activity without a figure adds nothing.
    m.national_activities, -- Activities of that month that the national organisation organises, alone or with sections.
    round(m.online_activities::numeric / m.activities, 4) AS online_share, -- Online activities in all activities, 0 to 1.
    m.active_sections -- Sections of the country with an activity in that month; 0 when only the national organisation had one.
FROM bi_cache.country_months AS m
JOIN public.countries AS c ON c.country_code = m.country_code;
