CREATE MATERIALIZED VIEW bi_cache.country_figures AS
SELECT c.country_code, count(*)::integer AS activities,
    count(*) FILTER (WHERE is_national)::integer AS national_activities,
    coalesce(sum(participants), 0) AS participants,
    count(*) FILTER (WHERE in_30_days)::integer AS activities_30_days,
    coalesce(sum(participants) FILTER (WHERE in_30_days), 0) AS participants_30_days,
    count(*) FILTER (WHERE in_365_days)::integer AS activities_365_days,
    count(*) FILTER (WHERE in_365_days AND is_national)::integer AS national_activities_365_days,
    coalesce(sum(participants) FILTER (WHERE in_365_days), 0) AS participants_365_days,
    round(avg(participants) FILTER (WHERE in_365_days), 1) AS average_participants,
    round(avg(is_online::integer) FILTER (WHERE in_365_days), 4) AS online_share
FROM bi_cache.dated_activities
CROSS JOIN LATERAL unnest(countries) AS c (country_code)
CROSS JOIN LATERAL (SELECT c.country_code = ANY (national_countries) AS is_national) AS n
GROUP BY c.country_code;

CREATE UNIQUE INDEX idx_bi_country_figures ON bi_cache.country_figures (country_code);
