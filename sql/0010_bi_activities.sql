-- What BI tools read: plain views in the schema bi, as some tools list no others. What would take
-- them too long (docs/performance.md) lies materialised in bi_cache, refreshed at the end of a run.

CREATE SCHEMA bi;
CREATE SCHEMA bi_cache;
COMMENT ON SCHEMA bi IS 'The views to analyse: start here. Only activities that count are in them: valid ones that a listing still shows.';
COMMENT ON SCHEMA bi_cache IS 'What the views of bi are made from; not for use.';

-- All but the long texts, which are looked up where they are asked for.
CREATE MATERIALIZED VIEW bi_cache.activities AS
SELECT a.id, a.event_slug, a.url, a.title, a.start_date, a.end_date,
    date_trunc('month', a.start_date::timestamp)::date AS month,
    a.is_online, a.online_platform, a.city, a.country_code, a.country_name, a.participants,
    a.activity_type,
    ARRAY(
        SELECT c.name::text FROM public.activity_to_cause AS l
        JOIN public.activity_causes AS c ON c.id = l.cause_id
        WHERE l.activity_id = a.id ORDER BY c.name
    ) AS causes,
    ARRAY(
        SELECT g.name::text FROM public.activity_to_sdg AS l
        JOIN public.sdgs AS g ON g.id = l.sdg_id
        WHERE l.activity_id = a.id ORDER BY g.id
    ) AS sdgs,
    ARRAY(
        SELECT o.name::text FROM public.activity_to_objective AS l
        JOIN public.objectives AS o ON o.id = l.objective_id
        WHERE l.activity_id = a.id ORDER BY o.name
    ) AS objectives,
    -- Section by section: without statistics, as after a restore, a join would look up all of them.
    ARRAY(
        SELECT (SELECT s.name::text FROM public.sections AS s WHERE s.id = l.section_id) AS name
        FROM public.activity_section_organisers AS l WHERE l.activity_id = a.id ORDER BY name
    ) AS organisers,
    ARRAY(
        SELECT DISTINCT o.country_code FROM (
            SELECT (
                SELECT s.country_code::text FROM public.sections AS s WHERE s.id = l.section_id
            ) AS country_code
            FROM public.activity_section_organisers AS l WHERE l.activity_id = a.id
        ) AS o WHERE o.country_code IS NOT NULL ORDER BY o.country_code
    ) AS countries
FROM public.activities AS a
WHERE a.is_valid AND a.removed_at IS NULL;

CREATE UNIQUE INDEX idx_bi_activities ON bi_cache.activities (id);
CREATE INDEX idx_bi_activities_day ON bi_cache.activities (start_date);

CREATE VIEW bi.activities AS
SELECT a.id AS activity_id, a.event_slug, a.url, a.title, t.description,
    t.activity_goal AS goal, t.outcomes, a.start_date, a.end_date,
    coalesce(a.end_date, a.start_date) - a.start_date + 1 AS days, a.month,
    a.start_date > (now() AT TIME ZONE 'UTC')::date AS is_future,
    a.is_online, CASE WHEN a.is_online THEN 'online' ELSE 'physical' END AS format,
    a.online_platform, a.city, a.country_code AS place_country_code,
    coalesce(c.name, a.country_name) AS place_country, a.participants, a.activity_type,
    a.causes, nullif(array_to_string(a.causes, '; '), '') AS causes_text,
    a.sdgs, nullif(array_to_string(a.sdgs, '; '), '') AS sdgs_text,
    a.objectives, nullif(array_to_string(a.objectives, '; '), '') AS objectives_text,
    a.organisers, nullif(array_to_string(a.organisers, '; '), '') AS organisers_text,
    cardinality(a.organisers) AS organiser_count,
    a.countries, nullif(array_to_string(a.countries, '; '), '') AS countries_text,
    t.registration_url, t.image_url, t.first_seen, t.last_seen, t.last_read
FROM bi_cache.activities AS a
LEFT JOIN public.activities AS t ON t.id = a.id
LEFT JOIN public.countries AS c ON c.country_code = a.country_code;

