-- What BI tools read of sections, countries and the network, by month and as a whole.

CREATE VIEW bi.section_months AS
SELECT m.section_id, s.section, s.country_code, s.country, m.month, m.activities,
    m.online_activities, m.activities - m.online_activities AS physical_activities,
    m.participants, round(m.online_activities::numeric / m.activities, 4) AS online_share
FROM bi_cache.section_months AS m
JOIN bi_cache.named_sections AS s ON s.section_id = m.section_id;

CREATE VIEW bi.country_months AS
SELECT m.country_code, c.name AS country, m.month, m.activities, m.online_activities,
    m.activities - m.online_activities AS physical_activities, m.participants,
    round(m.online_activities::numeric / m.activities, 4) AS online_share, m.active_sections
FROM bi_cache.country_months AS m
JOIN public.countries AS c ON c.country_code = m.country_code;

CREATE VIEW bi.network_months AS
SELECT month, activities, online_activities, activities - online_activities AS physical_activities,
    participants, round(online_activities::numeric / activities, 4) AS online_share,
    active_sections, active_countries
FROM bi_cache.network_months;

CREATE VIEW bi.section_figures AS
SELECT s.section_id, s.section, s.country_code, s.country,
    coalesce(f.activities, 0) AS activities, coalesce(f.participants, 0) AS participants,
    coalesce(f.upcoming_activities, 0) AS upcoming_activities,
    f.first_activity_on, f.last_activity_on,
    (now() AT TIME ZONE 'UTC')::date - f.last_activity_on AS days_since_last_activity,
    coalesce(f.activities_30_days, 0) AS activities_30_days,
    coalesce(f.participants_30_days, 0) AS participants_30_days,
    coalesce(f.activities_365_days, 0) AS activities_365_days,
    coalesce(f.participants_365_days, 0) AS participants_365_days,
    coalesce(f.activities_this_year, 0) AS activities_this_year,
    coalesce(f.activities_last_year_to_date, 0) AS activities_last_year_to_date,
    coalesce(f.participants_this_year, 0) AS participants_this_year,
    coalesce(f.participants_last_year_to_date, 0) AS participants_last_year_to_date,
    f.average_participants, f.online_share,
    round(t.total_international_students::numeric
        / nullif(t.total_international_students + t.total_local_students, 0), 4)
        AS international_share,
    CASE WHEN s.country_code IS NOT NULL THEN rank() OVER in_country END AS rank_in_country,
    rank() OVER in_network AS rank_in_network
FROM bi_cache.named_sections AS s
LEFT JOIN bi_cache.section_figures AS f ON f.section_id = s.section_id
LEFT JOIN public.section_overall_statistics AS t ON t.section_id = s.section_id
WINDOW in_network AS (
        ORDER BY coalesce(f.activities_365_days, 0) DESC, coalesce(f.participants_365_days, 0) DESC
    ),
    in_country AS (
        PARTITION BY s.country_code
        ORDER BY coalesce(f.activities_365_days, 0) DESC, coalesce(f.participants_365_days, 0) DESC
    );

CREATE VIEW bi.sections AS
SELECT s.id AS section_id, s.name AS section, s.country_code, f.country, s.city,
    s.university_name AS university, s.university_website, s.latitude, s.longitude,
    s.accounts_url, s.activities_url, s.email, s.website, s.logo_url,
    s.can_scrape_activities AS has_activities_page, s.first_seen, s.last_seen,
    s.last_scraped AS last_read,
    floor(extract(epoch FROM now() - s.last_scraped) / 86400)::integer AS days_since_read,
    CASE
        WHEN s.last_scraped IS NULL THEN 'never'
        WHEN s.last_scraped > now() - interval '7 days' THEN 'this week'
        WHEN s.last_scraped > now() - interval '30 days' THEN 'this month'
        ELSE 'older'
    END AS freshness,
    f.activities, f.participants, f.activities_365_days, f.participants_365_days,
    f.last_activity_on, f.upcoming_activities, f.rank_in_network
FROM public.sections AS s JOIN bi.section_figures AS f ON f.section_id = s.id;

