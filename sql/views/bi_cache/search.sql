-- What people look for, with its words as they are compared: without capitals, accents and signs. A
-- query's text is folded by the same expression (esn_pulse/analysis/words.py): change both. Letters
-- that stay, the frequent ones, come first: translate() looks from there. It also has capitals, as in a
-- database of locale C lower() knows those of ASCII only.
CREATE MATERIALIZED VIEW bi_cache.search AS
WITH found (kind, activity_id, key, title, detail, country_code, further) AS (
    SELECT 'section', NULL::integer, s.section_slug::text, s.section::text,
        nullif(concat_ws(', ', p.city, s.country), ''), s.country_code::text,
        concat_ws(' ', p.university_name, p.activities_platform_slug, p.accounts_platform_slug)
    FROM bi_cache.named_sections AS s JOIN public.sections AS p ON p.id = s.section_id
    UNION ALL
    SELECT 'country', NULL, c.country_code, c.name, o.name, c.country_code,
        concat_ws(' ', c.country_code, c.activities_platform_slug)
    FROM public.countries AS c
    LEFT JOIN public.organisations AS o ON o.country_code = c.country_code
    UNION ALL
    SELECT 'organisation', NULL, o.slug, o.organisation, c.name, o.country_code, o.slug
    FROM bi_cache.organisations AS o
    LEFT JOIN public.countries AS c ON c.country_code = o.country_code
    WHERE o.section_id IS NULL
    UNION ALL
    SELECT 'activity', a.id, a.event_slug, a.title,
        nullif(concat_ws(' · ',
            nullif(concat_ws(', ', a.city, coalesce(c.name, a.country_name)), ''),
            nullif(array_to_string(a.organisers, '; '), '')
        ), ''),
        NULL, array_to_string(a.partners, ' ')
    FROM bi_cache.activities AS a
    LEFT JOIN public.countries AS c ON c.country_code = a.country_code
), folded AS (
    SELECT f.*, t.name, t.text FROM found AS f
    CROSS JOIN LATERAL (
        SELECT max(text) FILTER (WHERE is_title) AS name, string_agg(text, ' ') AS text
        FROM (
            SELECT is_title, regexp_replace(
                replace(replace(replace(replace(translate(
                    lower(regexp_replace(normalize(part, NFKD), '[\u0300-\u036f]', '', 'g')),
                    ' eaonritslucdmhkgpbyvfwzjqxłøđðħŧŋəıςŁØĐÐĦŦŊƏẞÆŒÞ'
                    'ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩАБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЂЄЅІЈЉЊЋЏҐ',
                    ' eaonritslucdmhkgpbyvfwzjqxloddhtneiσloddhtneßæœþ'
                    'αβγδεζηθικλμνξοπρστυφχψωабвгдежзиклмнопрстуфхцчшщъыьэюяђєѕіјљњћџґ'
                ), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'),
                '[^a-z0-9\u00c0-\u1fff\u2c00-\ud7ff\uf900-\ufdff\ufe70-\uffdc\U00020000-\U0003ffff]+',
                ' ', 'g'
            ) AS text
            FROM (VALUES (TRUE, f.title), (FALSE, left(concat_ws(' ', f.detail, f.further), 5000)))
                AS parts (is_title, part)
        ) AS parts
    ) AS t
)
SELECT f.kind, f.key, f.title, f.detail, f.country_code, f.activity_id, trim(f.name) COLLATE "C" AS name,
    -- A word of more letters would be too long, and all of the refresh would fail.
    array_to_tsvector(ARRAY(
        SELECT left(word, 100) FROM string_to_table(f.text, ' ') AS word WHERE word <> ''
    )) AS words,
    a.start_date, a.is_online, a.participants, a.countries, a.causes, a.sdgs, a.types,
    CASE WHEN a.id IS NOT NULL THEN ARRAY(
        SELECT l.section_id FROM public.activity_section_organisers AS l
        WHERE l.activity_id = a.id ORDER BY l.section_id
    ) END AS section_ids,
    CASE WHEN a.id IS NOT NULL THEN ARRAY(
        SELECT s.activities_platform_slug::text FROM public.activity_section_organisers AS l
        JOIN public.sections AS s ON s.id = l.section_id
        WHERE l.activity_id = a.id AND s.activities_platform_slug IS NOT NULL
        UNION
        SELECT o.slug FROM bi_cache.other_organisers AS o WHERE o.activity_id = a.id
        ORDER BY 1
    ) END AS organisation_slugs
FROM folded AS f LEFT JOIN bi_cache.activities AS a ON a.id = f.activity_id;

CREATE UNIQUE INDEX idx_bi_search ON bi_cache.search (kind, key);
CREATE INDEX idx_bi_search_activity ON bi_cache.search (activity_id);
CREATE INDEX idx_bi_search_words ON bi_cache.search USING gin (words);
-- What lists of activities are filtered and sorted by, where participants that are not known come last.
CREATE INDEX idx_bi_search_day ON bi_cache.search (start_date, activity_id);
CREATE INDEX idx_bi_search_name ON bi_cache.search (name, activity_id);
CREATE INDEX idx_bi_search_fewest ON bi_cache.search (participants, activity_id);
CREATE INDEX idx_bi_search_most ON bi_cache.search (participants DESC NULLS LAST, activity_id);
CREATE INDEX idx_bi_search_online ON bi_cache.search (is_online, start_date, activity_id);
CREATE INDEX idx_bi_search_countries ON bi_cache.search USING gin (countries);
CREATE INDEX idx_bi_search_sections ON bi_cache.search USING gin (section_ids);
CREATE INDEX idx_bi_search_organisations ON bi_cache.search USING gin (organisation_slugs);
CREATE INDEX idx_bi_search_causes ON bi_cache.search USING gin (causes);
CREATE INDEX idx_bi_search_sdgs ON bi_cache.search USING gin (sdgs);
CREATE INDEX idx_bi_search_types ON bi_cache.search USING gin (types);
