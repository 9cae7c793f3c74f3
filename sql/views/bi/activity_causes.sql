-- Group 2.2: Activities
-- A long form: it holds the activities of bi.activities and no others, as BI relations need it.
CREATE VIEW bi.activity_causes AS -- One row an activity and cause. An activity with two causes has two rows.
SELECT
    a.id AS activity_id, -- The activity, see activities.
    c.name AS cause -- Name of the cause, such as Culture. There are six.
FROM bi_cache.activities AS a
JOIN public.activity_to_cause AS l ON l.activity_id = a.id
JOIN public.activity_causes AS c ON c.id = l.cause_id;
