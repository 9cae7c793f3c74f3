"""``scrapy retry_failed``: asks again for the pages that could not be had."""

from psycopg import Connection

from esn_pulse.cli.command import RepairCommand
from esn_pulse.sources import SOURCES, Source

_OPEN = "SELECT DISTINCT scraper_module FROM failed_scrapes WHERE will_retry"
_EVER_READ = "SELECT DISTINCT scraper_module FROM scraper_status"


class Command(RepairCommand):
    """Runs ``scrapy crawl … -a retry_failed=1`` for each source with open failures."""

    argument = "retry_failed"
    all_done = "No page is waiting to be asked for again."

    def open_sources(self, connection: Connection) -> list[Source]:
        """Return the sources with open failures, and those that build on them.

        Once the first one is mended there may be more for the others, if they were ever read.
        """
        failed, read = (
            {module for (module,) in connection.execute(query)} for query in (_OPEN, _EVER_READ)
        )
        found: list[Source] = []
        for source in SOURCES:
            if source.module in failed or (found and source.module in read):
                found.append(source)
        return found

    def short_desc(self) -> str:
        """Say what it does."""
        return "Ask again for the pages that failed"
