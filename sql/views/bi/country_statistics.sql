-- Group 4.3: What activities are about
CREATE VIEW bi.country_statistics AS -- One row a country and what its national organisation counts by itself: causes, types of activities, groups of participants. What sections count is in section_statistics.
SELECT
    t.country_code, -- The country, see countries.
    c.name AS country, -- Name of the country.
    t.kind, -- What is counted: cause, activity type or participants.
    t.name, -- Name of the cause, type or group.
    t.physical, -- At physical activities; NULL when it could not be read.
    t.online, -- At online activities.
    coalesce(t.physical + t.online, t.total) AS total, -- Both together; NULL when that is not known.
    t.read_at -- When these statistics were read.
FROM (
    SELECT country_code, 'cause' AS kind, cause_name AS name, physical_count AS physical,
        online_count AS online, total_count AS total, scraped_at AS read_at
    FROM public.country_cause_statistics
    UNION ALL
    SELECT country_code, 'activity type', activity_type, physical_count, online_count, NULL,
        scraped_at
    FROM public.country_type_statistics
    UNION ALL
    SELECT country_code, 'participants', participant_type, physical_count, online_count, NULL,
        scraped_at
    FROM public.country_participant_statistics
) AS t
JOIN public.countries AS c ON c.country_code = t.country_code;
