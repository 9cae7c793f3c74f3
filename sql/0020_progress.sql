-- How far the runs have come that are at work, written every other second while their counts change
-- (docs/decisions.md, "Progress"). How a run went in the end is in scraper_status.

-- A crash of the server empties it, which does no harm: the next counts fill it again. No foreign key,
-- so that a lock on a run's record holds nobody up; what ended runs leave, the next one deletes.
CREATE UNLOGGED TABLE run_progress (
    run_id             INTEGER PRIMARY KEY,   -- the id in scraper_status
    at                 TIMESTAMPTZ NOT NULL,  -- when the counts were written last
    sections_known     INTEGER NOT NULL,      -- met so far, or chosen: what there is to do
    sections_processed INTEGER NOT NULL,
    sections_failed    INTEGER NOT NULL,
    pages_read         INTEGER NOT NULL,
    pages_failed       INTEGER NOT NULL,      -- for good
    requests           INTEGER NOT NULL       -- sent, retries included
);
