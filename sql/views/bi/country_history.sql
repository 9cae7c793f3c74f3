-- Group 3.6: Over time
CREATE VIEW bi.country_history AS -- One row a country and day on which its national organisation's own statistics were read: how the totals of that organisation grew, without those of sections.
WITH totals AS (
    SELECT country_code, day, physical_activities, online_activities, total_local_students,
        total_international_students, total_coordinators,
        physical_activities + online_activities AS activities,
        total_local_students + total_international_students + total_coordinators AS participants
    FROM public.country_snapshots
)
SELECT
    t.country_code, -- The country, see countries.
    c.name AS country, -- Name of the country.
    t.day, -- The day (UTC).
    t.activities, -- All activities of the national organisation on that day, by its own statistics.
    t.physical_activities, -- Those of them that took place somewhere.
    t.online_activities, -- Those of them that took place online.
    t.participants, -- Students and coordinators together.
    t.total_local_students AS local_students, -- Local students that took part.
    t.total_international_students AS international_students, -- International students that took part.
    t.total_coordinators AS coordinators, -- Coordinators that took part.
    t.activities - lag(t.activities) OVER before AS new_activities, -- Activities since the day before in this table; NULL on the first.
    t.participants - lag(t.participants) OVER before AS new_participants -- Participants since then.
FROM totals AS t
JOIN public.countries AS c ON c.country_code = t.country_code
WINDOW before AS (PARTITION BY t.country_code ORDER BY t.day);
