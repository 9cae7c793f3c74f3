-- Group 5.2: How far to rely on the data
CREATE VIEW bi.data_problems AS -- One row a broken field or unread page that is still open.
SELECT
    p.kind, -- broken field or unread page.
    p.section_id, -- The section it concerns, see sections; NULL when it concerns none.
    s.section, -- Name of the section.
    s.country_code, -- Its country, see countries.
    s.country, -- Name of its country.
    p.url, -- The page.
    p.field, -- The field that breaks a rule; NULL for a whole row or page.
    p.message, -- What is wrong: of a field the rule that it breaks, in the same words whatever was found.
    p.noticed_at, -- When the field was found broken, or the page was tried last.
    p.value -- What was found, shortened; NULL when it is missing, and for pages.
FROM (
    SELECT 'broken field' AS kind, section_id, url::text, field_name::text AS field,
        error_message AS message, created_at AS noticed_at, value
    FROM public.validation_errors WHERE resolved_at IS NULL
    UNION ALL
    SELECT 'unread page', section_id, url, NULL, error_message, last_attempt, NULL
    FROM public.failed_scrapes WHERE will_retry
) AS p
LEFT JOIN bi_cache.named_sections AS s ON s.section_id = p.section_id;
