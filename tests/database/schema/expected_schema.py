"""The schema as it has to be (docs/decisions.md, "Data model")."""

ID = "id integer NOT NULL IDENTITY"
BIG_ID = "id bigint NOT NULL IDENTITY"
SCRAPED_AT = "scraped_at timestamptz DEFAULT now()"
SECTION = "section_id integer"
COUNTRY = "country_code varchar(10)"
FIGURES = """physical_activities integer{0}; online_activities integer{0};
    total_local_students integer{0}; total_international_students integer{0};
    total_coordinators integer{0}"""
COUNTED = FIGURES.format(" DEFAULT 0")
CAUSE = """cause_name varchar(100) NOT NULL; total_count integer DEFAULT 0;
    physical_count integer DEFAULT 0; online_count integer DEFAULT 0"""
TYPE = """activity_type varchar(100) NOT NULL; physical_count integer DEFAULT 0;
    online_count integer DEFAULT 0"""
PARTICIPANT = TYPE.replace("activity_type", "participant_type")

COLUMNS: dict[str, str] = {
    "countries": """
        country_code varchar(10) NOT NULL; name varchar(100) NOT NULL; slug varchar(100) NOT NULL;
        url varchar(255) NOT NULL; section_count integer DEFAULT 0; email varchar(255);
        website varchar(255); social_media jsonb;
        said_by_page text[] NOT NULL DEFAULT '{}'::text[]; page_read_at timestamptz;
        activities_platform_slug varchar(255); activities_url varchar(255);
        can_scrape_activities boolean; last_validated_activities_slug timestamptz;
        alias_since timestamptz; last_scraped timestamptz; listing_read_at timestamptz;
        listing_digest varchar(32)""",
    "sections": f"""
        {ID}; country_code varchar(10); name varchar(255) NOT NULL;
        accounts_platform_slug varchar(255) NOT NULL; activities_platform_slug varchar(255);
        accounts_url varchar(255); activities_url varchar(255); city varchar(100); address text;
        email varchar(255); website varchar(255); university_name varchar(255);
        university_website varchar(255); longitude numeric(9,6); latitude numeric(9,6);
        social_media jsonb; logo_url varchar(255); can_scrape_activities boolean;
        last_validated_activities_slug timestamptz; last_scraped timestamptz;
        first_seen timestamptz NOT NULL DEFAULT now();
        last_seen timestamptz NOT NULL DEFAULT now(); listing_read_at timestamptz;
        listing_digest varchar(32); state varchar(20); joined date; missed_in integer;
        left_at timestamptz; said_by_page text[] NOT NULL DEFAULT '{{}}'::text[];
        alias_since timestamptz""",
    "section_slug_overrides": """
        accounts_platform_slug varchar(255) NOT NULL;
        activities_platform_slug varchar(255) NOT NULL""",
    "activities": f"""
        {ID}; event_slug varchar(255) NOT NULL; url varchar(255) NOT NULL;
        title varchar(255) NOT NULL; description text NOT NULL; start_date date NOT NULL;
        end_date date; is_future_event boolean NOT NULL; is_online boolean NOT NULL;
        online_platform varchar(255); city varchar(100); country_code varchar(10);
        country_name varchar(100); participants integer; activity_type varchar(100);
        activity_goal text; outcomes text; registration_url text; image_url text;
        is_valid boolean DEFAULT true; created_at timestamptz DEFAULT now();
        updated_at timestamptz DEFAULT now(); first_seen timestamptz NOT NULL DEFAULT now();
        last_seen timestamptz NOT NULL DEFAULT now(); last_read timestamptz NOT NULL DEFAULT now();
        removed_at timestamptz; partners text[]""",
    "activity_types": f"{ID}; name varchar(100) NOT NULL",
    "activity_causes": f"{ID}; name varchar(100) NOT NULL",
    "sdgs": f"{ID}; name varchar(100) NOT NULL; description text",
    "objectives": f"{ID}; name varchar(200) NOT NULL",
    "activity_section_organisers": """
        activity_id integer NOT NULL; section_id integer NOT NULL;
        is_named boolean NOT NULL DEFAULT true; is_listed boolean NOT NULL DEFAULT false""",
    "activity_to_type": "activity_id integer NOT NULL; type_id integer NOT NULL",
    "activity_to_cause": "activity_id integer NOT NULL; cause_id integer NOT NULL",
    "activity_to_sdg": "activity_id integer NOT NULL; sdg_id integer NOT NULL",
    "activity_to_objective": "activity_id integer NOT NULL; objective_id integer NOT NULL",
    **{
        f"{of}_{kind}_statistics": f"{ID}; {key}; {counts}; {SCRAPED_AT}"
        for of, key in {"section": SECTION, "country": COUNTRY}.items()
        for kind, counts in {
            "overall": COUNTED,
            "cause": CAUSE,
            "type": TYPE,
            "participant": PARTICIPANT,
        }.items()
    },
    "scraper_status": f"""
        {ID}; scraper_module varchar(50) NOT NULL; status varchar(20) NOT NULL;
        started_at timestamptz NOT NULL DEFAULT now(); completed_at timestamptz;
        sections_processed integer DEFAULT 0; sections_failed integer DEFAULT 0;
        error_message text; finish_reason text; requests integer; requests_failed integer;
        items_stored integer; items_unchanged integer; items_invalid integer;
        pages_drifted integer; quality_score numeric(5,2); stats jsonb; arguments jsonb;
        host varchar(255); pid integer; pages_read integer; pages_skipped integer;
        pages jsonb; job varchar(255)""",
    "validation_errors": f"""
        {ID}; {SECTION}; activity_event_slug varchar(255); field_name varchar(100);
        error_message text NOT NULL; raw_data jsonb; created_at timestamptz DEFAULT now();
        url text NOT NULL; resolved_at timestamptz; item varchar(50); value text; {COUNTRY}""",
    "failed_scrapes": f"""
        {ID}; url varchar(500) NOT NULL; {SECTION}; scraper_module varchar(50);
        http_status_code integer; error_message text; retry_count integer DEFAULT 0;
        last_attempt timestamptz DEFAULT now(); will_retry boolean DEFAULT true;
        resolved_at timestamptz; {COUNTRY}""",
    "scrapyd_jobs": f"""
        {BIG_ID}; project varchar(100) NOT NULL; job varchar(255) NOT NULL;
        spider varchar(100) NOT NULL; version varchar(100); priority real NOT NULL;
        arguments jsonb NOT NULL; settings jsonb NOT NULL DEFAULT '{{}}'::jsonb;
        posted_at timestamptz NOT NULL DEFAULT now(); attempts integer NOT NULL DEFAULT 0;
        deaths integer NOT NULL DEFAULT 0;
        node varchar(255); started_at timestamptz; taken_at timestamptz;
        leased_until timestamptz; cancelled_at timestamptz; ended_at timestamptz""",
    "calendar_tasks": """
        name varchar(20) NOT NULL; began_at timestamptz NOT NULL; ended_at timestamptz;
        error text""",
    "web_people": f"""
        {BIG_ID}; name text NOT NULL; subject text; password_hash text;
        sections text[] NOT NULL DEFAULT '{{}}'::text[];
        countries text[] NOT NULL DEFAULT '{{}}'::text[];
        groups text[] NOT NULL DEFAULT '{{}}'::text[]; made_at timestamptz NOT NULL DEFAULT now();
        signed_in_at timestamptz""",
    "web_sessions": """
        token_hash bytea NOT NULL; person_id bigint NOT NULL;
        began_at timestamptz NOT NULL DEFAULT now(); ends_at timestamptz NOT NULL""",
    "web_sign_ins": """
        state_hash bytea NOT NULL; verifier text NOT NULL; leads_to text NOT NULL;
        ends_at timestamptz NOT NULL""",
    "web_keys": f"""
        {BIG_ID}; prefix text NOT NULL; token_hash bytea NOT NULL; name text NOT NULL;
        role text NOT NULL; section text; country text; made_by text NOT NULL; maker_id bigint;
        made_at timestamptz NOT NULL DEFAULT now(); ends_at timestamptz;
        last_used_at timestamptz; revoked_at timestamptz""",
    "web_audit": f"""
        {BIG_ID}; at timestamptz NOT NULL DEFAULT now(); who text NOT NULL; action text NOT NULL;
        what text NOT NULL; address text""",
    "section_listings": """
        section_id integer NOT NULL; event_slug varchar(255) NOT NULL; url text; card text""",
    "site_turns": "site varchar(255) NOT NULL; next_at timestamptz NOT NULL",
    "run_progress": """
        run_id integer NOT NULL; at timestamptz NOT NULL; sections_known integer NOT NULL;
        sections_processed integer NOT NULL; sections_failed integer NOT NULL;
        pages_read integer NOT NULL; pages_failed integer NOT NULL; requests integer NOT NULL""",
    "view_scripts": f"{ID}; name varchar(127) NOT NULL; digest varchar(64) NOT NULL",
    "section_snapshots": f"{SECTION} NOT NULL; day date NOT NULL; {FIGURES.format('')}",
    "country_snapshots": f"{COUNTRY} NOT NULL; day date NOT NULL; {FIGURES.format('')}",
    "country_listings": f"""
        {COUNTRY} NOT NULL; event_slug varchar(255) NOT NULL; url text; card text""",
    "organisations": f"""
        slug varchar(255) NOT NULL; name varchar(255); {SECTION}; {COUNTRY};
        first_seen timestamptz NOT NULL DEFAULT now();
        last_seen timestamptz NOT NULL DEFAULT now(); gone_at timestamptz""",
    "organisation_former_slugs": """
        former_slug varchar(255) NOT NULL; slug varchar(255) NOT NULL""",
    "activity_organisers": """
        activity_id integer NOT NULL; organisation_slug varchar(255) NOT NULL;
        position integer NOT NULL""",
}
CASCADE = "ON DELETE CASCADE"
OWN_SECTION = f"FOREIGN KEY (section_id) REFERENCES sections(id) {CASCADE}"
OWN_ACTIVITY = f"FOREIGN KEY (activity_id) REFERENCES activities(id) {CASCADE}"
PERSON = f"FOREIGN KEY ({{}}) REFERENCES web_people(id) {CASCADE}"
OF_COUNTRY = "FOREIGN KEY (country_code) REFERENCES countries(country_code)"
OWN_COUNTRY = f"{OF_COUNTRY} ON UPDATE CASCADE {CASCADE}"
OF_ORGANISATION = "REFERENCES organisations(slug) ON UPDATE CASCADE"
CONSTRAINTS: dict[str, set[str]] = {
    "countries": {"PRIMARY KEY (country_code)"},
    "sections": {"PRIMARY KEY (id)", "UNIQUE (accounts_platform_slug)", OF_COUNTRY},
    "section_slug_overrides": {"PRIMARY KEY (accounts_platform_slug)"},
    "activities": {
        "PRIMARY KEY (id)",
        "UNIQUE (event_slug)",
        "CHECK ((participants >= 0))",
        f"{OF_COUNTRY} ON UPDATE CASCADE ON DELETE SET NULL",
    },
    **{
        t: {"PRIMARY KEY (id)", "UNIQUE (name)"}
        for t in ("activity_types", "activity_causes", "sdgs", "objectives")
    },
    "activity_section_organisers": {
        "PRIMARY KEY (activity_id, section_id)",
        OWN_ACTIVITY,
        OWN_SECTION,
    },
    **{
        f"activity_to_{one}": {
            f"PRIMARY KEY (activity_id, {one}_id)",
            OWN_ACTIVITY,
            f"FOREIGN KEY ({one}_id) REFERENCES {many}(id) {CASCADE}",
        }
        for one, many in {
            "type": "activity_types",
            "cause": "activity_causes",
            "sdg": "sdgs",
            "objective": "objectives",
        }.items()
    },
    **{
        f"{of}_{kind}_statistics": {"PRIMARY KEY (id)", f"UNIQUE ({key}{label})", owner}
        for of, key, owner in [
            ("section", "section_id", OWN_SECTION),
            ("country", "country_code", OWN_COUNTRY),
        ]
        for kind, label in {
            "overall": "",
            "cause": ", cause_name",
            "type": ", activity_type",
            "participant": ", participant_type",
        }.items()
    },
    "scraper_status": {"PRIMARY KEY (id)"},
    "validation_errors": {
        "PRIMARY KEY (id)",
        "FOREIGN KEY (section_id) REFERENCES sections(id)",
        f"{OF_COUNTRY} ON UPDATE CASCADE",
    },
    "failed_scrapes": {
        "PRIMARY KEY (id)",
        "UNIQUE (url)",
        "FOREIGN KEY (section_id) REFERENCES sections(id)",
        f"{OF_COUNTRY} ON UPDATE CASCADE",
    },
    "scrapyd_jobs": {"PRIMARY KEY (id)", "UNIQUE (job)"},
    "calendar_tasks": {"PRIMARY KEY (name)"},
    "web_people": {
        *("PRIMARY KEY (id)", "UNIQUE (name)", "UNIQUE (subject)"),
        "CHECK (((subject IS NULL) <> (password_hash IS NULL)))",
    },
    "web_sessions": {"PRIMARY KEY (token_hash)", PERSON.format("person_id")},
    "web_sign_ins": {"PRIMARY KEY (state_hash)"},
    "web_keys": {
        *("PRIMARY KEY (id)", "UNIQUE (prefix)", "UNIQUE (token_hash)"),
        PERSON.format("maker_id"),
        "CHECK ((role = ANY (ARRAY['reader'::text, 'local'::text, 'national'::text,"
        " 'operator'::text])))",
        "CHECK (((role = 'local'::text) = (section IS NOT NULL)))",
        "CHECK (((role = 'national'::text) = (country IS NOT NULL)))",
        "CHECK (((maker_id IS NULL) = (made_by ~~ 'cli:%'::text)))",
    },
    "web_audit": {"PRIMARY KEY (id)"},
    "section_listings": {"PRIMARY KEY (section_id, event_slug)", OWN_SECTION},
    "site_turns": {"PRIMARY KEY (site)"},
    "run_progress": {"PRIMARY KEY (run_id)"},
    "view_scripts": {"PRIMARY KEY (id)", "UNIQUE (name)"},
    "section_snapshots": {"PRIMARY KEY (section_id, day)", OWN_SECTION},
    "country_snapshots": {"PRIMARY KEY (country_code, day)", OWN_COUNTRY},
    "country_listings": {"PRIMARY KEY (country_code, event_slug)", OWN_COUNTRY},
    "organisations": {
        "PRIMARY KEY (slug)",
        "UNIQUE (section_id)",
        "UNIQUE (country_code)",
        "CHECK (((section_id IS NULL) OR (country_code IS NULL)))",
        "FOREIGN KEY (section_id) REFERENCES sections(id) ON DELETE SET NULL",
        f"{OF_COUNTRY} ON UPDATE CASCADE ON DELETE SET NULL",
    },
    "organisation_former_slugs": {
        "PRIMARY KEY (former_slug)",
        f"FOREIGN KEY (slug) {OF_ORGANISATION} {CASCADE}",
    },
    "activity_organisers": {
        "PRIMARY KEY (activity_id, organisation_slug)",
        OWN_ACTIVITY,
        f"FOREIGN KEY (organisation_slug) {OF_ORGANISATION}",
    },
}
INDEXES = {
    "idx_web_audit_at": "web_audit (at)",
    "idx_web_sessions_person": "web_sessions (person_id)",
    "idx_scrapyd_jobs_open": "scrapyd_jobs (priority DESC, id) WHERE (ended_at IS NULL)",
    "idx_scrapyd_jobs_place": (
        "scrapyd_jobs (spider, md5(((arguments - 'full'::text))::text), id)"
    ),
    "idx_scraper_status_job": "scraper_status (job) WHERE (job IS NOT NULL)",
    "idx_sections_can_scrape": (
        "sections (can_scrape_activities) WHERE (can_scrape_activities = true)"
    ),
    "idx_sections_last_scraped": "sections (last_scraped NULLS FIRST)",
    "idx_activities_outdated": "activities (event_slug) WHERE (partners IS NULL)",
    "idx_activities_start_date": "activities (start_date)",
    "idx_activities_country": "activities (country_code)",
    "idx_activities_valid": "activities (is_valid) WHERE (is_valid = true)",
    "idx_activities_reach": (
        "activities (country_code, start_date) INCLUDE (participants)"
        " WHERE (is_valid AND (removed_at IS NULL))"
    ),
    "idx_activities_future": "activities (start_date) WHERE is_future_event",
    "idx_activities_over": "activities (participants) WHERE (NOT is_future_event)",
    "idx_activities_invalid": "activities (id) WHERE (NOT is_valid)",
    "idx_former_slugs_slug": "organisation_former_slugs (slug)",
    "idx_activity_organisers_slug": "activity_organisers (organisation_slug)",
    "idx_country_listings_slug": "country_listings (event_slug)",
    "idx_failed_scrapes_retry": "failed_scrapes (will_retry) WHERE (will_retry = true)",
}
GOALS = [
    ("SDG 1", "No poverty"),
    ("SDG 2", "Zero hunger"),
    ("SDG 3", "Good health and well-being"),
    ("SDG 4", "Quality education"),
    ("SDG 5", "Gender equality"),
    ("SDG 6", "Clean water and sanitation"),
    ("SDG 7", "Affordable and clean energy"),
    ("SDG 8", "Decent work and economic growth"),
    ("SDG 9", "Industry, innovation and infrastructure"),
    ("SDG 10", "Reduced inequalities"),
    ("SDG 11", "Sustainable cities and communities"),
    ("SDG 12", "Responsible consumption and production"),
    ("SDG 13", "Climate action"),
    ("SDG 14", "Life below water"),
    ("SDG 15", "Life on land"),
    ("SDG 16", "Peace, justice and strong institutions"),
    ("SDG 17", "Partnerships for the goals"),
]
