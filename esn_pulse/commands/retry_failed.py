"""``scrapy retry_failed``: asks again for the pages that could not be had (design, chapter 5.4)."""

from esn_pulse.cli.command import RepairCommand


class Command(RepairCommand):
    """Runs ``scrapy crawl … -a retry_failed=1`` for each module with open failures."""

    argument = "retry_failed"
    all_done = "No page is waiting to be asked for again."
    # Once the accounts spider has mended its part, there may be more for the other one.
    open_work = """
        SELECT DISTINCT spider
        FROM failed_scrapes CROSS JOIN LATERAL unnest(
            CASE scraper_module WHEN 'AccountsScraper' THEN ARRAY['accounts', 'activities']
            ELSE ARRAY['activities'] END
        ) AS spider
        WHERE will_retry AND (spider = 'accounts' OR EXISTS (
            SELECT FROM scraper_status WHERE scraper_module = 'ActivitiesAndStatisticsScraper'
        ))
        ORDER BY spider
    """

    def short_desc(self) -> str:
        """Say what it does."""
        return "Ask again for the pages that failed"
