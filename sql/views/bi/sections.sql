-- Group 1.2: The network
CREATE VIEW bi.sections AS -- One row a section: who and where it is, when it was read, and its key figures. More figures: section_figures. Periods end on the day of the last run.
SELECT
    s.id AS section_id, -- Number of the section in this database.
    s.name AS section, -- Name.
    s.country_code, -- Its country, see countries.
    f.country, -- Name of its country.
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
        WHEN s.last_scraped > now() - interval '7 days' THEN 'this week'
        WHEN s.last_scraped > now() - interval '30 days' THEN 'this month'
        ELSE 'older'
    END AS freshness, -- The same in words: this week, this month, older or never.
    f.activities, -- All its activities, future ones included.
    f.participants, -- All participants as reported.
    f.activities_365_days, -- Activities that began in the last 365 days.
    f.participants_365_days, -- Their participants.
    f.last_activity_on, -- When its latest activity that is not in the future began.
    f.upcoming_activities, -- Activities that are yet to begin.
    f.rank_in_network -- Place by activities, then participants, of the last 365 days.
FROM public.sections AS s JOIN bi.section_figures AS f ON f.section_id = s.id;
