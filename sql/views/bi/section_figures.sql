-- Group 1.3: The network
CREATE VIEW bi.section_figures AS -- One row a section of the network: what it does, alone or with others, and where it stands. What only a national organisation organises counts for no section. Periods end on the day of the last run.
SELECT
    s.section_id, -- The section, see sections.
    s.section, -- Name of the section.
    s.country_code, -- Its country, see countries.
    s.country, -- Name of its country.
    coalesce(f.activities, 0) AS activities, -- All its activities, future ones included.
    coalesce(f.participants, 0) AS participants, -- All participants as reported; an activity without a figure adds nothing.
    coalesce(f.upcoming_activities, 0) AS upcoming_activities, -- Activities that are yet to begin.
    f.first_activity_on, -- When its first activity began; NULL when it has none.
    f.last_activity_on, -- When its latest activity that is not in the future began.
    (now() AT TIME ZONE 'UTC')::date - f.last_activity_on AS days_since_last_activity, -- Days from then to today (UTC).
    coalesce(f.activities_30_days, 0) AS activities_30_days, -- Activities that began in the 30 days up to the last run.
    coalesce(f.participants_30_days, 0) AS participants_30_days, -- Their participants.
    coalesce(f.activities_365_days, 0) AS activities_365_days, -- Activities that began in the 365 days up to the last run.
    coalesce(f.participants_365_days, 0) AS participants_365_days, -- Their participants.
    coalesce(f.activities_this_year, 0) AS activities_this_year, -- Activities that began since 1 January.
    coalesce(f.activities_last_year_to_date, 0) AS activities_last_year_to_date, -- Activities in the same part of last year.
    coalesce(f.participants_this_year, 0) AS participants_this_year, -- Participants since 1 January.
    coalesce(f.participants_last_year_to_date, 0) AS participants_last_year_to_date, -- Participants in the same part of last year.
    f.average_participants, -- Participants an activity with a figure, in the 365 days up to the last run; NULL when there was none.
    f.online_share, -- Online activities in all of the 365 days up to the last run, 0 to 1; NULL when there were none.
    round(t.total_international_students::numeric
        / nullif(t.total_international_students + t.total_local_students, 0), 4)
        AS international_share, -- International students in all students, 0 to 1, by the section's own statistics of all years.
    CASE WHEN s.country_code IS NOT NULL THEN rank() OVER in_country END AS rank_in_country, -- Place in its country by activities, then participants, of the 365 days up to the last run; 1 is the first. NULL when its country is not known.
    rank() OVER in_network AS rank_in_network -- The same in the whole network.
FROM bi_cache.named_sections AS s
LEFT JOIN bi_cache.section_figures AS f ON f.section_id = s.section_id
LEFT JOIN public.section_overall_statistics AS t ON t.section_id = s.section_id
WHERE s.is_counted
WINDOW in_network AS (
        ORDER BY coalesce(f.activities_365_days, 0) DESC, coalesce(f.participants_365_days, 0) DESC
    ),
    in_country AS (
        PARTITION BY s.country_code
        ORDER BY coalesce(f.activities_365_days, 0) DESC, coalesce(f.participants_365_days, 0) DESC
    );
