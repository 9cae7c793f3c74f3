"""Whatever stands in place of a page: nothing stored is harmed, and the run says that it met it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from scrapy.utils.project import get_project_settings

from esn_pulse.health import State, examine
from esn_pulse.health.database import CHECKS
from sample.ageing import grow_older
from sample.network.model import Network
from sample.network.week import a_week_later
from tests.conftest import Crawl, create_database, database_name, drop_database
from tests.end_to_end.content import Content, differences
from tests.end_to_end.impostors import KINDS, OF_VISITS, Draw, Pages, draw, harmed, met
from tests.end_to_end.interruptions import FAILED, MOMENTS, what_matters
from tests.end_to_end.tables import rows
from tests.end_to_end.village import Village, serve_here, small_network
from tests.forked import ForkServer

WEEK = timedelta(weeks=1)
SPIDERS = ("accounts", "activities")
IN_FULL = ("-a", "full=1")


@dataclass
class Runs:
    """Runs of both spiders over the same pages.

    :ivar settings: options of each.
    """

    site: Village
    settings: Sequence[str]

    def __call__(
        self, conninfo: str, spiders: Sequence[str] = SPIDERS, of_activities: Sequence[str] = ()
    ) -> list[str]:
        """Run spiders, that of the activities with further options; returns how they failed."""
        options = {"accounts": self.settings, "activities": [*self.settings, *of_activities]}
        runs = [self.site.crawl(conninfo, spider, *options[spider]) for spider in spiders]
        return [run.stderr.splitlines()[-1] for run in runs if run.returncode]


@dataclass
class Course:
    """What runs make of a database when nothing stands in place of a page.

    :ivar options: of the activities' spider.
    :ivar databases: addresses: as it is before, once the accounts are read, and once both are.
    :ivar contents: what they hold.
    """

    name: str
    run: Runs
    options: Sequence[str]
    pages: Pages
    databases: list[str]
    contents: list[Content]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    # Whose turn it is depends on the day; that turns come is tested where they are computed.
    chosen = {"ESN_MAX_AGE_DAYS": 100000, "PULSE_DIR": tmp_path_factory.mktemp("pulse")}
    # To render an empty page does not fill it, and takes as long as a hundred requests.
    chosen["BROWSER_PATH"] = "/nowhere"
    return [part for name, value in chosen.items() for part in ("-s", f"{name}={value}")]


@pytest.fixture(scope="module", params=["first crawl", "full run", "refresh"])
def course(
    request: pytest.FixtureRequest,
    settings: list[str],
    server: str,
    migrated_template: str,
    crawl: Crawl,
    fork_server: ForkServer,
) -> Iterator[Course]:
    name = request.param
    network = small_network(datetime.now(UTC).date() - WEEK)
    with serve_here(network) as site, Village(site, crawl, fork_server) as village:
        run = Runs(village, settings)
        databases = [create_database(server, database_name(migrated_template))]
        if name != "first crawl":
            assert run(databases[0]) == []
        if name == "refresh":
            network = pass_week(village, databases[0], network)
        site.forget_requests()
        options = IN_FULL if name == "full run" else ()
        for spider in SPIDERS:
            databases.append(create_database(server, database_name(databases[-1])))
            assert run(databases[-1], [spider], options) == []
        pages = Pages(network, site.requests())
        contents = [what_matters(conninfo) for conninfo in databases]
        yield Course(name, run, options, pages, databases, contents)
        for conninfo in databases:
            drop_database(server, conninfo)


def pass_week(village: Village, conninfo: str, network: Network) -> Network:
    grow_older(conninfo, WEEK)
    village.site.pass_week()
    return a_week_later(network).network


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("number", range(MOMENTS))
def test_what_is_not_the_page_harms_nothing_and_is_not_passed_over(
    course: Course, kind: str, number: int, server: str
) -> None:
    drawn = draw(course.pages, kind, Random(f"{course.name}/{kind}/{number}"))
    first = 1 if drawn.place in OF_VISITS else 0
    conninfo = create_database(server, database_name(course.databases[first]))
    try:
        strike(course, drawn, conninfo, SPIDERS[first:])
        assert course.run(conninfo, SPIDERS[first:]) == [], drawn
        assert differences(what_matters(conninfo), course.contents[-1]) == [], drawn
    finally:
        drop_database(server, conninfo)


def strike(course: Course, drawn: Draw, conninfo: str, spiders: Sequence[str]) -> None:
    """Let spiders run while a fault is in force; check what they leave and what they say."""
    site = course.run.site.site
    site.forget_requests()
    site.add_fault(drawn.fault)
    words: set[str] = set()
    for spider in spiders:
        words |= {*course.run(conninfo, [spider], course.options)}
        words |= said(conninfo) - said(course.databases[1 + SPIDERS.index(spider)])
    site.clear_faults()

    before, end = course.contents[-1 - len(spiders)], course.contents[-1]
    assert harmed(what_matters(conninfo), before, end, course.pages) == [], drawn
    if seen := met(course.pages, drawn.fault, site.requests()):
        assert words, (drawn, seen)


def said(conninfo: str) -> set[str]:
    """Return what a database says of trouble: pages that failed, and what needs a person."""
    settings = get_project_settings()
    settings.set("DATABASE_URL", conninfo)
    checks = examine(settings, CHECKS.keys())
    problems = {name for name, check in checks.items() if check.state == State.PROBLEM}
    return problems | {url for (url,) in rows(conninfo, FAILED)}
