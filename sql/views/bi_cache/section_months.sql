CREATE MATERIALIZED VIEW bi_cache.section_months AS
SELECT section_id, country_code, month, count(*)::integer AS activities,
    count(*) FILTER (WHERE is_online)::integer AS online_activities,
    coalesce(sum(participants), 0) AS participants
FROM bi_cache.section_activities GROUP BY section_id, country_code, month;

CREATE UNIQUE INDEX idx_bi_section_months ON bi_cache.section_months (section_id, month);
