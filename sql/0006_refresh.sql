-- What a refresh needs to tell which pages it can leave out.

ALTER TABLE activities
    ADD COLUMN last_read  TIMESTAMPTZ NOT NULL DEFAULT now(),  -- its own page; last_seen: its card, too
    ADD COLUMN removed_at TIMESTAMPTZ;                         -- no listing shows it any more
UPDATE activities SET last_read = last_seen;

ALTER TABLE section_listings
    ADD COLUMN url  TEXT,  -- where the card leads to
    ADD COLUMN card TEXT;  -- title, dates and place as they were shown at the last visit
UPDATE section_listings AS l SET url = a.url FROM activities AS a WHERE a.event_slug = l.event_slug;

UPDATE activities AS a SET removed_at = now()
WHERE NOT EXISTS (SELECT FROM section_listings AS l WHERE l.event_slug = a.event_slug);

ALTER TABLE sections
    ADD COLUMN listing_read_at TIMESTAMPTZ,  -- when all pages of its listing were read
    ADD COLUMN listing_digest  VARCHAR(32);  -- of the numbers of activities at its last complete visit

ALTER TABLE scraper_status
    ADD COLUMN pages_read    INTEGER,
    ADD COLUMN pages_skipped INTEGER,  -- known, but not asked for
    ADD COLUMN pages         JSONB;    -- how many were asked for, and skipped, for which reason

-- At 50,000 activities these keep what is asked of them often below 20 ms (docs/performance.md).
CREATE INDEX idx_activities_reach ON activities (country_code, start_date) INCLUDE (participants)
    WHERE is_valid AND removed_at IS NULL;
CREATE INDEX idx_activities_future ON activities (start_date) WHERE is_future_event;
CREATE INDEX idx_activities_over ON activities (participants) WHERE NOT is_future_event;
CREATE INDEX idx_activities_invalid ON activities (id) WHERE NOT is_valid;
CREATE STATISTICS activities_years ON (date_part('year', start_date)) FROM activities;
