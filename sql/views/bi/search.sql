-- Group 6.1: Searching
CREATE VIEW bi.search AS -- One row for each section, country, organisation that is no section, and activity: what people look for, and what lists of activities are filtered by. All is as on the day of the last run. It is no part of an export, as the other views say all of it.
SELECT
    kind, -- section, country, organisation or activity.
    key, -- Its name in addresses: section_slug, country_code, organisation_slug or event_slug of the view that it is in.
    title, -- Name or title.
    detail, -- Where it is, and who organises it; NULL when that is not known.
    country_code, -- Country of a section or organisation, see countries; the country itself; NULL for activities and when it is not known.
    name, -- title without capitals, accents and signs, as esn_pulse/analysis/words.py folds a text.
    words, -- Each word of title and detail, folded in the same way, also names of partners and universities, and aliases. Compare it with a tsquery.
    activity_id, -- The activity, see activities. It and all that follows is NULL for others.
    start_date, -- First day.
    start_date > (now() AT TIME ZONE 'UTC')::date AS is_future, -- Whether it starts after today (UTC).
    is_online, -- Whether it takes place online.
    participants, -- How many took part, as reported; NULL when that is not known (yet).
    countries, -- Codes of the countries of its sections and national organisations.
    section_ids, -- Its sections, see sections.
    organisation_slugs, -- Aliases of all its organisers on activities.esn.org, see organisations.
    causes, -- Names of its causes.
    sdgs, -- Its Sustainable Development Goals, such as SDG 3.
    types -- Names of all its types; NULL when only the first is known so far.
FROM bi_cache.search;
