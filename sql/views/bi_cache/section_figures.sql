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
