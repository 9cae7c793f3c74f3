-- Countries and sections of the network (design, chapter 4.2), read from accounts.esn.org.

CREATE TABLE countries (
    country_code  VARCHAR(10) PRIMARY KEY,   -- two capital letters, as in the site's address: 'TR'
    name          VARCHAR(100) NOT NULL,     -- without the leading 'ESN ': 'the Netherlands'
    slug          VARCHAR(100) NOT NULL,     -- 'the-netherlands'
    url           VARCHAR(255) NOT NULL,
    section_count INTEGER DEFAULT 0,         -- NULL until the country's own page could be read
    email         VARCHAR(255),
    website       VARCHAR(255),
    social_media  JSONB                      -- {"facebook": "https://…"}
);

CREATE TABLE sections (
    id                             INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    country_code                   VARCHAR(10) REFERENCES countries (country_code),
    name                           VARCHAR(255) NOT NULL,
    accounts_platform_slug         VARCHAR(255) UNIQUE NOT NULL,  -- 'tr-anka-met'
    activities_platform_slug       VARCHAR(255),                  -- 'esn-metu'; NULL when it has none
    accounts_url                   VARCHAR(255),
    activities_url                 VARCHAR(255),
    city                           VARCHAR(100),
    address                        TEXT,
    email                          VARCHAR(255),
    website                        VARCHAR(255),
    university_name                VARCHAR(255),
    university_website             VARCHAR(255),
    longitude                      DECIMAL(9, 6),
    latitude                       DECIMAL(9, 6),
    social_media                   JSONB,
    logo_url                       VARCHAR(255),
    can_scrape_activities          BOOLEAN DEFAULT NULL,          -- NULL: nothing proven yet
    last_validated_activities_slug TIMESTAMPTZ,
    last_scraped                   TIMESTAMPTZ,
    first_seen                     TIMESTAMPTZ NOT NULL DEFAULT now(),
    last_seen                      TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX idx_sections_can_scrape ON sections (can_scrape_activities)
    WHERE can_scrape_activities = TRUE;
CREATE INDEX idx_sections_last_scraped ON sections (last_scraped ASC NULLS FIRST);
-- Organisers of an activity are known by this alias only.
CREATE INDEX idx_sections_activities_slug ON sections (activities_platform_slug);

-- Aliases that an operator pins because no rule can find them; they win over the rules.
CREATE TABLE section_slug_overrides (
    accounts_platform_slug   VARCHAR(255) PRIMARY KEY,
    activities_platform_slug VARCHAR(255) NOT NULL
);