COMMENT ON VIEW bi.activities IS 'One row an activity.';
COMMENT ON COLUMN bi.activities.activity_id IS 'Number of the activity in this database.';
COMMENT ON COLUMN bi.activities.event_slug IS 'Its name in the address of its page, such as boat-party-20885.';
COMMENT ON COLUMN bi.activities.url IS 'Address of its page on activities.esn.org.';
COMMENT ON COLUMN bi.activities.title IS 'Title.';
COMMENT ON COLUMN bi.activities.description IS 'What it was about, in the organisers'' words.';
COMMENT ON COLUMN bi.activities.goal IS 'What it was to achieve, in the organisers'' words; NULL when they don''t say.';
COMMENT ON COLUMN bi.activities.outcomes IS 'What came of it, in the organisers'' words; filled in late, NULL until then.';
COMMENT ON COLUMN bi.activities.start_date IS 'First day. All figures by time go by it.';
COMMENT ON COLUMN bi.activities.end_date IS 'Last day; start_date when it lasts one day, NULL when it is not known.';
COMMENT ON COLUMN bi.activities.days IS 'How many days it lasts, both ends included.';
COMMENT ON COLUMN bi.activities.month IS 'First day of the month of start_date.';
COMMENT ON COLUMN bi.activities.is_future IS 'Whether it starts after today (UTC).';
COMMENT ON COLUMN bi.activities.is_online IS 'Whether it takes place online.';
COMMENT ON COLUMN bi.activities.format IS 'online or physical: is_online as a word.';
COMMENT ON COLUMN bi.activities.online_platform IS 'Where an online activity takes place, such as Zoom.';
COMMENT ON COLUMN bi.activities.city IS 'Where a physical activity takes place.';
COMMENT ON COLUMN bi.activities.place_country_code IS 'Country where it takes place, if ESN has sections there; NULL for online activities. Not the organisers'' country.';
COMMENT ON COLUMN bi.activities.place_country IS 'Name of the country where it takes place, also outside the network.';
COMMENT ON COLUMN bi.activities.participants IS 'How many took part, as reported; NULL when that is not known (yet).';
COMMENT ON COLUMN bi.activities.activity_type IS 'Type, such as Game or Social Activity.';
COMMENT ON COLUMN bi.activities.causes IS 'Names of its causes; empty when it has none. In long form: activity_causes.';
COMMENT ON COLUMN bi.activities.causes_text IS 'The same as one text, parted by semicolons; NULL when it has none.';
COMMENT ON COLUMN bi.activities.sdgs IS 'Its Sustainable Development Goals, such as SDG 3. In long form: activity_sdgs.';
COMMENT ON COLUMN bi.activities.sdgs_text IS 'The same as one text, parted by semicolons; NULL when it has none.';
COMMENT ON COLUMN bi.activities.objectives IS 'Names of its objectives. In long form: activity_objectives.';
COMMENT ON COLUMN bi.activities.objectives_text IS 'The same as one text, parted by semicolons; NULL when it has none.';
COMMENT ON COLUMN bi.activities.organisers IS 'Names of the sections that organise it. In long form: activity_organisers.';
COMMENT ON COLUMN bi.activities.organisers_text IS 'The same as one text, parted by semicolons; NULL when no section is known.';
COMMENT ON COLUMN bi.activities.organiser_count IS 'How many sections organise it.';
COMMENT ON COLUMN bi.activities.countries IS 'Codes of its organisers'' countries, each once.';
COMMENT ON COLUMN bi.activities.countries_text IS 'The same as one text, parted by semicolons; NULL when no section is known.';
COMMENT ON COLUMN bi.activities.registration_url IS 'Where one registers for it.';
COMMENT ON COLUMN bi.activities.image_url IS 'Address of its picture.';
COMMENT ON COLUMN bi.activities.first_seen IS 'When a run met it first.';
COMMENT ON COLUMN bi.activities.last_seen IS 'When a run saw it last, on its own page or in a listing.';
COMMENT ON COLUMN bi.activities.last_read IS 'When its own page was read last.';

-- Long forms. They hold the activities of bi.activities and no others, as BI relations need it.
CREATE VIEW bi.activity_causes AS
SELECT a.id AS activity_id, c.name AS cause
FROM bi_cache.activities AS a
JOIN public.activity_to_cause AS l ON l.activity_id = a.id
JOIN public.activity_causes AS c ON c.id = l.cause_id;

COMMENT ON VIEW bi.activity_causes IS 'One row an activity and cause. An activity with two causes has two rows.';
COMMENT ON COLUMN bi.activity_causes.activity_id IS 'The activity, see activities.';
COMMENT ON COLUMN bi.activity_causes.cause IS 'Name of the cause, such as Culture. There are six.';

CREATE VIEW bi.activity_sdgs AS
SELECT a.id AS activity_id, substring(g.name FROM '\d+')::integer AS sdg_number, g.name AS sdg,
    g.description AS sdg_name
FROM bi_cache.activities AS a
JOIN public.activity_to_sdg AS l ON l.activity_id = a.id
JOIN public.sdgs AS g ON g.id = l.sdg_id;

COMMENT ON VIEW bi.activity_sdgs IS 'One row an activity and Sustainable Development Goal of the United Nations.';
COMMENT ON COLUMN bi.activity_sdgs.activity_id IS 'The activity, see activities.';
COMMENT ON COLUMN bi.activity_sdgs.sdg_number IS 'Number of the goal, 1 to 17.';
COMMENT ON COLUMN bi.activity_sdgs.sdg IS 'The goal as the site calls it: SDG 3.';
COMMENT ON COLUMN bi.activity_sdgs.sdg_name IS 'Name of the goal: Good health and well-being.';

CREATE VIEW bi.activity_objectives AS
SELECT a.id AS activity_id, o.name AS objective
FROM bi_cache.activities AS a
JOIN public.activity_to_objective AS l ON l.activity_id = a.id
JOIN public.objectives AS o ON o.id = l.objective_id;

