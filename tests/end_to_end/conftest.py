"""The sample network as a site, and crawls of it into fresh databases."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from sample.network.generation import generate
from sample.process import SampleSite, serve
from sample.truth import Truth
from tests.conftest import (
    Crawl,
    crawl_environment,
    create_database,
    database_name,
    drop_database,
    quick_settings,
)
from tests.end_to_end.content import Content, content
from tests.end_to_end.village import Village, addresses, serve_here, small_network
from tests.forked import Forked, ForkServer

CrawlSample = Callable[..., subprocess.CompletedProcess[str]]
StartCrawl = Callable[..., Forked]


@pytest.fixture(scope="session")
def running_site() -> Iterator[SampleSite]:
    """The sample network, served for the whole session."""
    with serve() as site:
        yield site


@pytest.fixture
def site(running_site: SampleSite) -> Iterator[SampleSite]:
    """The sample network without faults and with an empty list of requests."""
    running_site.forget_requests()
    yield running_site
    running_site.clear_faults()


@pytest.fixture(scope="session")
def truth(running_site: SampleSite) -> Truth:
    """What a database must hold after a crawl of the sample network."""
    network = generate(running_site.seed, running_site.today)
    return Truth(network, running_site.accounts_url, running_site.activities_url)


@pytest.fixture(scope="session")
def crawl_sample(running_site: SampleSite, crawl: Crawl) -> CrawlSample:
    """Run a spider on the sample network: ``crawl_sample(conninfo, "accounts", "-a", …)``."""

    def run(conninfo: str, *words: str, **options: Any) -> subprocess.CompletedProcess[str]:
        return crawl("crawl", *words, **addresses(conninfo, running_site), **options)

    return run


@pytest.fixture
def start_crawl(running_site: SampleSite, fork_server: ForkServer) -> Iterator[StartCrawl]:
    """Start a spider without waiting for its end: ``start_crawl(conninfo, "accounts", …)``."""
    with ExitStack() as stack:

        def start(conninfo: str, *words: str, **environment: str) -> Forked:
            command = ["crawl", *quick_settings(), *words]
            variables = crawl_environment(**addresses(conninfo, running_site), **environment)
            return stack.enter_context(fork_server.start(command, variables))

        yield start


@pytest.fixture(scope="session")
def requests_of_a_crawl(
    crawled_template: str, first_requests: list[tuple[str, str, str]]
) -> list[tuple[str, str, str]]:
    """What the crawl of ``crawled_template`` asked for: site, method, path."""
    return first_requests


@pytest.fixture(scope="session")
def first_requests() -> list[tuple[str, str, str]]:
    """Filled by ``crawled_template``."""
    return []


@pytest.fixture(scope="session")
def crawled_template(
    server: str,
    running_site: SampleSite,
    crawl_sample: CrawlSample,
    first_requests: list[tuple[str, str, str]],
) -> Iterator[str]:
    """Address of a database after one undisturbed crawl by both spiders; only to be read."""
    conninfo = create_database(server, "template0")
    running_site.forget_requests()
    for spider in "accounts", "activities":
        finished = crawl_sample(conninfo, spider)
        assert finished.returncode == 0, finished.stderr
    first_requests += running_site.requests()
    yield conninfo
    drop_database(server, conninfo)


@pytest.fixture
def crawled(server: str, crawled_template: str) -> Iterator[str]:
    """Address of a copy of the crawled database, for a test to change."""
    conninfo = create_database(server, database_name(crawled_template))
    yield conninfo
    drop_database(server, conninfo)


@pytest.fixture(scope="session")
def village_site() -> Iterator[SampleSite]:
    """A small network, served for the whole session."""
    with serve_here(small_network()) as site:
        yield site


@pytest.fixture
def village(village_site: SampleSite, crawl: Crawl, fork_server: ForkServer) -> Iterator[Village]:
    """The small network without faults and with an empty list of requests, and crawls of it."""
    village_site.forget_requests()
    with Village(village_site, crawl, fork_server) as village:
        yield village
    village_site.clear_faults()


@pytest.fixture(scope="session")
def village_template(
    server: str, village_site: SampleSite, crawl: Crawl, fork_server: ForkServer
) -> Iterator[str]:
    """Address of a database after one undisturbed crawl of the small network; only to be read."""
    conninfo = create_database(server, "template0")
    village = Village(village_site, crawl, fork_server)
    for spider in "accounts", "activities":
        finished = village.crawl(conninfo, spider)
        assert finished.returncode == 0, finished.stderr
    yield conninfo
    drop_database(server, conninfo)


@pytest.fixture
def village_crawled(server: str, village_template: str) -> Iterator[str]:
    """Address of a copy of that database, for a test to change."""
    conninfo = create_database(server, database_name(village_template))
    yield conninfo
    drop_database(server, conninfo)


@pytest.fixture(scope="session")
def village_content(village_template: str) -> Content:
    """What a database must hold after an undisturbed crawl of the small network."""
    return content(village_template)
