-- Runs, bad records and failed requests (design, chapter 4.2).

CREATE TABLE scraper_status (
    id                 INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    scraper_module     VARCHAR(50) NOT NULL,     -- 'AccountsScraper', 'ActivitiesAndStatisticsScraper'
    status             VARCHAR(20) NOT NULL,     -- 'running', 'completed', 'failed'
    started_at         TIMESTAMPTZ NOT NULL DEFAULT now(),
    completed_at       TIMESTAMPTZ,
    sections_processed INTEGER DEFAULT 0,
    sections_failed    INTEGER DEFAULT 0,
    error_message      TEXT
);

CREATE TABLE validation_errors (
    id                  INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    section_id          INTEGER REFERENCES sections (id),
    activity_event_slug VARCHAR(255),
    field_name          VARCHAR(100),            -- NULL: the database refused the whole row
    error_message       TEXT NOT NULL,
    raw_data            JSONB,                   -- the record as it was read from the page
    created_at          TIMESTAMPTZ DEFAULT now(),
    url                 TEXT NOT NULL,           -- the page the record was read from: its identity
    resolved_at         TIMESTAMPTZ              -- when the field was first valid again
);

-- At most one open error a page and field, however often the page is read.
CREATE UNIQUE INDEX idx_validation_errors_open ON validation_errors (url, field_name)
    NULLS NOT DISTINCT WHERE resolved_at IS NULL;

CREATE TABLE failed_scrapes (
    id               INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    url              VARCHAR(500) UNIQUE NOT NULL,
    section_id       INTEGER REFERENCES sections (id),
    scraper_module   VARCHAR(50),
    http_status_code INTEGER,                    -- NULL: no answer at all
    error_message    TEXT,
    retry_count      INTEGER DEFAULT 0,          -- runs in a row in which the URL failed
    last_attempt     TIMESTAMPTZ DEFAULT now(),
    will_retry       BOOLEAN DEFAULT TRUE
);

CREATE INDEX idx_failed_scrapes_retry ON failed_scrapes (will_retry) WHERE will_retry = TRUE;
