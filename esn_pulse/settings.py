"""Settings of the project: what differs from Scrapy's defaults, each with its reason."""

import os
from pathlib import Path

from scrapy.utils.conf import closest_scrapy_cfg

from esn_pulse.fetching.proxies import spare_loopback

_PROJECT = Path(closest_scrapy_cfg() or "scrapy.cfg").parent

spare_loopback()  # every program of the project loads the settings, and none asks itself by a proxy

BOT_NAME = "esn_pulse"
SPIDER_MODULES = ["esn_pulse.spiders"]
COMMANDS_MODULE = "esn_pulse.commands"

# Half a second between requests to a host, never less, at most ten of a run at a time, slower when
# the site is slow, and what robots.txt forbids is left alone (docs/decisions.md, "Manners").
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "esn-pulse"  # the name by which a site can address us
DOWNLOAD_DELAY = 0.5
DOWNLOAD_DELAY_JITTER = 0  # by default half of the delays would be shorter than asked for
CONCURRENT_REQUESTS_PER_DOMAIN = 10
CONCURRENT_REQUESTS = 100  # of both sites, and those that wait for another try, too
DOWNLOAD_TIMEOUT = 30
DOWNLOAD_VERIFY_CERTIFICATES = True  # by default any is accepted without a word
DOWNLOAD_MAXSIZE = 10_000_000  # bytes, decoded; a page has some 100,000
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 0.5

# Of all codings gzip alone has a checksum, always; fetching/content_coding.py decodes what comes.
COMPRESSION_ENABLED = False
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "en",
    "Accept-Encoding": "gzip",
}

# How long they wait: middlewares/retry.py. What is gone (404, 410) will not come.
RETRY_TIMES = 3
RETRY_HTTP_CODES = [403, 408, 429, 500, 502, 503, 504]

# Scrapy's default knows IPv4 alone. This one has no time-out of its own: DOWNLOAD_TIMEOUT counts.
TWISTED_DNS_RESOLVER = "scrapy.resolver.CachingHostnameResolver"

# Both open a local port for remote control; a job that runs unattended must not have one.
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False

# A page that reloads itself is not the page; a bot wall's check often does.
METAREFRESH_ENABLED = False

# The sites need no login, and a session would only tie requests together.
COOKIES_ENABLED = False

# Requests are repeated on purpose (an organisation's pages every run), and none may be dropped for
# its length: a visit waits for every page that it asked for.
URLLENGTH_LIMIT = 0

# A page yields few items, and Scrapy starts so many tasks for each page.
CONCURRENT_ITEMS = 4

LOG_LEVEL = "INFO"
LOG_FORMATTER = "esn_pulse.logs.formatter.BriefLogFormatter"

DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "esn_pulse.middlewares.own_sites.OwnSites": 50,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "esn_pulse.middlewares.robots.RobotsTxt": 100,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": None,
    "esn_pulse.middlewares.user_agent.RotatingUserAgent": 500,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "esn_pulse.middlewares.time_budget.TimeBudget": 530,
    "esn_pulse.middlewares.circuit_breaker.CircuitBreaker": 540,
    "esn_pulse.middlewares.retry.BackoffRetry": 550,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "esn_pulse.middlewares.redirect.MergingRedirect": 600,
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": None,
    "esn_pulse.middlewares.proxy.SitesProxy": 750,
}
DOWNLOAD_HANDLERS = {
    "http": "esn_pulse.fetching.shared_delay.SharedDelay",
    "https": "esn_pulse.fetching.shared_delay.SharedDelay",
}
EXTENSIONS = {
    "esn_pulse.logs.files.Logs": -10,  # before Scrapy's own, at 0, can log a secret
    "esn_pulse.run.hub.Run": 0,
    "esn_pulse.extensions.alerts.Alerts": 10,
    "esn_pulse.extensions.progress.ProgressDisplay": 20,
}
ITEM_PIPELINES = {
    "esn_pulse.pipelines.validation.ValidationPipeline": 100,
    "esn_pulse.pipelines.slug_check.SlugCheckPipeline": 200,
    "esn_pulse.pipelines.postgres.PostgresPipeline": 300,
}

