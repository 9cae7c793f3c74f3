"""The sample network as a site, and crawls of it into fresh databases."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from esn_pulse.sample.network import generate
from esn_pulse.sample.process import SampleSite, serve
from esn_pulse.sample.truth import Truth
from tests.conftest import MEASURED, Crawl, create_database, database_name, drop_database

CrawlSample = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def running_site() -> Iterator[SampleSite]:
    """The sample network, served for the whole session."""
    with ExitStack() as stack:
        with pytest.MonkeyPatch.context() as environment:
            for name in MEASURED:
                environment.delenv(name)  # a measured server is a slow one
            site = stack.enter_context(serve())
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

    def run(conninfo: str, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return crawl(
            "crawl",
            *words,
            DATABASE_URL=conninfo,
            ESN_ACCOUNTS_URL=running_site.accounts_url,
            ESN_ACTIVITIES_URL=running_site.activities_url,
            **environment,
        )

    return run


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
