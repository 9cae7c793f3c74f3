-- Group 4.4: What activities are about
CREATE VIEW bi.subjects AS -- One row a cause, Sustainable Development Goal, objective and type that activities can have. Types are those of the activities that count, as organisers may write their own.
SELECT
    s.kind, -- cause, SDG, type or objective.
    s.name, -- Its name, as causes, sdgs, types and objectives of activities have it.
    s.number, -- Number of an SDG, 1 to 17; NULL for others.
    s.sdg_name -- Name of an SDG: Good health and well-being; NULL for others.
FROM (
    SELECT 'cause' AS kind, name::text, NULL::integer AS number, NULL::text AS sdg_name
    FROM public.activity_causes
    UNION ALL
    SELECT 'SDG', name, substring(name FROM '\d+')::integer, description FROM public.sdgs
    UNION ALL
    SELECT 'type', t.name, NULL, NULL FROM public.activity_types AS t
    WHERE EXISTS (SELECT FROM bi_cache.search AS s WHERE s.types @> ARRAY[t.name::text])
    UNION ALL
    SELECT 'objective', name, NULL, NULL FROM public.objectives
) AS s;
