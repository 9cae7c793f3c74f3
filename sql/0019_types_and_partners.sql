-- All types of an activity (activities.activity_type stays the first one on its page), and the names
-- of organisers that have no page on the site (docs/sites.md, "Activities").

CREATE TABLE activity_types (
    id   INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name VARCHAR(100) UNIQUE NOT NULL
);

CREATE TABLE activity_to_type (
    activity_id INTEGER REFERENCES activities (id) ON DELETE CASCADE,
    type_id     INTEGER REFERENCES activity_types (id) ON DELETE CASCADE,
    PRIMARY KEY (activity_id, type_id)
);
CREATE INDEX idx_activity_to_type_type ON activity_to_type (type_id);

-- In page order; '{}': it has none. NULL: read before types and partners were noted, so that neither
-- is known until its page is read again.
ALTER TABLE activities ADD COLUMN partners TEXT[];

-- What an older version has read: all at first, and none in the end.
CREATE INDEX idx_activities_outdated ON activities (event_slug) WHERE partners IS NULL;
