-- Group 2.3: Activities
-- A long form: it holds the activities of bi.activities and no others, as BI relations need it.
CREATE VIEW bi.activity_sdgs AS -- One row an activity and Sustainable Development Goal of the United Nations.
SELECT
    a.id AS activity_id, -- The activity, see activities.
    substring(g.name FROM '\d+')::integer AS sdg_number, -- Number of the goal, 1 to 17.
    g.name AS sdg, -- The goal as the site calls it: SDG 3.
    g.description AS sdg_name -- Name of the goal: Good health and well-being.
FROM bi_cache.activities AS a
JOIN public.activity_to_sdg AS l ON l.activity_id = a.id
JOIN public.sdgs AS g ON g.id = l.sdg_id;
