-- Group 5.4: How far to rely on the data
-- Without its errors' wording, host and settings, which are the operator's.
CREATE VIEW bi.runs AS -- One row a run of a spider.
SELECT
    id AS run_id, -- Number of the run.
    CASE scraper_module
        WHEN 'AccountsScraper' THEN 'accounts'
        WHEN 'ActivitiesAndStatisticsScraper' THEN 'activities'
        ELSE scraper_module
    END AS spider, -- accounts or activities.
    started_at, -- When it began.
    completed_at AS ended_at, -- When it ended; NULL while it is running.
    round((extract(epoch FROM completed_at - started_at) / 60)::numeric, 1) AS minutes, -- How long it took.
    status, -- running, completed, failed or cancelled.
    split_part(finish_reason, ':', 1) AS outcome, -- Why it ended: finished, time budget spent, failed or cancelled.
    sections_processed, -- Sections and national organisations it read.
    sections_failed, -- Those of which a page failed.
    requests, -- Requests it sent, repeated ones included.
    requests_failed, -- Requests that failed for good.
    pages_read, -- Pages it read.
    pages_skipped, -- Known pages that it had no reason to ask for.
    pages_drifted, -- Pages that lacked what must be on them: the site may have changed.
    items_stored AS records_stored, -- Records that were new or had changed.
    items_unchanged AS records_unchanged, -- Records that had not changed.
    items_invalid AS records_invalid, -- Records with at least one broken field.
    quality_score -- Percent of valid records in all that it should have stored.
FROM public.scraper_status;
