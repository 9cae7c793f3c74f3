"""``scrapy revalidate``: broken records against today's rules."""

from psycopg import Connection

from esn_pulse.cli.command import RepairCommand
from esn_pulse.sources import SOURCES, Source

_OPEN = "SELECT DISTINCT item FROM validation_errors WHERE resolved_at IS NULL"


class Command(RepairCommand):
    """Runs ``scrapy crawl … -a revalidate=1`` for each source with open validation errors."""

    argument = "revalidate"
    all_done = "No broken record is on file."

    def open_sources(self, connection: Connection) -> list[Source]:
        """Return the sources of which records are broken."""
        broken = {item for (item,) in connection.execute(_OPEN)}
        return [one for one in SOURCES if broken & {item.__name__ for item in one.items}]

    def short_desc(self) -> str:
        """Say what it does."""
        return "Check broken records again, and read their pages again where needed"
