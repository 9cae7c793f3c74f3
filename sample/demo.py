"""What ``scrapy demo`` does: it crawls the sample network, and shows what landed."""

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
from psycopg import sql
from rich.console import Console
from rich.syntax import Syntax
from rich.table import Table
from scrapy.settings import BaseSettings

from esn_pulse.database import database_url, embedded
from esn_pulse.database.clients import psql_command
from esn_pulse.database.sessions import connected
from esn_pulse.report.writing import write_report
from sample.process import SampleSite, serve

_SCRAPY = str(Path(sys.argv[0]))
_TABLES = {
    "countries": "national organisations",
    "sections": "local associations",
    "organisations": "all who are named as organisers",
    "activities": "what they organise",
    "activity_organisers": "who organises which activity",
    "activity_section_organisers": "… sections only, also by their listings",
    "activity_to_type": "types of activities",
    "activity_to_cause": "causes of activities",
    "activity_to_sdg": "goals (SDGs) of activities",
    "activity_to_objective": "objectives of activities",
    "section_overall_statistics": "a section's own figures",
    "section_cause_statistics": "… by cause",
    "section_type_statistics": "… by type of activity",
    "section_participant_statistics": "… by group of participants",
    "country_overall_statistics": "a national organisation's own figures",
    "country_cause_statistics": "… by cause",
    "country_type_statistics": "… by type of activity",
    "country_participant_statistics": "… by group of participants",
    "validation_errors": "what was wrong on the pages",
    "failed_scrapes": "pages that could not be had",
    "scraper_status": "runs",
}

QUERIES = """\
-- The busiest sections, and how many people they reached
SELECT section, country, activities, participants
FROM bi.section_figures ORDER BY activities DESC LIMIT 5;

-- What share of activities was online, by month
SELECT month, activities, online_share FROM bi.network_months ORDER BY month;

-- What was wrong on the pages
SELECT section, field, message, value, url FROM bi.data_problems WHERE kind = 'broken field';
"""


def empty(conninfo: str) -> None:
    """Forget an earlier demonstration: its sites were at ports that nobody serves any more."""
    with psycopg.connect(conninfo) as connection:
        connection.execute("DROP SCHEMA IF EXISTS bi, bi_cache CASCADE")
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")


class Interrupted(KeyboardInterrupt):
    """A signal came that ends the demonstration; the argument is its name."""


