-- Figures of sections, countries and the whole network. What counts all activities is materialised;
-- its "today" is the day of the last refresh.

-- To which periods an activity counts. Days are those of UTC.
CREATE VIEW bi_cache.dated_activities AS
SELECT a.id, a.countries, a.month, a.start_date, a.is_online, a.participants,
    a.start_date > d.today AS is_future,
    a.start_date > d.today - 30 AND a.start_date <= d.today AS in_30_days,
    a.start_date > d.today - 365 AND a.start_date <= d.today AS in_365_days,
    a.start_date >= d.new_year AND a.start_date <= d.today AS in_this_year,
    a.start_date >= d.new_year - interval '1 year'
        AND a.start_date <= d.today - interval '1 year' AS in_last_year_to_date
FROM bi_cache.activities AS a
CROSS JOIN (
    SELECT today, date_trunc('year', today::timestamp) AS new_year
    FROM (SELECT (now() AT TIME ZONE 'UTC')::date AS today) AS t
) AS d;

-- Whose activity it is: once for each of its sections.
CREATE VIEW bi_cache.section_activities AS
SELECT l.section_id, s.country_code, a.*
FROM bi_cache.dated_activities AS a
JOIN public.activity_section_organisers AS l ON l.activity_id = a.id
JOIN public.sections AS s ON s.id = l.section_id;

CREATE MATERIALIZED VIEW bi_cache.section_months AS
SELECT section_id, country_code, month, count(*)::integer AS activities,
    count(*) FILTER (WHERE is_online)::integer AS online_activities,
    coalesce(sum(participants), 0) AS participants
FROM bi_cache.section_activities GROUP BY section_id, country_code, month;
CREATE UNIQUE INDEX idx_bi_section_months ON bi_cache.section_months (section_id, month);

CREATE MATERIALIZED VIEW bi_cache.country_months AS
SELECT a.country_code, a.month, a.activities, a.online_activities, a.participants,
    s.active_sections
FROM (
    SELECT c.country_code, month, count(*)::integer AS activities,
        count(*) FILTER (WHERE is_online)::integer AS online_activities,
        coalesce(sum(participants), 0) AS participants
    FROM bi_cache.activities CROSS JOIN LATERAL unnest(countries) AS c (country_code)
    GROUP BY c.country_code, month
) AS a
JOIN (
    SELECT country_code, month, count(*)::integer AS active_sections
    FROM bi_cache.section_months GROUP BY country_code, month
) AS s USING (country_code, month);
CREATE UNIQUE INDEX idx_bi_country_months ON bi_cache.country_months (country_code, month);

CREATE MATERIALIZED VIEW bi_cache.network_months AS
SELECT a.month, a.activities, a.online_activities, a.participants,
    coalesce(s.active_sections, 0) AS active_sections,
    coalesce(s.active_countries, 0) AS active_countries
FROM (
    SELECT month, count(*)::integer AS activities,
        count(*) FILTER (WHERE is_online)::integer AS online_activities,
        coalesce(sum(participants), 0) AS participants
    FROM bi_cache.activities GROUP BY month
) AS a
LEFT JOIN (
    SELECT month, count(*)::integer AS active_sections,
        count(DISTINCT country_code)::integer AS active_countries
    FROM bi_cache.section_months GROUP BY month
) AS s USING (month);
CREATE UNIQUE INDEX idx_bi_network_months ON bi_cache.network_months (month);

CREATE MATERIALIZED VIEW bi_cache.section_figures AS
SELECT section_id, count(*)::integer AS activities,
    coalesce(sum(participants), 0) AS participants,
    count(*) FILTER (WHERE is_future)::integer AS upcoming_activities,
    min(start_date) AS first_activity_on,
    max(start_date) FILTER (WHERE NOT is_future) AS last_activity_on,
    count(*) FILTER (WHERE in_30_days)::integer AS activities_30_days,
    coalesce(sum(participants) FILTER (WHERE in_30_days), 0) AS participants_30_days,
    count(*) FILTER (WHERE in_365_days)::integer AS activities_365_days,
    coalesce(sum(participants) FILTER (WHERE in_365_days), 0) AS participants_365_days,
    count(*) FILTER (WHERE in_this_year)::integer AS activities_this_year,
    count(*) FILTER (WHERE in_last_year_to_date)::integer AS activities_last_year_to_date,
    coalesce(sum(participants) FILTER (WHERE in_this_year), 0) AS participants_this_year,
    coalesce(sum(participants) FILTER (WHERE in_last_year_to_date), 0)
        AS participants_last_year_to_date,
    round(avg(participants) FILTER (WHERE in_365_days), 1) AS average_participants,
    round(avg(is_online::integer) FILTER (WHERE in_365_days), 4) AS online_share
FROM bi_cache.section_activities GROUP BY section_id;
CREATE UNIQUE INDEX idx_bi_section_figures ON bi_cache.section_figures (section_id);

CREATE MATERIALIZED VIEW bi_cache.country_figures AS
SELECT c.country_code, count(*)::integer AS activities,
    coalesce(sum(participants), 0) AS participants,
    count(*) FILTER (WHERE in_30_days)::integer AS activities_30_days,
    coalesce(sum(participants) FILTER (WHERE in_30_days), 0) AS participants_30_days,
    count(*) FILTER (WHERE in_365_days)::integer AS activities_365_days,
    coalesce(sum(participants) FILTER (WHERE in_365_days), 0) AS participants_365_days,
    round(avg(participants) FILTER (WHERE in_365_days), 1) AS average_participants,
    round(avg(is_online::integer) FILTER (WHERE in_365_days), 4) AS online_share
FROM bi_cache.dated_activities CROSS JOIN LATERAL unnest(countries) AS c (country_code)
GROUP BY c.country_code;
CREATE UNIQUE INDEX idx_bi_country_figures ON bi_cache.country_figures (country_code);

-- Each country with each cause, also those it has no activity for; country_code '' is the network.
CREATE MATERIALIZED VIEW bi_cache.cause_figures AS
WITH owned AS (
    SELECT c.country_code, a.id, a.in_365_days
    FROM bi_cache.dated_activities AS a
    CROSS JOIN LATERAL unnest(array_append(a.countries, '')) AS c (country_code)
), counted AS (
    SELECT o.country_code, l.cause_id, count(*)::integer AS activities,
        count(*) FILTER (WHERE o.in_365_days)::integer AS activities_365_days
    FROM owned AS o JOIN public.activity_to_cause AS l ON l.activity_id = o.id
    GROUP BY o.country_code, l.cause_id
), totals AS (
    SELECT c.country_code, count(*) FILTER (WHERE o.in_365_days) AS activities_365_days
    FROM (SELECT country_code FROM public.countries UNION ALL SELECT '') AS c
    LEFT JOIN owned AS o ON o.country_code = c.country_code
    GROUP BY c.country_code
)
SELECT t.country_code, c.name AS cause, coalesce(n.activities, 0) AS activities,
    coalesce(n.activities_365_days, 0) AS activities_365_days,
    coalesce(n.activities_365_days, 0)::numeric / nullif(t.activities_365_days, 0) AS share
FROM totals AS t
CROSS JOIN public.activity_causes AS c
LEFT JOIN counted AS n ON n.country_code = t.country_code AND n.cause_id = c.id;
CREATE UNIQUE INDEX idx_bi_cause_figures ON bi_cache.cause_figures (country_code, cause);