# --- Our own ---------------------------------------------------------------------------------

# Used by the spiders and the slug check: where the sites are.
ESN_ACCOUNTS_URL = os.environ.get("ESN_ACCOUNTS_URL") or "https://accounts.esn.org"
ESN_ACTIVITIES_URL = os.environ.get("ESN_ACTIVITIES_URL") or "https://activities.esn.org"

# Used by fetching/shared_delay.py: all runs of a database keep the delay between requests together,
# however many there are and wherever they run. Otherwise each keeps it for itself.
ESN_SHARE_DELAY = True

# Used by middlewares/user_agent.py: one is drawn for each request.
ESN_USER_AGENTS = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36",
]

# Used by middlewares/robots.py, seconds: the longest that a site's Crawl-delay can make all runs
# wait between two requests. Drupal's own robots.txt used to ask for as many.
CRAWL_DELAY_LONGEST = 10

# Used by middlewares/retry.py, seconds: the first wait (doubled each time), and the longest that a
# site's Retry-After can make us wait.
RETRY_FIRST_WAIT = 2
RETRY_AFTER_LONGEST = 300

# Used by middlewares/circuit_breaker.py: a site is given up after so many requests in a row failed
# for good, which at ten at a time and four attempts each takes about half a minute.
BREAKER_FAILURES = 20

# Used by run/hub.py, seconds: no section or national organisation is begun after so long
# (docs/decisions.md, "Time budgets").
ACCOUNTS_TIME_BUDGET = 3600
ACTIVITIES_TIME_BUDGET = 7200

# Used by scheduling/freshness.py, days: sections are read again before activities when the
# last completed run of accounts is older (docs/decisions.md, "Order of the spiders").
ACCOUNTS_FRESH_DAYS = 30

# Used by pipelines/slug_check.py, days: for how long an alias is not looked for again, once a
# listing was read under it.
ESN_ALIAS_DAYS = 90

# Used by spiders/accounts.py, days: how often a country's own page is read beside the official
# list, as it may show contacts that the list does not.
ESN_COUNTRY_PAGE_DAYS = 90

# Used by run/drift.py: the markup of a kind of page counts as changed when more than this share of
# at least so many pages lack what must be on them; how many such pages are kept, the newest, and
# how many bytes of each (before compression).
DRIFT_SHARE = 0.2
DRIFT_LEAST_PAGES = 10
DRIFT_PAGES_KEPT = 50
DRIFT_PAGE_BYTES = 1_000_000

# Used by visits/visit_queue.py: how many sections and national organisations are read at a time.
# What a killed run had begun is read again, and what it had not begun takes no memory.
ESN_SECTIONS_AT_ONCE = 5

# Used by spiders/activities.py: a pager that claims more pages than this is broken. The largest
# section of the network has 28.
ESN_LISTING_PAGES_LIMIT = 1000

# Used by database/queries/listings.py, days: for how long after its end an activity's page is read
# again every week, as participants and outcomes are filled in late; and how old what is stored of
# any activity may get before its page is read again.
ESN_SETTLE_DAYS = 30
ESN_MAX_AGE_DAYS = 180

# Used by visits/visit_queue.py, days: how far back the cards of a listing are looked at every week.
ESN_CARDS_DAYS = 60

# Used by database/: a PostgreSQL address, empty for the embedded server with its data in
# PULSE_DIR; and for how many seconds work is repeated when the database went away.
DATABASE_URL = os.environ.get("DATABASE_URL") or None
PULSE_DIR = os.environ.get("PULSE_DIR") or str(_PROJECT / ".pulse")
DATABASE_PATIENCE = 60

# Used by backups/backup.py: the folder of the backups, by default PULSE_DIR/backups, and how many
# are kept, 0 for all: with one a day the last two weeks.
BACKUPS_DIR = os.environ.get("BACKUPS_DIR") or None
BACKUPS_KEPT = 14

# Used by pipelines/postgres.py: a commit takes up to so many items, and waits so many seconds
# for others to join.
POSTGRES_BATCH_SIZE = 200
POSTGRES_BATCH_WAIT = 0.05

