-- Group 3.4: Over time
CREATE VIEW bi.network_months AS -- One row a month with activities, each activity once, future ones included.
SELECT
    month, -- First day of the month.
    activities, -- Activities that began in that month.
    online_activities, -- Those of them that took place online.
    activities - online_activities AS physical_activities, -- Those of them that took place somewhere.
    participants, -- Participants as reported; an activity without a figure adds nothing.
    round(online_activities::numeric / activities, 4) AS online_share, -- Online activities in all activities, 0 to 1.
    active_sections, -- Sections with an activity in that month.
    active_countries -- Countries with such a section.
FROM bi_cache.network_months;
