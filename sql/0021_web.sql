-- Who may do what in the web, and who did what.

CREATE TABLE web_people (
    id            BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name          TEXT UNIQUE NOT NULL,           -- 'esn:anna' or 'local:anna'
    subject       TEXT UNIQUE,                    -- ESN's own name of the account; NULL: a local user
    password_hash TEXT,                           -- Argon2; NULL: an ESN account
    sections      TEXT[] NOT NULL DEFAULT '{}',   -- of which they are, by slugs of accounts.esn.org
    countries     TEXT[] NOT NULL DEFAULT '{}',   -- for which they stand, by codes
    groups        TEXT[] NOT NULL DEFAULT '{}',   -- of ESN's, such as 'COMMITTEE:itcom-chair'
    made_at       TIMESTAMPTZ NOT NULL DEFAULT now(),
    signed_in_at  TIMESTAMPTZ,
    CHECK ((subject IS NULL) <> (password_hash IS NULL))
);

-- Of tokens only hashes are kept: who reads this table can't pass for anybody.
CREATE TABLE web_sessions (
    token_hash BYTEA PRIMARY KEY,
    person_id  BIGINT NOT NULL REFERENCES web_people (id) ON DELETE CASCADE,
    began_at   TIMESTAMPTZ NOT NULL DEFAULT now(),
    ends_at    TIMESTAMPTZ NOT NULL
);
CREATE INDEX idx_web_sessions_person ON web_sessions (person_id);

-- Those who are at ESN's right now to sign in there. Each row is used once.
CREATE TABLE web_sign_ins (
    state_hash BYTEA PRIMARY KEY,
    verifier   TEXT NOT NULL,                     -- of PKCE
    leads_to   TEXT NOT NULL,                     -- the page that they came from
    ends_at    TIMESTAMPTZ NOT NULL
);

CREATE TABLE web_keys (
    id           BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    prefix       TEXT UNIQUE NOT NULL,            -- by which people know it
    token_hash   BYTEA UNIQUE NOT NULL,
    name         TEXT NOT NULL,                   -- what it is for
    role         TEXT NOT NULL CHECK (role IN ('reader', 'local', 'national', 'operator')),
    section      TEXT,                            -- of a local one, by its slug of accounts.esn.org
    country      TEXT,                            -- of a national one, by its code
    made_by      TEXT NOT NULL,                   -- a person's name, or 'cli:' and that of a login
    maker_id     BIGINT REFERENCES web_people (id) ON DELETE CASCADE, -- NULL: the command line
    made_at      TIMESTAMPTZ NOT NULL DEFAULT now(),
    ends_at      TIMESTAMPTZ,                     -- NULL: never
    last_used_at TIMESTAMPTZ,
    revoked_at   TIMESTAMPTZ,
    CHECK ((maker_id IS NULL) = (made_by LIKE 'cli:%')), -- of somebody who is gone no key is left
    CHECK ((role = 'local') = (section IS NOT NULL)),
    CHECK ((role = 'national') = (country IS NOT NULL))
);

CREATE TABLE web_audit (
    id      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at      TIMESTAMPTZ NOT NULL DEFAULT now(),
    who     TEXT NOT NULL,                        -- 'esn:anna', 'key:3fA9…', 'cli:root'
    action  TEXT NOT NULL,
    what    TEXT NOT NULL,                        -- to what it was done
    address TEXT                                  -- from where; NULL: the command line
);
CREATE INDEX idx_web_audit_at ON web_audit (at);

-- By what a job reads, in full or not; a hash, as what `scrapy schedule` gives may be of any length.
CREATE INDEX idx_scrapyd_jobs_place ON scrapyd_jobs (spider, md5((arguments - 'full')::text), id);

-- Whoever posts for others can leave out what a job's process is told: it decides what is run.
ALTER TABLE scrapyd_jobs ALTER COLUMN settings SET DEFAULT '{}';
