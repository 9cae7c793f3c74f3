"""``scrapy revalidate``: broken records against today's rules (design, chapter 5.4)."""

from esn_pulse.cli.command import RepairCommand


class Command(RepairCommand):
    """Runs ``scrapy crawl … -a revalidate=1`` for each module with open validation errors."""

    argument = "revalidate"
    all_done = "No broken record is on file."
    open_work = """
        SELECT DISTINCT
            CASE WHEN item IN ('CountryItem', 'SectionItem') THEN 'accounts' ELSE 'activities' END
            AS spider
        FROM validation_errors WHERE resolved_at IS NULL
        ORDER BY spider
    """

    def short_desc(self) -> str:
        """Say what it does."""
        return "Check broken records again, and read their pages again where needed"
