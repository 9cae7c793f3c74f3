-- What a section's statistics page says (design, chapter 4.2). One generation of rows a section,
-- replaced at each visit. A count that could not be read is NULL, never 0.

CREATE TABLE section_overall_statistics (
    id                           INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    section_id                   INTEGER REFERENCES sections (id) ON DELETE CASCADE,
    physical_activities          INTEGER DEFAULT 0,
    online_activities            INTEGER DEFAULT 0,
    total_local_students         INTEGER DEFAULT 0,
    total_international_students INTEGER DEFAULT 0,
    total_coordinators           INTEGER DEFAULT 0,
    scraped_at                   TIMESTAMPTZ DEFAULT now(),
    UNIQUE (section_id)
);

CREATE TABLE section_cause_statistics (
    id             INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    section_id     INTEGER REFERENCES sections (id) ON DELETE CASCADE,
    cause_name     VARCHAR(100) NOT NULL,
    total_count    INTEGER DEFAULT 0,
    physical_count INTEGER DEFAULT 0,
    online_count   INTEGER DEFAULT 0,
    scraped_at     TIMESTAMPTZ DEFAULT now(),
    UNIQUE (section_id, cause_name)
);

CREATE TABLE section_type_statistics (
    id             INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    section_id     INTEGER REFERENCES sections (id) ON DELETE CASCADE,
    activity_type  VARCHAR(100) NOT NULL,
    physical_count INTEGER DEFAULT 0,
    online_count   INTEGER DEFAULT 0,
    scraped_at     TIMESTAMPTZ DEFAULT now(),
    UNIQUE (section_id, activity_type)
);

CREATE TABLE section_participant_statistics (
    id               INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    section_id       INTEGER REFERENCES sections (id) ON DELETE CASCADE,
    participant_type VARCHAR(100) NOT NULL,
    physical_count   INTEGER DEFAULT 0,
    online_count     INTEGER DEFAULT 0,
    scraped_at       TIMESTAMPTZ DEFAULT now(),
    UNIQUE (section_id, participant_type)
);
