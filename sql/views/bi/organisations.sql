-- Group 1.4: The network
CREATE VIEW bi.organisations AS -- One row an organisation of activities.esn.org: sections, national organisations and others. Periods end on the day of the last run.
SELECT
    o.slug AS organisation_slug, -- Its name in the addresses of activities.esn.org, such as esn-italy.
    o.organisation, -- Name; organisation_slug until one was seen.
    o.kind, -- section, national organisation or other.
    o.section_id, -- The section, see sections; NULL when it is none.
    o.country_code, -- Country of the section or national organisation, see countries; NULL for others.
    c.name AS country, -- Name of that country.
    o.activities_url, -- Address of its activities on activities.esn.org; NULL for others, and for what has none there any more.
    ARRAY(
        SELECT f.former_slug::text FROM public.organisation_former_slugs AS f
        WHERE f.slug = o.slug ORDER BY f.former_slug
    ) AS former_slugs, -- What organisation_slug was before; empty when nothing else is known.
    (
        SELECT string_agg(f.former_slug, '; ' ORDER BY f.former_slug)
        FROM public.organisation_former_slugs AS f WHERE f.slug = o.slug
    ) AS former_slugs_text, -- The same as one text, parted by semicolons; NULL when nothing else is known.
    o.first_seen, -- When a run met it first; NULL when it was only found for its section or country.
    o.last_seen, -- When a run met it last; NULL in the same case.
    o.gone_at, -- When a search did not find its page any more; NULL while it is there.
    coalesce(f.activities, 0) AS activities, -- All its activities, future ones included.
    coalesce(f.participants, 0) AS participants, -- All participants as reported; an activity without a figure adds nothing.
    coalesce(f.upcoming_activities, 0) AS upcoming_activities, -- Activities that were yet to begin on the day of the last run.
    coalesce(f.activities_365_days, 0) AS activities_365_days, -- Activities that began in the 365 days up to the last run.
    coalesce(f.participants_365_days, 0) AS participants_365_days, -- Their participants.
    f.first_activity_on, -- When its first activity began; NULL when it has none.
    f.last_activity_on -- When its latest activity that is not in the future began; NULL when it has none.
FROM bi_cache.organisations AS o
LEFT JOIN bi_cache.organisation_figures AS f ON f.slug = o.slug
LEFT JOIN public.countries AS c ON c.country_code = o.country_code;
