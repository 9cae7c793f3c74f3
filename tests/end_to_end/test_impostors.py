"""Whatever stands in place of a page: nothing stored is harmed, and the run says that it met it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from scrapy.utils.project import get_project_settings

from esn_pulse.health import State, examine
from esn_pulse.health.database import CHECKS
from esn_pulse.sample.ageing import grow_older
from esn_pulse.sample.week import a_week_later
from tests.conftest import Crawl, create_database, database_name, drop_database
from tests.end_to_end.content import Content, differences
from tests.end_to_end.impostors import KINDS, OF_VISITS, Draw, Pages, draw, harmed, met
from tests.end_to_end.interruptions import FAILED, MOMENTS, what_matters
from tests.end_to_end.tables import rows
from tests.end_to_end.village import Village, serve_here, small_network
from tests.forked import ForkServer

WEEK = timedelta(weeks=1)
SPIDERS = ("accounts", "activities")
# Whose turn it is depends on the day; that turns come is tested where they are computed.
NO_TURNS = ("-s", "ESN_MAX_AGE_DAYS=100000")


@dataclass
class Course:
    """What both spiders make of a database.

    :ivar words: arguments of the run that reads the activities.
    :ivar databases: addresses: as it is before, once the accounts are read, and once both are.
    :ivar contents: what they hold.
    """

    name: str
    site: Village
    words: Sequence[str]
    pages: Pages
    databases: list[str]
    contents: list[Content]


@pytest.fixture(scope="module", params=["first crawl", "full run", "refresh"])
def course(
    request: pytest.FixtureRequest,
    server: str,
    migrated_template: str,
    crawl: Crawl,
    fork_server: ForkServer,
) -> Iterator[Course]:
    words = ["-a", "full=1"] if request.param == "full run" else []
    network = small_network(datetime.now(UTC).date() - WEEK)
    with serve_here(network) as site, Village(site, crawl, fork_server) as village:
        databases = [create_database(server, database_name(migrated_template))]
        if request.param != "first crawl":
            run(village, databases[0])
        if request.param == "refresh":
            grow_older(databases[0], WEEK)
            site.pass_week()
            network = a_week_later(network).network
        site.forget_requests()
        for spider in SPIDERS:
            databases.append(create_database(server, database_name(databases[-1])))
            assert run(village, databases[-1], [spider], words) == []
        pages = Pages(network, site.requests())
        contents = [what_matters(conninfo) for conninfo in databases]
        yield Course(request.param, village, words, pages, databases, contents)
        for conninfo in databases:
            drop_database(server, conninfo)


def run(
    site: Village, conninfo: str, spiders: Sequence[str] = SPIDERS, words: Sequence[str] = ()
) -> list[str]:
    """Run spiders, and return how those ended that failed."""
    arguments = {"activities": [*NO_TURNS, *words]}
    finished = [site.crawl(conninfo, spider, *arguments.get(spider, ())) for spider in spiders]
    return [one.stderr.splitlines()[-1] for one in finished if one.returncode]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("number", range(MOMENTS))
def test_what_is_not_the_page_harms_nothing_and_is_not_passed_over(
    course: Course, kind: str, number: int, server: str
) -> None:
    drawn = draw(course.pages, kind, Random(f"{course.name}/{kind}/{number}"))
    first = 1 if drawn.place in OF_VISITS else 0
    spiders = SPIDERS[first:]
    conninfo = create_database(server, database_name(course.databases[first]))
    try:
        strike(course, drawn, conninfo, spiders)
        assert run(course.site, conninfo, spiders) == [], drawn
        assert differences(what_matters(conninfo), course.contents[-1]) == [], drawn
    finally:
        course.site.site.clear_faults()
        drop_database(server, conninfo)


def strike(course: Course, drawn: Draw, conninfo: str, spiders: Sequence[str]) -> None:
    """Let spiders run while a fault is in force; check what they leave and what they say."""
    site = course.site.site
    site.forget_requests()
    site.add_fault(drawn.fault)
    failures = run(course.site, conninfo, spiders, course.words)
    site.clear_faults()

    before, end = course.contents[-1 - len(spiders)], course.contents[-1]
    assert harmed(what_matters(conninfo), before, end) == [], drawn
    if seen := met(course.pages, drawn.fault, site.requests()):
        assert failures or said(conninfo) - said(course.databases[-1]), (drawn, seen)


def said(conninfo: str) -> set[str]:
    """Return what a database says of trouble: pages that failed, and what needs a person."""
    settings = get_project_settings()
    settings.set("DATABASE_URL", conninfo)
    checks = examine(settings, CHECKS.keys())
    problems = {name for name, check in checks.items() if check.state == State.PROBLEM}
    return problems | {url for (url,) in rows(conninfo, FAILED)}