# Used by logs/files.py: the folder of the log files, one a day, empty for none; and for how
# many days they are kept, 0 for ever.
LOGS_DIR = os.environ.get("LOGS_DIR", str(_PROJECT / "logs"))
LOGS_RETENTION_DAYS = 30

# Used by health/ and extensions/alerts.py, what needs a person: organisations not read for longer
# than the weekly run allows, a lower share of pages that could be read, a fuller disk, more jobs
# waiting in Scrapyd (docs/decisions.md, "Health" and "Alerts").
HEALTH_FRESH_DAYS = 7
HEALTH_SUCCESS_RATE = 0.8
HEALTH_DISK_SHARE = 0.9
HEALTH_PENDING_JOBS = 100

# Used by health/ and extensions/alerts.py: where Scrapyd is, when it runs the spiders; white space
# parts the nodes that share its queue. Their name and password come from the environment alone:
# SCRAPYD_USERNAME and SCRAPYD_PASSWORD.
SCRAPYD_URL = os.environ.get("SCRAPYD_URL") or None

# Used by extensions/alerts.py: whom to tell, as addresses of apprise ('mailto://…', 'tgram://…'),
# parted by white space or commas. They carry tokens: give them in the environment.
ALERT_TARGETS = os.environ.get("ALERT_TARGETS") or ""

# Used by fetching/chromium.py, for pages that only JavaScript fills: which browser (by default
# Playwright's own, otherwise the system's Chromium), and from which hosts it may load apart from
# the two sites. No other host exists for it, such as a tracker's.
BROWSER_PATH = os.environ.get("BROWSER_PATH") or None
BROWSER_HOSTS = ["*.esn.org"]
PLAYWRIGHT_LAUNCH_OPTIONS = {
    "chromium_sandbox": os.geteuid() != 0,  # root can't have it
    "handle_sigint": False,  # the run ends the browser, once its last page is read
    "args": ["--disable-gpu", "--disable-quic"],  # Playwright turns all background traffic off
}
PLAYWRIGHT_ABORT_REQUEST = "esn_pulse.fetching.chromium.is_decoration"
PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT = 0  # none: a page as a whole has DOWNLOAD_TIMEOUT

# Used by web/: where it listens; the address by which the public reaches it; whose word is taken
# for where a request came from (proxies, by address or network); whose pages may read the API from
# a browser; how often one address may ask, empty for as often as it likes; who reads, empty for
# DATABASE_URL; and 1 to let everybody read /metrics. Words are parted by white space or commas.
WEB_HOST = os.environ.get("WEB_HOST") or "127.0.0.1"
WEB_PORT = os.environ.get("WEB_PORT") or 8000
WEB_URL = os.environ.get("WEB_URL") or ""
WEB_PROXIES = os.environ.get("WEB_PROXIES") or ""
WEB_CORS_ORIGINS = os.environ.get("WEB_CORS_ORIGINS") or ""
WEB_LIMITS = os.environ.get("WEB_LIMITS", "300/minute")
WEB_DATABASE_URL = os.environ.get("WEB_DATABASE_URL") or None
WEB_METRICS_OPEN = os.environ.get("WEB_METRICS_OPEN") or "0"

# Used by web/sign_in/ and web/operations/: who writes (sessions, keys, jobs), by default
# DATABASE_URL, and nobody where only WEB_DATABASE_URL is known; whether those may read who have not
# signed in; who may do everything; how often one key may ask; and for how many days it is kept who
# did what. What ESN's sign-in needs comes from the environment alone: ESN_CLIENT_ID and
# ESN_CLIENT_SECRET.
WEB_WRITING_DATABASE_URL = os.environ.get("WEB_WRITING_DATABASE_URL") or None
WEB_PUBLIC = os.environ.get("WEB_PUBLIC") or "1"
WEB_OPERATORS = os.environ.get("WEB_OPERATORS") or ""
WEB_KEY_LIMITS = os.environ.get("WEB_KEY_LIMITS", "300/minute")
WEB_AUDIT_DAYS = os.environ.get("WEB_AUDIT_DAYS") or 365