CREATE VIEW bi.countries AS
SELECT c.country_code, c.name AS country, c.url, c.email, c.website,
    coalesce(s.sections, 0) AS sections, coalesce(s.active_sections, 0) AS active_sections,
    coalesce(f.activities, 0) AS activities, coalesce(f.participants, 0) AS participants,
    coalesce(f.activities_30_days, 0) AS activities_30_days,
    coalesce(f.participants_30_days, 0) AS participants_30_days,
    coalesce(f.activities_365_days, 0) AS activities_365_days,
    coalesce(f.participants_365_days, 0) AS participants_365_days,
    f.average_participants, f.online_share,
    rank() OVER (
        ORDER BY coalesce(f.activities_365_days, 0) DESC, coalesce(f.participants_365_days, 0) DESC
    ) AS rank_in_network
FROM public.countries AS c
LEFT JOIN bi_cache.country_figures AS f ON f.country_code = c.country_code
LEFT JOIN (
    SELECT country_code, count(*)::integer AS sections,
        count(*) FILTER (WHERE activities_365_days > 0)::integer AS active_sections
    FROM bi.section_figures GROUP BY country_code
) AS s ON s.country_code = c.country_code;

CREATE VIEW bi.country_causes AS
SELECT f.country_code, c.name AS country, f.cause, f.activities, f.activities_365_days,
    round(f.share, 4) AS share, round(n.share, 4) AS network_share,
    round(f.share - n.share, 4) AS difference
FROM bi_cache.cause_figures AS f
JOIN public.countries AS c ON c.country_code = f.country_code
JOIN bi_cache.cause_figures AS n ON n.country_code = '' AND n.cause = f.cause;

-- What the views mean.

COMMENT ON VIEW bi.section_months IS 'One row a section and month with activities, future ones included. Join calendar for months without.';
COMMENT ON COLUMN bi.section_months.section_id IS 'The section, see sections.';
COMMENT ON COLUMN bi.section_months.section IS 'Name of the section.';
COMMENT ON COLUMN bi.section_months.country_code IS 'Its country, see countries.';
COMMENT ON COLUMN bi.section_months.country IS 'Name of its country.';
COMMENT ON COLUMN bi.section_months.month IS 'First day of the month.';
COMMENT ON COLUMN bi.section_months.activities IS 'Activities that began in that month.';
COMMENT ON COLUMN bi.section_months.online_activities IS 'Those of them that took place online.';
COMMENT ON COLUMN bi.section_months.physical_activities IS 'Those of them that took place somewhere.';
COMMENT ON COLUMN bi.section_months.participants IS 'Participants as reported; an activity without a figure adds nothing.';
COMMENT ON COLUMN bi.section_months.online_share IS 'Online activities in all activities, 0 to 1.';

COMMENT ON VIEW bi.country_months IS 'One row a country and month with activities of its sections, each activity once, future ones included.';
COMMENT ON COLUMN bi.country_months.country_code IS 'The country, see countries.';
COMMENT ON COLUMN bi.country_months.country IS 'Name of the country.';
COMMENT ON COLUMN bi.country_months.month IS 'First day of the month.';
COMMENT ON COLUMN bi.country_months.activities IS 'Activities that began in that month.';
COMMENT ON COLUMN bi.country_months.online_activities IS 'Those of them that took place online.';
COMMENT ON COLUMN bi.country_months.physical_activities IS 'Those of them that took place somewhere.';
COMMENT ON COLUMN bi.country_months.participants IS 'Participants as reported; an activity without a figure adds nothing.';
COMMENT ON COLUMN bi.country_months.online_share IS 'Online activities in all activities, 0 to 1.';
COMMENT ON COLUMN bi.country_months.active_sections IS 'Sections of the country with an activity in that month.';

COMMENT ON VIEW bi.network_months IS 'One row a month with activities, each activity once, future ones included.';
COMMENT ON COLUMN bi.network_months.month IS 'First day of the month.';
COMMENT ON COLUMN bi.network_months.activities IS 'Activities that began in that month.';
COMMENT ON COLUMN bi.network_months.online_activities IS 'Those of them that took place online.';
COMMENT ON COLUMN bi.network_months.physical_activities IS 'Those of them that took place somewhere.';
COMMENT ON COLUMN bi.network_months.participants IS 'Participants as reported; an activity without a figure adds nothing.';
COMMENT ON COLUMN bi.network_months.online_share IS 'Online activities in all activities, 0 to 1.';
COMMENT ON COLUMN bi.network_months.active_sections IS 'Sections with an activity in that month.';
COMMENT ON COLUMN bi.network_months.active_countries IS 'Countries with such a section.';

