-- Organisations of activities.esn.org: sections, national organisations and others (docs/sites.md,
-- "Organisations"). Whose an alias is, is told by the name that the site shows of it.

CREATE TABLE organisations (
    slug         VARCHAR(255) PRIMARY KEY,  -- its alias there: 'esn-metu'
    name         VARCHAR(255),              -- as cards and pages show it; NULL: none was seen yet
    section_id   INTEGER UNIQUE REFERENCES sections (id) ON DELETE SET NULL,
    country_code VARCHAR(10) UNIQUE         -- of a national organisation
        REFERENCES countries (country_code) ON UPDATE CASCADE ON DELETE SET NULL,
    first_seen   TIMESTAMPTZ NOT NULL DEFAULT now(),
    last_seen    TIMESTAMPTZ NOT NULL DEFAULT now(),
    gone_at      TIMESTAMPTZ,               -- when a search did not find its page any more
    CHECK (section_id IS NULL OR country_code IS NULL)
);

-- Aliases that an organisation had before; pages that still name one mean the present one.
CREATE TABLE organisation_former_slugs (
    former_slug VARCHAR(255) PRIMARY KEY,
    slug        VARCHAR(255) NOT NULL
        REFERENCES organisations (slug) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX idx_former_slugs_slug ON organisation_former_slugs (slug);

-- All organisers that an activity's page links to. (activity_section_organisers knows sections only,
-- and also those whose listing shows the activity.)
CREATE TABLE activity_organisers (
    activity_id       INTEGER NOT NULL REFERENCES activities (id) ON DELETE CASCADE,
    organisation_slug VARCHAR(255) NOT NULL REFERENCES organisations (slug) ON UPDATE CASCADE,
    position          INTEGER NOT NULL,  -- in page order, from 1
    PRIMARY KEY (activity_id, organisation_slug)
);
CREATE INDEX idx_activity_organisers_slug ON activity_organisers (organisation_slug);

ALTER TABLE sections ADD COLUMN alias_since TIMESTAMPTZ;  -- NULL: since before that was kept

-- The same of a country's national organisation as of a section.
ALTER TABLE countries
    ADD COLUMN activities_platform_slug       VARCHAR(255),  -- 'esn-italy'; NULL when it has none
    ADD COLUMN activities_url                 VARCHAR(255),
    ADD COLUMN can_scrape_activities          BOOLEAN,       -- NULL: nothing proven yet
    ADD COLUMN last_validated_activities_slug TIMESTAMPTZ,
    ADD COLUMN alias_since                    TIMESTAMPTZ,
    ADD COLUMN last_scraped                   TIMESTAMPTZ,
    ADD COLUMN listing_read_at                TIMESTAMPTZ,
    ADD COLUMN listing_digest                 VARCHAR(32);

CREATE TABLE country_listings (
    country_code VARCHAR(10) REFERENCES countries (country_code) ON UPDATE CASCADE ON DELETE CASCADE,
    event_slug   VARCHAR(255),
    url          TEXT,
    card         TEXT,
    PRIMARY KEY (country_code, event_slug)
);
CREATE INDEX idx_country_listings_slug ON country_listings (event_slug);

CREATE TABLE country_overall_statistics (
    id                           INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    country_code                 VARCHAR(10) UNIQUE
        REFERENCES countries (country_code) ON UPDATE CASCADE ON DELETE CASCADE,
    physical_activities          INTEGER DEFAULT 0,
    online_activities            INTEGER DEFAULT 0,
    total_local_students         INTEGER DEFAULT 0,
    total_international_students INTEGER DEFAULT 0,
    total_coordinators           INTEGER DEFAULT 0,
    scraped_at                   TIMESTAMPTZ DEFAULT now()
);

CREATE TABLE country_cause_statistics (
    id             INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    country_code   VARCHAR(10) REFERENCES countries (country_code) ON UPDATE CASCADE ON DELETE CASCADE,
    cause_name     VARCHAR(100) NOT NULL,
    total_count    INTEGER DEFAULT 0,
    physical_count INTEGER DEFAULT 0,
    online_count   INTEGER DEFAULT 0,
    scraped_at     TIMESTAMPTZ DEFAULT now(),
    UNIQUE (country_code, cause_name)
);

CREATE TABLE country_type_statistics (
    id             INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    country_code   VARCHAR(10) REFERENCES countries (country_code) ON UPDATE CASCADE ON DELETE CASCADE,
    activity_type  VARCHAR(100) NOT NULL,
    physical_count INTEGER DEFAULT 0,
    online_count   INTEGER DEFAULT 0,
    scraped_at     TIMESTAMPTZ DEFAULT now(),
    UNIQUE (country_code, activity_type)
);

CREATE TABLE country_participant_statistics (
    id               INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    country_code     VARCHAR(10) REFERENCES countries (country_code) ON UPDATE CASCADE ON DELETE CASCADE,
    participant_type VARCHAR(100) NOT NULL,
    physical_count   INTEGER DEFAULT 0,
    online_count     INTEGER DEFAULT 0,
    scraped_at       TIMESTAMPTZ DEFAULT now(),
    UNIQUE (country_code, participant_type)
);

CREATE TABLE country_snapshots (
    country_code                 VARCHAR(10) NOT NULL
        REFERENCES countries (country_code) ON UPDATE CASCADE ON DELETE CASCADE,
    day                          DATE NOT NULL,  -- UTC
    physical_activities          INTEGER,
    online_activities            INTEGER,
    total_local_students         INTEGER,
    total_international_students INTEGER,
    total_coordinators           INTEGER,
    PRIMARY KEY (country_code, day)
);

-- Of a national organisation's pages; those of sections have section_id.
ALTER TABLE failed_scrapes ADD COLUMN country_code VARCHAR(10)
    REFERENCES countries (country_code) ON UPDATE CASCADE;
ALTER TABLE validation_errors ADD COLUMN country_code VARCHAR(10)
    REFERENCES countries (country_code) ON UPDATE CASCADE;

-- What is known so far: the sections' aliases, of one that several claim the first one's. Names, and
-- who organises an activity, are learnt page by page.
INSERT INTO organisations (slug, section_id)
SELECT DISTINCT ON (activities_platform_slug) activities_platform_slug, id
FROM sections WHERE activities_platform_slug IS NOT NULL
ORDER BY activities_platform_slug, id;
