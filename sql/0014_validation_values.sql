-- A broken rule in the same words whatever breaks it, so that errors can be counted by it; what was
-- found has a column of its own.

ALTER TABLE validation_errors ADD COLUMN value TEXT; -- as Python shows it; NULL when it is missing

-- Until now the message held both: a rule, ' (got ', a value, ')', and the next after '; '. A value
-- may look like all of that, too. It can be told from the rules where there is but one, and where
-- each is a whole text in quotes, without such a quote in it. Other messages stay as they are.
WITH problems AS (
    SELECT v.id, p.place, p.parts[2] AS value,
        regexp_replace(p.parts[1], '^(is not an e-mail address): .*', '\1') AS rules
    FROM validation_errors AS v
    CROSS JOIN (SELECT '(?:(?! \(got ).)' AS one, '(?:''[^''\\]*''|"[^"\\]*")' AS text) AS form
    CROSS JOIN LATERAL (
        SELECT 1 AS place, regexp_match(v.error_message,
            format('^(%1$s+) \(got (%1$s{1,80})\)$', one)) AS parts
        UNION ALL
        SELECT place, parts
        FROM regexp_matches(v.error_message, format('(%s+) \(got (%s)\)(?:; |$)', one, text), 'g')
            WITH ORDINALITY AS each (parts, place)
        WHERE v.error_message ~ format('^(?:%s+ \(got %s\)(?:; |$)){2,}$', one, text)
    ) AS p
    WHERE p.parts IS NOT NULL
), rules AS (
    SELECT id, string_agg(DISTINCT rule, '; ' ORDER BY rule) AS error_message
    FROM (
        SELECT id, regexp_replace(rule,
            '^List should have at most (\d+) items after validation, not \d+$',
            'has more than \1 entries') COLLATE "C" AS rule
        FROM problems, regexp_split_to_table(rules, '; ') AS rule
    ) AS each
    GROUP BY id
), found AS (
    SELECT id, string_agg(value, '; ' ORDER BY place) AS value
    FROM (SELECT id, value, min(place) AS place FROM problems GROUP BY id, value) AS each
    GROUP BY id
)
UPDATE validation_errors AS v SET error_message = rules.error_message, value = found.value
FROM rules JOIN found USING (id)
WHERE v.id = rules.id;

-- What the server says of a row that it refuses; its detail shows the row.
UPDATE validation_errors AS v SET error_message = parts[1], value = parts[2]
FROM (
    SELECT id, regexp_match(error_message,
        '^(the database refused the row: [^\n]*)\nDETAIL:  (.*)$') AS parts
    FROM validation_errors
) AS told
WHERE v.id = told.id AND parts IS NOT NULL;

CREATE OR REPLACE VIEW bi.data_problems AS
SELECT p.kind, p.section_id, s.section, s.country_code, s.country, p.url, p.field, p.message,
    p.noticed_at, p.value
FROM (
    SELECT 'broken field' AS kind, section_id, url::text, field_name::text AS field,
        error_message AS message, created_at AS noticed_at, value
    FROM public.validation_errors WHERE resolved_at IS NULL
    UNION ALL
    SELECT 'unread page', section_id, url, NULL, error_message, last_attempt, NULL
    FROM public.failed_scrapes WHERE will_retry
) AS p
LEFT JOIN bi_cache.named_sections AS s ON s.section_id = p.section_id;

COMMENT ON COLUMN bi.data_problems.message IS 'What is wrong: of a field the rule that it breaks, in the same words whatever was found.';
COMMENT ON COLUMN bi.data_problems.value IS 'What was found, shortened; NULL when it is missing, and for pages.';