COMMENT ON VIEW bi.section_figures IS 'One row a section: what it does, and where it stands. Periods end on the day of the last run.';
COMMENT ON COLUMN bi.section_figures.section_id IS 'The section, see sections.';
COMMENT ON COLUMN bi.section_figures.section IS 'Name of the section.';
COMMENT ON COLUMN bi.section_figures.country_code IS 'Its country, see countries.';
COMMENT ON COLUMN bi.section_figures.country IS 'Name of its country.';
COMMENT ON COLUMN bi.section_figures.activities IS 'All its activities, future ones included.';
COMMENT ON COLUMN bi.section_figures.participants IS 'All participants as reported; an activity without a figure adds nothing.';
COMMENT ON COLUMN bi.section_figures.upcoming_activities IS 'Activities that are yet to begin.';
COMMENT ON COLUMN bi.section_figures.first_activity_on IS 'When its first activity began; NULL when it has none.';
COMMENT ON COLUMN bi.section_figures.last_activity_on IS 'When its latest activity that is not in the future began.';
COMMENT ON COLUMN bi.section_figures.days_since_last_activity IS 'Days from then to today (UTC).';
COMMENT ON COLUMN bi.section_figures.activities_30_days IS 'Activities that began in the last 30 days.';
COMMENT ON COLUMN bi.section_figures.participants_30_days IS 'Their participants.';
COMMENT ON COLUMN bi.section_figures.activities_365_days IS 'Activities that began in the last 365 days.';
COMMENT ON COLUMN bi.section_figures.participants_365_days IS 'Their participants.';
COMMENT ON COLUMN bi.section_figures.activities_this_year IS 'Activities that began since 1 January.';
COMMENT ON COLUMN bi.section_figures.activities_last_year_to_date IS 'Activities in the same part of last year.';
COMMENT ON COLUMN bi.section_figures.participants_this_year IS 'Participants since 1 January.';
COMMENT ON COLUMN bi.section_figures.participants_last_year_to_date IS 'Participants in the same part of last year.';
COMMENT ON COLUMN bi.section_figures.average_participants IS 'Participants an activity with a figure, in the last 365 days; NULL when there was none.';
COMMENT ON COLUMN bi.section_figures.online_share IS 'Online activities in all of the last 365 days, 0 to 1; NULL when there were none.';
COMMENT ON COLUMN bi.section_figures.international_share IS 'International students in all students, 0 to 1, by the section''s own statistics of all years.';
COMMENT ON COLUMN bi.section_figures.rank_in_country IS 'Place in its country by activities, then participants, of the last 365 days; 1 is the first. NULL when its country is not known.';
COMMENT ON COLUMN bi.section_figures.rank_in_network IS 'The same in the whole network.';

