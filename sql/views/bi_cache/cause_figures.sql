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
