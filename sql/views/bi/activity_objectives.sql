-- Group 2.4: Activities
-- A long form: it holds the activities of bi.activities and no others, as BI relations need it.
CREATE VIEW bi.activity_objectives AS -- One row an activity and objective.
SELECT
    a.id AS activity_id, -- The activity, see activities.
    o.name AS objective -- Name of the objective.
FROM bi_cache.activities AS a
JOIN public.activity_to_objective AS l ON l.activity_id = a.id
JOIN public.objectives AS o ON o.id = l.objective_id;