COMMENT ON VIEW bi.sections IS 'One row a section: who and where it is, when it was read, and its key figures. More figures: section_figures. Periods end on the day of the last run.';
COMMENT ON COLUMN bi.sections.section_id IS 'Number of the section in this database.';
COMMENT ON COLUMN bi.sections.section IS 'Name.';
COMMENT ON COLUMN bi.sections.country_code IS 'Its country, see countries.';
COMMENT ON COLUMN bi.sections.country IS 'Name of its country.';
COMMENT ON COLUMN bi.sections.city IS 'City.';
COMMENT ON COLUMN bi.sections.university IS 'Name of its university.';
COMMENT ON COLUMN bi.sections.university_website IS 'Its university''s website.';
COMMENT ON COLUMN bi.sections.latitude IS 'Degrees north; NULL when neither page nor map say it.';
COMMENT ON COLUMN bi.sections.longitude IS 'Degrees east.';
COMMENT ON COLUMN bi.sections.accounts_url IS 'Address of its page on accounts.esn.org.';
COMMENT ON COLUMN bi.sections.activities_url IS 'Address of its activities on activities.esn.org; NULL when it has none there.';
COMMENT ON COLUMN bi.sections.email IS 'E-mail address of the section.';
COMMENT ON COLUMN bi.sections.website IS 'Website of the section.';
COMMENT ON COLUMN bi.sections.logo_url IS 'Address of its logo.';
COMMENT ON COLUMN bi.sections.has_activities_page IS 'Whether it has a page on activities.esn.org; NULL when that could not be found out yet.';
COMMENT ON COLUMN bi.sections.first_seen IS 'When a run met it first.';
COMMENT ON COLUMN bi.sections.last_seen IS 'When a run met it last.';
COMMENT ON COLUMN bi.sections.last_read IS 'When its activities were read last; NULL for never.';
COMMENT ON COLUMN bi.sections.days_since_read IS 'Days since then.';
COMMENT ON COLUMN bi.sections.freshness IS 'The same in words: this week, this month, older or never.';
COMMENT ON COLUMN bi.sections.activities IS 'All its activities, future ones included.';
COMMENT ON COLUMN bi.sections.participants IS 'All participants as reported.';
COMMENT ON COLUMN bi.sections.activities_365_days IS 'Activities that began in the last 365 days.';
COMMENT ON COLUMN bi.sections.participants_365_days IS 'Their participants.';
COMMENT ON COLUMN bi.sections.last_activity_on IS 'When its latest activity that is not in the future began.';
COMMENT ON COLUMN bi.sections.upcoming_activities IS 'Activities that are yet to begin.';
COMMENT ON COLUMN bi.sections.rank_in_network IS 'Place by activities, then participants, of the last 365 days.';

COMMENT ON VIEW bi.countries IS 'One row a country. An activity counts for the countries of its organisers, once each, wherever it takes place. Periods end on the day of the last run.';
COMMENT ON COLUMN bi.countries.country_code IS 'Two capital letters, as in the address of its page.';
COMMENT ON COLUMN bi.countries.country IS 'Name.';
COMMENT ON COLUMN bi.countries.url IS 'Address of its page on accounts.esn.org.';
COMMENT ON COLUMN bi.countries.email IS 'E-mail address of the national organisation.';
COMMENT ON COLUMN bi.countries.website IS 'Its website.';
COMMENT ON COLUMN bi.countries.sections IS 'Sections.';
COMMENT ON COLUMN bi.countries.active_sections IS 'Sections with an activity in the last 365 days.';
COMMENT ON COLUMN bi.countries.activities IS 'All activities of its sections, future ones included.';
COMMENT ON COLUMN bi.countries.participants IS 'All participants as reported.';
COMMENT ON COLUMN bi.countries.activities_30_days IS 'Activities that began in the last 30 days.';
COMMENT ON COLUMN bi.countries.participants_30_days IS 'Their participants.';
COMMENT ON COLUMN bi.countries.activities_365_days IS 'Activities that began in the last 365 days.';
COMMENT ON COLUMN bi.countries.participants_365_days IS 'Their participants.';
COMMENT ON COLUMN bi.countries.average_participants IS 'Participants an activity with a figure, in the last 365 days; NULL when there was none.';
COMMENT ON COLUMN bi.countries.online_share IS 'Online activities in all of the last 365 days, 0 to 1; NULL when there were none.';
COMMENT ON COLUMN bi.countries.rank_in_network IS 'Place by activities, then participants, of the last 365 days; 1 is the first.';

COMMENT ON VIEW bi.country_causes IS 'One row a country and cause, also causes without an activity there: which causes a country serves more or less than the network. Periods end on the day of the last run.';
COMMENT ON COLUMN bi.country_causes.country_code IS 'The country, see countries.';
COMMENT ON COLUMN bi.country_causes.country IS 'Name of the country.';
COMMENT ON COLUMN bi.country_causes.cause IS 'Name of the cause.';
COMMENT ON COLUMN bi.country_causes.activities IS 'All activities of the country with that cause.';
COMMENT ON COLUMN bi.country_causes.activities_365_days IS 'Those of the last 365 days.';
COMMENT ON COLUMN bi.country_causes.share IS 'How much of the country''s activities of the last 365 days had that cause, 0 to 1. An activity may have several, so shares don''t add up to 1.';
COMMENT ON COLUMN bi.country_causes.network_share IS 'The same of the whole network.';
COMMENT ON COLUMN bi.country_causes.difference IS 'share less network_share: below 0 the cause is under-served.';
