-- Group 3.5: Over time
CREATE VIEW bi.section_history AS -- One row a section and day on which its statistics were read, from the day this database began: how its totals grew.
WITH totals AS (
    SELECT section_id, day, physical_activities, online_activities, total_local_students,
        total_international_students, total_coordinators,
        physical_activities + online_activities AS activities,
        total_local_students + total_international_students + total_coordinators AS participants
    FROM public.section_snapshots
)
SELECT
    t.section_id, -- The section, see sections.
    s.section, -- Name of the section.
    s.country_code, -- Its country, see countries.
    s.country, -- Name of its country.
    t.day, -- The day (UTC).
    t.activities, -- All activities of the section on that day, by its own statistics.
    t.physical_activities, -- Those of them that took place somewhere.
    t.online_activities, -- Those of them that took place online.
    t.participants, -- Students and coordinators together.
    t.total_local_students AS local_students, -- Local students that took part.
    t.total_international_students AS international_students, -- International students that took part.
    t.total_coordinators AS coordinators, -- Coordinators that took part.
    t.activities - lag(t.activities) OVER before AS new_activities, -- Activities since the day before in this table; NULL on the first.
    t.participants - lag(t.participants) OVER before AS new_participants -- Participants since then.
FROM totals AS t
JOIN bi_cache.named_sections AS s ON s.section_id = t.section_id
WINDOW before AS (PARTITION BY t.section_id ORDER BY t.day);
