-- The login by which the web writes: sign-ins, keys, pinned aliases, jobs, and who did what. It sees
-- what operators see, and can change nothing that was read from ESN's sites.
--
-- Run it in the project's database, once the reader is there (`scrapy reader`), as somebody who may
-- make roles, and again after each upgrade:
--
--   psql "$DATABASE_URL" --set=ON_ERROR_STOP=1 --file=deploy/web-login.sql
--   psql "$DATABASE_URL" --command='\password esn_pulse_web'
--
-- Then WEB_WRITING_DATABASE_URL is such as postgresql://esn_pulse_web:…@localhost:5432/pulse

DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'esn_pulse_web') THEN
        CREATE ROLE esn_pulse_web LOGIN CONNECTION LIMIT 20;
    END IF;
END $$;

-- What it tells Prometheus is in the views, too; the reader has the right to them at any time.
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'esn_pulse_reader') THEN
        GRANT esn_pulse_reader TO esn_pulse_web;
    END IF;
END $$;

GRANT USAGE ON SCHEMA public TO esn_pulse_web;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO esn_pulse_web;

GRANT INSERT, UPDATE, DELETE
    ON web_people, web_sessions, web_sign_ins, web_keys, section_slug_overrides TO esn_pulse_web;
-- What was done stays as it was recorded, until it is too old to be kept.
GRANT INSERT, DELETE ON web_audit TO esn_pulse_web;
-- It posts jobs and cancels them. Not the settings of a job: by these it could let a node do
-- anything.
GRANT INSERT (project, job, spider, priority, arguments),
    UPDATE (cancelled_at, ended_at) ON scrapyd_jobs TO esn_pulse_web;

-- Of two that ask for the same job, or sign in with ESN, one waits for the other. That everybody may
-- do, but for where `reader --strict` took it; there it is a superuser's to give, and others are
-- warned.
GRANT EXECUTE ON FUNCTION pg_advisory_xact_lock(integer, integer) TO esn_pulse_web;
