-- Group 1.2: The network
CREATE VIEW bi.sections AS -- One row a section, also those that merged, withdrew or left: who and where it is, when it was read, and its key figures. More figures: section_figures. Periods end on the day of the last run.
SELECT
    s.id AS section_id, -- Number of the section in this database.
    n.section_slug, -- Its name in addresses, which no other section has: its alias on activities.esn.org, such as esn-metu; accounts_slug when it has none, or another section had it first; section_id when that one would be mistaken for another's, too.
    s.accounts_platform_slug AS accounts_slug, -- Its name in the address of its page on accounts.esn.org, such as tr-anka-met.
    s.name AS section, -- Name.
    s.country_code, -- Its country, see countries.
    c.name AS country, -- Name of its country.
    s.state, -- active, warned, merged or withdrew, by the official list; NULL when it was not read.
    s.joined AS joined_on, -- When it joined the network; NULL when that is not known.
    s.left_at, -- When a second whole run in a row was not shown it; NULL while it is there.
    n.is_counted, -- Whether it counts as a section of the network: not if it merged, withdrew or left. Only these have figures.
    s.city, -- City.
    s.university_name AS university, -- Name of its university.
    s.university_website, -- Its university's website.
    s.latitude, -- Degrees north; NULL when neither page nor map say it.
    s.longitude, -- Degrees east.
    s.accounts_url, -- Address of its page on accounts.esn.org.
    s.activities_url, -- Address of its activities on activities.esn.org; NULL when it has none there.
    s.email, -- E-mail address of the section.
    s.website, -- Website of the section.
    s.logo_url, -- Address of its logo.
    s.can_scrape_activities AS has_activities_page, -- Whether it has a page on activities.esn.org; NULL when that could not be found out yet.
    s.first_seen, -- When a run met it first.
    s.last_seen, -- When a run met it last.
    s.last_scraped AS last_read, -- When its activities were read last; NULL for never.
    floor(extract(epoch FROM now() - s.last_scraped) / 86400)::integer AS days_since_read, -- Days since then.
    CASE
        WHEN s.last_scraped IS NULL THEN 'never'
        WHEN s.last_scraped > now() - interval '168 hours' THEN 'this week'
        WHEN s.last_scraped > now() - interval '720 hours' THEN 'this month'
        ELSE 'older'
    END AS freshness, -- The same in words: this week, this month, older or never.
    f.activities, -- All its activities, future ones included.
    f.participants, -- All participants as reported.
    f.activities_365_days, -- Activities that began in the 365 days up to the last run.
    f.participants_365_days, -- Their participants.
    f.last_activity_on, -- When its latest activity that is not in the future began.
    f.upcoming_activities, -- Activities that are yet to begin.
    f.rank_in_network -- Place by activities, then participants, of the 365 days up to the last run.
FROM public.sections AS s
JOIN bi_cache.named_sections AS n ON n.section_id = s.id
LEFT JOIN public.countries AS c ON c.country_code = s.country_code
LEFT JOIN bi.section_figures AS f ON f.section_id = s.id;
