"""Settings of the project: what differs from Scrapy's defaults, each with its reason."""

import os
from pathlib import Path

from scrapy.utils.conf import closest_scrapy_cfg

BOT_NAME = "esn_pulse"
SPIDER_MODULES = ["esn_pulse.spiders"]
COMMANDS_MODULE = "esn_pulse.commands"

# Manners (design, chapter 6.1): half a second between requests to a host, never less, at most
# ten at a time, slower when the site is slow, and what robots.txt forbids is left alone.
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "esn-pulse"  # the name by which a site can address us
DOWNLOAD_DELAY = 0.5
DOWNLOAD_DELAY_JITTER = 0  # by default half of the delays would be shorter than asked for
CONCURRENT_REQUESTS = 10
CONCURRENT_REQUESTS_PER_DOMAIN = 10
DOWNLOAD_TIMEOUT = 30
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 0.5

# Retries (design, chapter 5.4): see middlewares/retry.py for how long they wait.
RETRY_TIMES = 3
RETRY_HTTP_CODES = [403, 408, 429, 500, 502, 503, 504]

# Both open a local port for remote control; a job that runs unattended must not have one.
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False

# The sites need no login, and a session would only tie requests together.
COOKIES_ENABLED = False

# Requests are repeated on purpose (a section's pages every run), and none may be dropped for
# its length: a visit waits for every page that it asked for.
URLLENGTH_LIMIT = 0

# A page yields few items, and Scrapy starts so many tasks for each page.
CONCURRENT_ITEMS = 4

LOG_LEVEL = "INFO"
LOG_FORMATTER = "esn_pulse.logformatter.BriefLogFormatter"

DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": None,
    "esn_pulse.middlewares.user_agent.RotatingUserAgent": 500,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "esn_pulse.middlewares.retry.BackoffRetry": 550,
}
EXTENSIONS = {
    "esn_pulse.extensions.run.Run": 0,
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

# Used by middlewares/user_agent.py: one is drawn for each request (design, chapter 2.2).
ESN_USER_AGENTS = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36",
]

# Used by middlewares/retry.py, seconds: the first wait (doubled each time), and the longest that a
# site's Retry-After can make us wait.
RETRY_FIRST_WAIT = 2
RETRY_AFTER_LONGEST = 300

# Used by spiders/activities.py: a pager that claims more pages than this is broken. The largest
# section of the network has 28.
ESN_LISTING_PAGES_LIMIT = 1000

# Used by database/: a PostgreSQL address, empty for the embedded server with its data in
# PULSE_DIR; and for how many seconds work is repeated when the database went away.
DATABASE_URL = os.environ.get("DATABASE_URL") or None
PULSE_DIR = str(Path(closest_scrapy_cfg() or "scrapy.cfg").parent / ".pulse")
DATABASE_PATIENCE = 60

# Used by pipelines/postgres.py: a commit takes up to so many items, and waits so many seconds
# for others to join.
POSTGRES_BATCH_SIZE = 200
POSTGRES_BATCH_WAIT = 0.05
