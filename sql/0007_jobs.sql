-- Scrapyd's queue, which all nodes share, and what became of each job.

CREATE TABLE scrapyd_jobs (
    id           BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    project      VARCHAR(100) NOT NULL,
    job          VARCHAR(255) UNIQUE NOT NULL,  -- Scrapyd's name for it
    spider       VARCHAR(100) NOT NULL,
    version      VARCHAR(100),                  -- of the egg; NULL: the node's latest
    priority     REAL NOT NULL,
    arguments    JSONB NOT NULL,                -- what -a gives
    settings     JSONB NOT NULL,                -- what -s gives
    posted_at    TIMESTAMPTZ NOT NULL DEFAULT now(),
    attempts     INTEGER NOT NULL DEFAULT 0,    -- how many nodes have taken it, one after the other
    deaths       INTEGER NOT NULL DEFAULT 0,    -- how many of these died, or were killed
    node         VARCHAR(255),                  -- which one took it last
    started_at   TIMESTAMPTZ,                   -- when the first one took it
    taken_at     TIMESTAMPTZ,                   -- when the last one did
    leased_until TIMESTAMPTZ,                   -- it runs; another node may take it after that time
    cancelled_at TIMESTAMPTZ,
    ended_at     TIMESTAMPTZ
);
CREATE INDEX idx_scrapyd_jobs_open ON scrapyd_jobs (priority DESC, id) WHERE ended_at IS NULL;

-- The job that the run was, if Scrapyd started it; and another status: 'cancelled'.
ALTER TABLE scraper_status ADD COLUMN job VARCHAR(255);
CREATE INDEX idx_scraper_status_job ON scraper_status (job) WHERE job IS NOT NULL;

-- When the calendar's entries that are no jobs (health check, backup) were done last; and of one
-- that is, when its job was posted and did not get into the queue above.
CREATE TABLE calendar_tasks (
    name     VARCHAR(20) PRIMARY KEY,
    began_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ,                       -- NULL while it is being done, or when it died
    error    TEXT                               -- why it failed
);
