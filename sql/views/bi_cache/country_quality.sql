CREATE MATERIALIZED VIEW bi_cache.country_quality AS
SELECT l.country_code, count(*)::integer AS activities_stored,
    count(*) FILTER (WHERE a.is_valid AND a.removed_at IS NULL)::integer AS activities_valid,
    count(*) FILTER (WHERE a.removed_at IS NOT NULL)::integer AS activities_removed,
    count(*) FILTER (
        WHERE a.is_valid AND a.removed_at IS NULL AND a.participants IS NULL
            AND a.start_date <= (now() AT TIME ZONE 'UTC')::date
    )::integer AS without_participants,
    count(*) FILTER (
        WHERE a.is_valid AND a.removed_at IS NULL
            AND NOT EXISTS (SELECT FROM public.activity_to_cause AS c WHERE c.activity_id = a.id)
    )::integer AS without_causes
FROM bi_cache.other_organisers AS l
JOIN public.activities AS a ON a.id = l.activity_id
WHERE l.country_code IS NOT NULL GROUP BY l.country_code;

CREATE UNIQUE INDEX idx_bi_country_quality ON bi_cache.country_quality (country_code);
