-- Group 2.1: Activities
CREATE VIEW bi.activities AS -- One row an activity.
SELECT
    a.id AS activity_id, -- Number of the activity in this database.
    a.event_slug, -- Its name in the address of its page, such as boat-party-20885.
    a.url, -- Address of its page on activities.esn.org.
    a.title, -- Title.
    t.description, -- What it was about, in the organisers' words.
    t.activity_goal AS goal, -- What it was to achieve, in the organisers' words; NULL when they don't say.
    t.outcomes, -- What came of it, in the organisers' words; filled in late, NULL until then.
    a.start_date, -- First day. All figures by time go by it.
    a.end_date, -- Last day; start_date when it lasts one day, NULL when it is not known.
    coalesce(a.end_date, a.start_date) - a.start_date + 1 AS days, -- How many days it lasts, both ends included.
    a.month, -- First day of the month of start_date.
    a.start_date > (now() AT TIME ZONE 'UTC')::date AS is_future, -- Whether it starts after today (UTC).
    a.is_online, -- Whether it takes place online.
    CASE WHEN a.is_online THEN 'online' ELSE 'physical' END AS format, -- online or physical: is_online as a word.
    a.online_platform, -- Where an online activity takes place, such as Zoom.
    a.city, -- Where a physical activity takes place.
    a.country_code AS place_country_code, -- Country where it takes place, if ESN has sections there; NULL for online activities. Not the organisers' country.
    coalesce(c.name, a.country_name) AS place_country, -- Name of the country where it takes place, also outside the network.
    a.participants, -- How many took part, as reported; NULL when that is not known (yet).
    a.activity_type, -- Type, such as Game or Social Activity; of several the first on its page.
    a.types, -- Names of all its types; empty when it has none, NULL when only the first is known so far. In long form: activity_types.
    nullif(array_to_string(a.types, '; '), '') AS types_text, -- The same as one text, parted by semicolons; NULL when it has none or they are not known.
    a.causes, -- Names of its causes; empty when it has none. In long form: activity_causes.
    nullif(array_to_string(a.causes, '; '), '') AS causes_text, -- The same as one text, parted by semicolons; NULL when it has none.
    a.sdgs, -- Its Sustainable Development Goals, such as SDG 3. In long form: activity_sdgs.
    nullif(array_to_string(a.sdgs, '; '), '') AS sdgs_text, -- The same as one text, parted by semicolons; NULL when it has none.
    a.objectives, -- Names of its objectives. In long form: activity_objectives.
    nullif(array_to_string(a.objectives, '; '), '') AS objectives_text, -- The same as one text, parted by semicolons; NULL when it has none.
    a.organisers, -- Names of all that are known to organise it: sections, national organisations and others. In long form: activity_organisers.
    nullif(array_to_string(a.organisers, '; '), '') AS organisers_text, -- The same as one text, parted by semicolons; NULL when none is known.
    cardinality(a.organisers) AS organiser_count, -- How many they are.
    a.partners, -- Names of organisers that have no page on activities.esn.org, as the page shows them; they are none of organisers. Empty when it has none, NULL when they are not known yet.
    nullif(array_to_string(a.partners, '; '), '') AS partners_text, -- The same as one text, parted by semicolons; NULL when it has none or they are not known.
    a.section_count, -- How many of them are sections.
    CASE
        WHEN cardinality(a.national_countries) = 0
            THEN CASE WHEN a.section_count > 0 THEN 'local' END
        WHEN a.section_count > 0 THEN 'local and national'
        ELSE 'national'
    END AS level, -- local (sections organise it), national (national organisations do) or local and national; NULL when neither is known to.
    cardinality(a.national_countries) > 0 AS is_national, -- Whether a national organisation organises it, alone or with others.
    a.countries, -- Codes of the countries of its sections and national organisations, each once.
    nullif(array_to_string(a.countries, '; '), '') AS countries_text, -- The same as one text, parted by semicolons; NULL when no country is known.
    a.national_countries, -- Codes of those countries whose national organisation organises it, alone or with others.
    nullif(array_to_string(a.national_countries, '; '), '') AS national_countries_text, -- The same as one text, parted by semicolons; NULL when there is none.
    t.registration_url, -- Where one registers for it.
    t.image_url, -- Address of its picture.
    t.first_seen, -- When a run met it first.
    t.last_seen, -- When a run saw it last, on its own page or in a listing.
    t.last_read -- When its own page was read last.
FROM bi_cache.activities AS a
LEFT JOIN public.activities AS t ON t.id = a.id
LEFT JOIN public.countries AS c ON c.country_code = a.country_code;
