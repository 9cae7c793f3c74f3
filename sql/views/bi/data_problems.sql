-- Group 5.3: How far to rely on the data
CREATE VIEW bi.data_problems AS -- One row a broken field or unread page that is still open.
SELECT
    p.kind, -- broken field or unread page.
    p.section_id, -- The section it concerns, see sections; NULL when it concerns none.
    s.section, -- Name of the section.
    c.country_code, -- Country of the section or national organisation, see countries; NULL when it concerns neither.
    c.name AS country, -- Name of that country.
    p.section_id IS NULL AND c.country_code IS NOT NULL AS is_national, -- Whether it concerns a national organisation.
    p.url, -- The page.
    p.field, -- The field that breaks a rule; NULL for a whole row or page.
    p.message, -- What is wrong: of a field the rule that it breaks, in the same words whatever was found.
    p.noticed_at, -- When the field was found broken, or the page was tried last.
    p.value -- What was found, shortened; NULL when it is missing, and for pages.
FROM (
    SELECT 'broken field' AS kind, section_id, country_code, url::text, field_name::text AS field,
        error_message AS message, created_at AS noticed_at, value
    FROM public.validation_errors WHERE resolved_at IS NULL
    UNION ALL
    SELECT 'unread page', section_id, country_code, url, NULL, error_message, last_attempt, NULL
    FROM public.failed_scrapes WHERE will_retry
) AS p
LEFT JOIN bi_cache.named_sections AS s ON s.section_id = p.section_id
LEFT JOIN public.countries AS c ON c.country_code = coalesce(s.country_code, p.country_code);
