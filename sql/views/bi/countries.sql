-- Group 1.1: The network
CREATE VIEW bi.countries AS -- One row a country. An activity counts for the countries of its sections and national organisations, once each, wherever it takes place. Periods end on the day of the last run.
SELECT
    c.country_code, -- Two capital letters, as in the address of its page.
    c.name AS country, -- Name.
    c.url, -- Address of its page on accounts.esn.org.
    c.email, -- E-mail address of the national organisation.
    c.website, -- Its website.
    c.activities_platform_slug AS organisation_slug, -- Alias of the national organisation on activities.esn.org, such as esn-italy, see organisations; NULL when it has none there.
    c.activities_url, -- Address of the national organisation's own activities on activities.esn.org; NULL when it has none there.
    c.can_scrape_activities AS has_activities_page, -- Whether the national organisation has a page on activities.esn.org; NULL when that could not be found out yet.
    c.last_scraped AS last_read, -- When the national organisation's activities were read last; NULL for never.
    coalesce(s.sections, 0) AS sections, -- Sections of the network: those that merged, withdrew or left do not count.
    coalesce(s.active_sections, 0) AS active_sections, -- Sections with an activity in the 365 days up to the last run.
    coalesce(f.activities, 0) AS activities, -- All activities of its sections and national organisation, future ones included.
    coalesce(f.national_activities, 0) AS national_activities, -- Those of them that the national organisation organises, alone or with sections.
    coalesce(f.participants, 0) AS participants, -- All participants as reported.
    coalesce(f.activities_30_days, 0) AS activities_30_days, -- Activities that began in the 30 days up to the last run.
    coalesce(f.participants_30_days, 0) AS participants_30_days, -- Their participants.
    coalesce(f.activities_365_days, 0) AS activities_365_days, -- Activities that began in the 365 days up to the last run.
    coalesce(f.national_activities_365_days, 0) AS national_activities_365_days, -- Those of them that the national organisation organises, alone or with sections.
    coalesce(f.participants_365_days, 0) AS participants_365_days, -- Their participants.
    f.average_participants, -- Participants an activity with a figure, in the 365 days up to the last run; NULL when there was none.
    f.online_share, -- Online activities in all of the 365 days up to the last run, 0 to 1; NULL when there were none.
    rank() OVER (
        ORDER BY coalesce(f.activities_365_days, 0) DESC, coalesce(f.participants_365_days, 0) DESC
    ) AS rank_in_network -- Place by activities, then participants, of the 365 days up to the last run; 1 is the first.
FROM public.countries AS c
LEFT JOIN bi_cache.country_figures AS f ON f.country_code = c.country_code
LEFT JOIN (
    SELECT country_code, count(*)::integer AS sections,
        count(*) FILTER (WHERE activities_365_days > 0)::integer AS active_sections
    FROM bi.section_figures GROUP BY country_code
) AS s ON s.country_code = c.country_code;
