-- Group 3.4: Over time
CREATE VIEW bi.network_months AS -- One row a month with activities, local and national, each activity once, future ones included.
SELECT
    month, -- First day of the month.
    activities, -- Activities that began in that month.
    online_activities, -- Those of them that took place online.
    activities - online_activities AS physical_activities, -- Those of them that took place somewhere.
    participants, -- Participants as reported; an activity without a figure adds nothing.
    national_activities, -- Activities of that month that a national organisation organises, alone or with others.
    round(online_activities::numeric / activities, 4) AS online_share, -- Online activities in all activities, 0 to 1.
    active_sections, -- Sections with an activity in that month.
    active_countries -- Countries whose sections or national organisation had one.
FROM bi_cache.network_months;
