-- Group 4.2: What activities are about
CREATE VIEW bi.section_statistics AS -- One row a section and what it counts by itself: causes, types of activities, groups of participants.
SELECT
    t.section_id, -- The section, see sections.
    s.section, -- Name of the section.
    s.country_code, -- Its country, see countries.
    s.country, -- Name of its country.
    t.kind, -- What is counted: cause, activity type or participants.
    t.name, -- Name of the cause, type or group.
    t.physical, -- At physical activities; NULL when it could not be read.
    t.online, -- At online activities.
    coalesce(t.physical + t.online, t.total) AS total, -- Both together; NULL when that is not known.
    t.read_at -- When these statistics were read.
FROM (
    SELECT section_id, 'cause' AS kind, cause_name AS name, physical_count AS physical,
        online_count AS online, total_count AS total, scraped_at AS read_at
    FROM public.section_cause_statistics
    UNION ALL
    SELECT section_id, 'activity type', activity_type, physical_count, online_count, NULL,
        scraped_at
    FROM public.section_type_statistics
    UNION ALL
    SELECT section_id, 'participants', participant_type, physical_count, online_count, NULL,
        scraped_at
    FROM public.section_participant_statistics
) AS t
JOIN bi_cache.named_sections AS s ON s.section_id = t.section_id;
