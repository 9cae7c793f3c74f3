-- Group 2.6: Activities
-- A long form: it holds the activities of bi.activities and no others, as BI relations need it.
CREATE VIEW bi.activity_types AS -- One row an activity and type. An activity with two types has two rows; one whose types are not known yet has none.
SELECT
    a.id AS activity_id, -- The activity, see activities.
    t.name AS type -- Name of the type, such as Game or Social Activity.
FROM bi_cache.activities AS a
JOIN public.activity_to_type AS l ON l.activity_id = a.id
JOIN public.activity_types AS t ON t.id = l.type_id;
