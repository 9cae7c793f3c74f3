-- What the official list of accounts.esn.org knows beside the pages (docs/sites.md, "The official list").

ALTER TABLE countries
    ADD COLUMN said_by_page TEXT[] NOT NULL DEFAULT '{}',  -- columns whose value a page has said, not the list
    ADD COLUMN page_read_at TIMESTAMPTZ;                   -- its own page

ALTER TABLE sections
    ADD COLUMN state        VARCHAR(20),                   -- 'active', 'warned', 'merged', 'withdrew'
    ADD COLUMN joined       DATE,
    ADD COLUMN missed_in    INTEGER,                       -- the first whole run in a row that was not shown it
    ADD COLUMN left_at      TIMESTAMPTZ,                   -- when a second one was not
    ADD COLUMN said_by_page TEXT[] NOT NULL DEFAULT '{}';

-- All that is stored so far was read from pages.
UPDATE countries SET said_by_page = '{email,website,social_media}';
UPDATE sections SET said_by_page =
    '{city,address,email,website,university_name,university_website,longitude,latitude,logo_url,social_media}';