COMMENT ON VIEW bi.activity_objectives IS 'One row an activity and objective.';
COMMENT ON COLUMN bi.activity_objectives.activity_id IS 'The activity, see activities.';
COMMENT ON COLUMN bi.activity_objectives.objective IS 'Name of the objective.';

-- As a section is called in all views that are about one.
CREATE VIEW bi_cache.named_sections AS
SELECT s.id AS section_id, s.name AS section, s.country_code, c.name AS country
FROM public.sections AS s
LEFT JOIN public.countries AS c ON c.country_code = s.country_code;

CREATE VIEW bi.activity_organisers AS
SELECT a.id AS activity_id, s.section_id, s.section, s.country_code, s.country
FROM bi_cache.activities AS a
JOIN public.activity_section_organisers AS l ON l.activity_id = a.id
JOIN bi_cache.named_sections AS s ON s.section_id = l.section_id;

COMMENT ON VIEW bi.activity_organisers IS 'One row an activity and section that organises it. Count activities with count(DISTINCT activity_id).';
COMMENT ON COLUMN bi.activity_organisers.activity_id IS 'The activity, see activities.';
COMMENT ON COLUMN bi.activity_organisers.section_id IS 'The section, see sections.';
COMMENT ON COLUMN bi.activity_organisers.section IS 'Name of the section.';
COMMENT ON COLUMN bi.activity_organisers.country_code IS 'The section''s country, see countries.';
COMMENT ON COLUMN bi.activity_organisers.country IS 'Name of the section''s country.';

-- ESN was founded in 1989; a wrong date must not make this a calendar of two thousand years.
CREATE VIEW bi.calendar AS
SELECT d.date, extract(year FROM d.date)::integer AS year,
    extract(quarter FROM d.date)::integer AS quarter, to_char(d.at, 'YYYY-"Q"Q') AS year_quarter,
    date_trunc('month', d.at)::date AS month,
    extract(month FROM d.date)::integer AS month_number, to_char(d.at, 'FMMonth') AS month_name,
    extract(isoyear FROM d.date)::integer AS iso_year,
    extract(week FROM d.date)::integer AS iso_week,
    extract(isodow FROM d.date)::integer AS weekday_number, to_char(d.at, 'FMDay') AS weekday,
    extract(isodow FROM d.date) > 5 AS is_weekend,
    to_char(d.at - interval '8 months', 'YYYY') || '/'
        || to_char(d.at + interval '4 months', 'YY') AS academic_year,
    CASE WHEN extract(month FROM d.date) BETWEEN 2 AND 8 THEN 'spring' ELSE 'autumn' END AS semester
FROM (
    SELECT greatest(
            least((SELECT min(start_date) FROM bi_cache.activities), today), '1989-01-01'
        ) AS first,
        least(
            greatest((SELECT max(start_date) FROM bi_cache.activities), today), today + 730
        ) AS last
    FROM (SELECT (now() AT TIME ZONE 'UTC')::date AS today) AS t
) AS span,
LATERAL (
    -- Of a date to_char would make a time in the session's time zone, where that day may be none.
    SELECT day::date AS date, day AS at FROM generate_series(
        date_trunc('year', span.first::timestamp),
        date_trunc('year', span.last::timestamp) + interval '1 year -1 day', interval '1 day'
    ) AS day
) AS d;

COMMENT ON VIEW bi.calendar IS 'One row a day, without gaps, from the year of the first activity to that of the last one; never before 1989 nor more than two years ahead.';
COMMENT ON COLUMN bi.calendar.date IS 'The day; relate it to activities.start_date.';
COMMENT ON COLUMN bi.calendar.year IS 'Year.';
COMMENT ON COLUMN bi.calendar.quarter IS 'Quarter, 1 to 4.';
COMMENT ON COLUMN bi.calendar.year_quarter IS 'Year and quarter: 2026-Q4.';
COMMENT ON COLUMN bi.calendar.month IS 'First day of the month; relate it to the months of the monthly views.';
COMMENT ON COLUMN bi.calendar.month_number IS 'Month, 1 to 12.';
COMMENT ON COLUMN bi.calendar.month_name IS 'Name of the month, in English.';
COMMENT ON COLUMN bi.calendar.iso_year IS 'Year that iso_week belongs to.';
COMMENT ON COLUMN bi.calendar.iso_week IS 'Week by ISO 8601, 1 to 53; weeks begin on Mondays.';
COMMENT ON COLUMN bi.calendar.weekday_number IS 'Day of the week, 1 (Monday) to 7.';
COMMENT ON COLUMN bi.calendar.weekday IS 'Name of the day of the week, in English.';
COMMENT ON COLUMN bi.calendar.is_weekend IS 'Whether it is a Saturday or Sunday.';
COMMENT ON COLUMN bi.calendar.academic_year IS 'Academic year, from 1 September: 2026/27.';
COMMENT ON COLUMN bi.calendar.semester IS 'autumn from September to January, else spring.';
