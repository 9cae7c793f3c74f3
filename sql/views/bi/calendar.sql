-- Group 3.1: Over time
-- ESN was founded in 1989; a wrong date must not make this a calendar of two thousand years.
CREATE VIEW bi.calendar AS -- One row a day, without gaps, from the year of the first activity to that of the last one; never before 1989 nor more than two years ahead.
SELECT
    d.date, -- The day; relate it to activities.start_date.
    extract(year FROM d.date)::integer AS year, -- Year.
    extract(quarter FROM d.date)::integer AS quarter, -- Quarter, 1 to 4.
    to_char(d.at, 'YYYY-"Q"Q') AS year_quarter, -- Year and quarter: 2026-Q4.
    date_trunc('month', d.at)::date AS month, -- First day of the month; relate it to the months of the monthly views.
    extract(month FROM d.date)::integer AS month_number, -- Month, 1 to 12.
    to_char(d.at, 'FMMonth') AS month_name, -- Name of the month, in English.
    extract(isoyear FROM d.date)::integer AS iso_year, -- Year that iso_week belongs to.
    extract(week FROM d.date)::integer AS iso_week, -- Week by ISO 8601, 1 to 53; weeks begin on Mondays.
    extract(isodow FROM d.date)::integer AS weekday_number, -- Day of the week, 1 (Monday) to 7.
    to_char(d.at, 'FMDay') AS weekday, -- Name of the day of the week, in English.
    extract(isodow FROM d.date) > 5 AS is_weekend, -- Whether it is a Saturday or Sunday.
    to_char(d.at - interval '8 months', 'YYYY') || '/'
        || to_char(d.at + interval '4 months', 'YY') AS academic_year, -- Academic year, from 1 September: 2026/27.
    CASE WHEN extract(month FROM d.date) BETWEEN 2 AND 8 THEN 'spring' ELSE 'autumn' END AS semester -- autumn from September to January, else spring.
FROM (
    SELECT greatest(
            least((SELECT min(start_date) FROM bi_cache.activities), today), '1989-01-01'
        ) AS first,
        least(
            greatest((SELECT max(start_date) FROM bi_cache.activities), today), today + 730
        ) AS last
    FROM (SELECT (now() AT TIME ZONE 'UTC')::date AS today) AS t
) AS span,
LATERAL (
    -- Of a date to_char would make a time in the session's time zone, where that day may be none.
    SELECT day::date AS date, day AS at FROM generate_series(
        date_trunc('year', span.first::timestamp),
        date_trunc('year', span.last::timestamp) + interval '1 year -1 day', interval '1 day'
    ) AS day
) AS d;
