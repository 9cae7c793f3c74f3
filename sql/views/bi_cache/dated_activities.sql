-- To which periods an activity counts, by the days of UTC. What is materialised of it keeps as its
-- today the day of the last refresh.
CREATE VIEW bi_cache.dated_activities AS
SELECT a.id, a.countries, a.national_countries, a.month, a.start_date, a.is_online, a.participants,
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
