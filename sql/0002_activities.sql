-- Activities with their causes, goals and objectives (design, chapter 4.2), from activities.esn.org.

CREATE TABLE activities (
    id               INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_slug       VARCHAR(255) UNIQUE NOT NULL,            -- 'boat-party-20885'
    url              VARCHAR(255) NOT NULL,
    title            VARCHAR(255) NOT NULL,
    description      TEXT NOT NULL,
    start_date       DATE NOT NULL,
    end_date         DATE,                                    -- start_date for a one-day activity
    is_future_event  BOOLEAN NOT NULL,                        -- starts after today
    is_online        BOOLEAN NOT NULL,
    online_platform  VARCHAR(255),
    city             VARCHAR(100),
    country_code     VARCHAR(10),                             -- NULL outside the network's countries
    country_name     VARCHAR(100),                            -- only then: the place's own name
    participants     INTEGER CHECK (participants >= 0),       -- NULL: not known (yet)
    activity_type    VARCHAR(100),
    activity_goal    TEXT,
    outcomes         TEXT,
    registration_url TEXT,
    image_url        TEXT,
    is_valid         BOOLEAN DEFAULT TRUE,
    created_at       TIMESTAMPTZ DEFAULT now(),
    updated_at       TIMESTAMPTZ DEFAULT now(),               -- when a column last changed
    first_seen       TIMESTAMPTZ NOT NULL DEFAULT now(),
    last_seen        TIMESTAMPTZ NOT NULL DEFAULT now(),
    CONSTRAINT fk_activities_country
        FOREIGN KEY (country_code) REFERENCES countries (country_code)
        ON UPDATE CASCADE ON DELETE SET NULL
);

CREATE INDEX idx_activities_start_date ON activities (start_date);
CREATE INDEX idx_activities_country ON activities (country_code);
CREATE INDEX idx_activities_valid ON activities (is_valid) WHERE is_valid = TRUE;

CREATE TABLE activity_causes (
    id   INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name VARCHAR(100) UNIQUE NOT NULL
);

CREATE TABLE sdgs (
    id          INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name        VARCHAR(100) UNIQUE NOT NULL,                 -- 'SDG 3'
    description TEXT
);

CREATE TABLE objectives (
    id   INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name VARCHAR(200) UNIQUE NOT NULL
);

-- A link stands as long as one of its two grounds does: pages are read at different times, and a
-- page that is silent about a section takes away its own ground only.
CREATE TABLE activity_section_organisers (
    activity_id INTEGER REFERENCES activities (id) ON DELETE CASCADE,
    section_id  INTEGER REFERENCES sections (id) ON DELETE CASCADE,
    is_named    BOOLEAN NOT NULL DEFAULT TRUE,   -- the activity's page names it as an organiser
    is_listed   BOOLEAN NOT NULL DEFAULT FALSE,  -- the section's listing shows the activity
    PRIMARY KEY (activity_id, section_id)
);

CREATE TABLE activity_to_cause (
    activity_id INTEGER REFERENCES activities (id) ON DELETE CASCADE,
    cause_id    INTEGER REFERENCES activity_causes (id) ON DELETE CASCADE,
    PRIMARY KEY (activity_id, cause_id)
);

CREATE TABLE activity_to_sdg (
    activity_id INTEGER REFERENCES activities (id) ON DELETE CASCADE,
    sdg_id      INTEGER REFERENCES sdgs (id) ON DELETE CASCADE,
    PRIMARY KEY (activity_id, sdg_id)
);

CREATE TABLE activity_to_objective (
    activity_id  INTEGER REFERENCES activities (id) ON DELETE CASCADE,
    objective_id INTEGER REFERENCES objectives (id) ON DELETE CASCADE,
    PRIMARY KEY (activity_id, objective_id)
);

-- The primary keys serve "what does this activity have"; these serve "which activities have this".
CREATE INDEX idx_organisers_section ON activity_section_organisers (section_id);
CREATE INDEX idx_activity_to_cause_cause ON activity_to_cause (cause_id);
CREATE INDEX idx_activity_to_sdg_sdg ON activity_to_sdg (sdg_id);
CREATE INDEX idx_activity_to_objective_objective ON activity_to_objective (objective_id);

INSERT INTO sdgs (name, description) VALUES
    ('SDG 1', 'No poverty'),
    ('SDG 2', 'Zero hunger'),
    ('SDG 3', 'Good health and well-being'),
    ('SDG 4', 'Quality education'),
    ('SDG 5', 'Gender equality'),
    ('SDG 6', 'Clean water and sanitation'),
    ('SDG 7', 'Affordable and clean energy'),
    ('SDG 8', 'Decent work and economic growth'),
    ('SDG 9', 'Industry, innovation and infrastructure'),
    ('SDG 10', 'Reduced inequalities'),
    ('SDG 11', 'Sustainable cities and communities'),
    ('SDG 12', 'Responsible consumption and production'),
    ('SDG 13', 'Climate action'),
    ('SDG 14', 'Life below water'),
    ('SDG 15', 'Life on land'),
    ('SDG 16', 'Peace, justice and strong institutions'),
    ('SDG 17', 'Partnerships for the goals');
