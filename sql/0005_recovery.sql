-- What a run leaves for whoever looks after it, and what the next run needs to go on.

ALTER TABLE scraper_status
    ADD COLUMN finish_reason   TEXT,           -- 'finished', 'time budget spent: …', 'failed: …'
    ADD COLUMN requests        INTEGER,        -- sent, retries included
    ADD COLUMN requests_failed INTEGER,        -- for good, after their retries
    ADD COLUMN items_stored    INTEGER,        -- records that were new or had changed
    ADD COLUMN items_unchanged INTEGER,
    ADD COLUMN items_invalid   INTEGER,        -- with at least one broken field
    ADD COLUMN pages_drifted   INTEGER,        -- answered 200, but without what must be on them
    ADD COLUMN quality_score   NUMERIC(5, 2),  -- percent of valid records (design, chapter 9.1)
    ADD COLUMN stats           JSONB,          -- all of Scrapy's figures
    ADD COLUMN arguments       JSONB,          -- what -a gave
    ADD COLUMN host            VARCHAR(255),   -- where the run is: machine and process
    ADD COLUMN pid             INTEGER;

-- When the page was read after all. Closed without it: gone, or failed in too many runs.
ALTER TABLE failed_scrapes ADD COLUMN resolved_at TIMESTAMPTZ;

-- From which kind of record raw_data was taken, to check it again: 'ActivityItem', …
ALTER TABLE validation_errors ADD COLUMN item VARCHAR(50);
UPDATE validation_errors SET item = CASE
    WHEN raw_data ? 'listed_by' THEN 'ActivityItem'
    WHEN raw_data ? 'accounts_platform_slug' THEN 'SectionItem'
    WHEN raw_data ? 'physical_activities' THEN 'StatisticsItem'
    WHEN raw_data ? 'section_count' THEN 'CountryItem'
END;

-- What each section's listing shows, also of activities whose page could not be read yet.
CREATE TABLE section_listings (
    section_id INTEGER REFERENCES sections (id) ON DELETE CASCADE,
    event_slug VARCHAR(255),
    PRIMARY KEY (section_id, event_slug)
);
CREATE INDEX idx_section_listings_slug ON section_listings (event_slug);

INSERT INTO section_listings (section_id, event_slug)
SELECT l.section_id, a.event_slug
FROM activity_section_organisers l JOIN activities a ON a.id = l.activity_id
WHERE l.is_listed;
