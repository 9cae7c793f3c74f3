CREATE MATERIALIZED VIEW bi_cache.country_months AS
SELECT a.country_code, a.month, a.activities, a.online_activities, a.participants,
    a.national_activities, coalesce(s.active_sections, 0) AS active_sections
FROM (
    SELECT c.country_code, month, count(*)::integer AS activities,
        count(*) FILTER (WHERE is_online)::integer AS online_activities,
        count(*) FILTER (WHERE c.country_code = ANY (national_countries))::integer
            AS national_activities,
        coalesce(sum(participants), 0) AS participants
    FROM bi_cache.activities CROSS JOIN LATERAL unnest(countries) AS c (country_code)
    GROUP BY c.country_code, month
) AS a
LEFT JOIN (
    SELECT country_code, month, count(*)::integer AS active_sections
    FROM bi_cache.section_months GROUP BY country_code, month
) AS s USING (country_code, month);

CREATE UNIQUE INDEX idx_bi_country_months ON bi_cache.country_months (country_code, month);
