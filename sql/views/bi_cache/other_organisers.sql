-- Who organises an activity beside sections: national organisations, also those that only their own
-- listing tells of, and organisations that are neither (country_code NULL). Once for each alias: until
-- it is settled whose it is, a page may name it as nobody's while a country's listing is read under it.
CREATE MATERIALIZED VIEW bi_cache.other_organisers AS
SELECT DISTINCT ON (activity_id, slug) activity_id, slug, country_code, organiser FROM (
    SELECT l.activity_id, o.slug, o.country_code,
        coalesce(o.name, 'ESN ' || c.name, o.slug)::text AS organiser
    FROM public.activity_organisers AS l
    JOIN public.organisations AS o ON o.slug = l.organisation_slug
    LEFT JOIN public.countries AS c ON c.country_code = o.country_code
    WHERE o.section_id IS NULL
    UNION ALL
    SELECT a.id, coalesce(o.slug, c.activities_platform_slug), c.country_code,
        coalesce(o.name, 'ESN ' || c.name)::text
    FROM public.country_listings AS l
    JOIN public.activities AS a ON a.event_slug = l.event_slug
    JOIN public.countries AS c ON c.country_code = l.country_code
    LEFT JOIN public.organisations AS o ON o.country_code = l.country_code
) AS found
ORDER BY activity_id, slug, country_code NULLS LAST;

CREATE UNIQUE INDEX idx_bi_other_organisers ON bi_cache.other_organisers (activity_id, slug);
