-- What a refresh needs to tell which pages it can leave out.

ALTER TABLE activities
    ADD COLUMN last_read  TIMESTAMPTZ NOT NULL DEFAULT now(),  -- its own page; last_seen: its card, too
    ADD COLUMN removed_at TIMESTAMPTZ;                         -- no listing shows it any more
UPDATE activities SET last_read = last_seen;

ALTER TABLE section_listings
    ADD COLUMN url  TEXT,  -- where the card leads to
    ADD COLUMN card TEXT;  -- title, dates and place as they were shown at the last visit
UPDATE section_listings AS l SET url = a.url FROM activities AS a WHERE a.event_slug = l.event_slug;

ALTER TABLE sections
    ADD COLUMN listing_read_at TIMESTAMPTZ,  -- when all pages of its listing were read
    ADD COLUMN listing_digest  VARCHAR(32);  -- of the numbers of activities at its last complete visit

ALTER TABLE scraper_status
    ADD COLUMN pages_read    INTEGER,
    ADD COLUMN pages_skipped INTEGER,  -- known, but not asked for
    ADD COLUMN pages         JSONB;    -- how many were asked for, and skipped, for which reason