class Demo:
    """The demonstration, apart from the real data: in ``PULSE_DIR/demo``.

    :param is_live: whether the sites stay up afterwards, with a node and the web.
    """

    def __init__(self, settings: BaseSettings, *, is_live: bool) -> None:
        self.is_live = is_live
        self.folder = Path(settings["PULSE_DIR"]) / "demo"
        self.console = Console(soft_wrap=True)
        self.settings = settings.copy()
        self.settings.setdict({"PULSE_DIR": str(self.folder), "DATABASE_URL": None}, "cmdline")
        self._apart = f"-s {shlex.quote(f'PULSE_DIR={self.folder}')}"

    def run(self) -> bool:
        """Crawl with both spiders, and show what landed, or serve it.

        :returns: False when a crawl failed or the web could not be served, or a signal came before.
        :raises CommandError: when the web would have no port.
        """
        _heed_signals(_interrupt)
        if self.is_live:
            from sample import live  # noqa: PLC0415  it needs the web's extra

            live.demand_port(self.settings)
        try:
            return self._crawl_and_show()
        except Interrupted as signal_came:
            self.console.print(
                f"{signal_came} ended the demonstration. If its database server runs, stop it with:"
                f" {_SCRAPY} stop_database {self._apart}"
            )
            return False

    def _crawl_and_show(self) -> bool:
        self.console.print("Starting an embedded PostgreSQL …")
        conninfo = database_url(self.settings)
        empty(conninfo)
        with serve() as site:
            self.console.print(f"Serving the sample network at {site.accounts_url}")
            crawled = all(self._crawl(spider, site) for spider in ("accounts", "activities"))
            if crawled and self.is_live:
                return self._stay(conninfo, site)
        if crawled:
            self._show(conninfo)
        return crawled

    def _stay(self, conninfo: str, site: SampleSite) -> bool:
        """Run a node and the web until a signal comes, and end the database server, too."""
        from sample import live  # noqa: PLC0415  it needs the web's extra

        live.add_users(conninfo, self.console)
        variables = live.environment(self.folder, site, self.settings)
        try:
            with live.node(self.folder, variables):
                _finished([sys.executable, "-m", "scrapy", "web"], variables)
        except Interrupted:
            self.console.print("All of it was ended: the web, the node, the sites, the database.")
            return True
        else:
            return False
        finally:
            embedded.stop(self.folder / "postgres")

    def _crawl(self, spider: str, site: SampleSite) -> bool:
        """Crawl as a user would; only the polite waits are left out, as the site is our own."""
        log = self.folder / f"{spider}.log"
        self.console.print(f"Running: scrapy crawl {spider} (log: {log}) …")
        quick = ["DOWNLOAD_DELAY=0", "AUTOTHROTTLE_START_DELAY=0", "RETRY_FIRST_WAIT=0.1"]
        settings = [*quick, f"PULSE_DIR={self.folder}", f"LOG_FILE={log}", "LOG_FILE_APPEND=0"]
        options = [word for setting in settings for word in ("-s", setting)]
        environment = os.environ | {
            "DATABASE_URL": "",
            "ESN_ACCOUNTS_URL": site.accounts_url,
            "ESN_ACTIVITIES_URL": site.activities_url,
        }
        command = [sys.executable, "-m", "scrapy", "crawl", spider, *options]
        status = _finished(command, environment)
        if status:
            end = "\n".join(log.read_text(encoding="utf-8").splitlines()[-20:])
            self.console.print(f"That failed; the end of the log says why:\n{end}", markup=False)
        return status == 0

    def _show(self, conninfo: str) -> None:
        self.console.print(_landed(conninfo))
        self.console.print("Three queries to try:\n")
        self.console.print(Syntax(QUERIES, "sql", background_color="default"))
        self.console.print(f"Open the database with:  {psql_command(conninfo)}")
        self.console.print(f"   or, without psql:     {_SCRAPY} psql {self._apart}")
        self.console.print(f"Stop its server with:    {_SCRAPY} stop_database {self._apart}")
        report = self.folder / "report.html"
        write_report(conninfo, report)
        self.console.print(f"Open the report in a browser: {report}")
        self.console.print(f"See all of it there:      {_SCRAPY} web {self._apart}  (or: make web)")


def _finished(command: list[str], environment: dict[str, str]) -> int:
    """Run a crawl, and return its exit status; when a signal comes it ends in good order first.

    It has a process group of its own, as it takes a second signal, that of a terminal, for an order
    to end at once. SIGTERM ends it without a word when it has only just been started.
    """
    with subprocess.Popen(command, env=environment, process_group=0) as crawl:  # noqa: S603
        try:
            return crawl.wait()
        except Interrupted:
            _heed_signals(lambda *_: crawl.terminate())
            crawl.terminate()
            crawl.wait()
            raise


def _heed_signals(handler: Callable[[int, object], None]) -> None:
    """Let this be done when a signal comes that ends a process, unless it is ignored."""
    for number in signal.SIGINT, signal.SIGTERM, signal.SIGHUP:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, handler)


def _interrupt(number: int, _: object) -> None:
    raise Interrupted(signal.Signals(number).name)


def _landed(conninfo: str) -> Table:
    table = Table(title="What landed", title_justify="left")
    table.add_column("table")
    table.add_column("rows", justify="right")
    table.add_column("what they are")
    with connected(conninfo) as connection:
        for name, meaning in _TABLES.items():
            count = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))
            rows = connection.execute(count).fetchone() or (0,)
            table.add_row(name, f"{rows[0]:,}", meaning)
    return table
