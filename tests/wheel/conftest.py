"""The built wheel in a bare environment: ``make wheel`` makes both, as that asks a registry."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sample.network.charters import CHARTERS
from sample.network.generation import generate
from sample.process import SampleSite, serve
from sample.truth import Truth
from tests.conftest import PROJECT, quick_settings

BARE = PROJECT / "build" / "bare" / "bin"
SECTIONS = len(CHARTERS)  # the fewest

Program = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def served() -> Iterator[SampleSite]:
    """A small sample network."""
    with serve(sections=SECTIONS, activities_per_section=1) as site:
        yield site


@pytest.fixture
def site(served: SampleSite) -> Iterator[SampleSite]:
    """The same, without the faults of other tests."""
    yield served
    served.clear_faults()


@pytest.fixture
def truth(site: SampleSite) -> Truth:
    """What is on it."""
    network = generate(site.seed, site.today, sections=SECTIONS, activities_per_section=1)
    return Truth(network, site.accounts_url, site.activities_url)


@pytest.fixture
def work(site: SampleSite, empty_database: str) -> dict[str, str]:
    """The variables that name what to read, and where to."""
    return {
        "DATABASE_URL": empty_database,
        "ESN_ACCOUNTS_URL": site.accounts_url,
        "ESN_ACTIVITIES_URL": site.activities_url,
    }


@pytest.fixture
def run(tmp_path: Path) -> Program:
    """Run a program of the environment, in an empty folder: ``run("esn-pulse", "health")``."""

    def call(program: str, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [BARE / program, *words],
            env={"PATH": f"{BARE}:/usr/bin:/bin", "HOME": str(tmp_path), **environment},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )

    return call


@pytest.fixture
def crawl(run: Program, work: dict[str, str]) -> Program:
    """Crawl without the polite waits: ``crawl("pulse")``."""
    return lambda *words: run("esn-pulse", *words, *quick_settings(), **work)
