CREATE MATERIALIZED VIEW bi_cache.network_months AS
SELECT a.month, a.activities, a.online_activities, a.national_activities, a.participants,
    coalesce(s.active_sections, 0) AS active_sections,
    coalesce(c.active_countries, 0) AS active_countries
FROM (
    SELECT month, count(*)::integer AS activities,
        count(*) FILTER (WHERE is_online)::integer AS online_activities,
        count(*) FILTER (WHERE cardinality(national_countries) > 0)::integer AS national_activities,
        coalesce(sum(participants), 0) AS participants
    FROM bi_cache.activities GROUP BY month
) AS a
LEFT JOIN (
    SELECT month, count(*)::integer AS active_sections
    FROM bi_cache.section_months GROUP BY month
) AS s USING (month)
LEFT JOIN (
    SELECT month, count(*)::integer AS active_countries
    FROM bi_cache.country_months GROUP BY month
) AS c USING (month);

CREATE UNIQUE INDEX idx_bi_network_months ON bi_cache.network_months (month);
