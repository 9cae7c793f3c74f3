from datetime import date

import pytest

from sample.network.generation import generate
from sample.network.model import Network
from sample.truth import Truth
from tests.end_to_end.conftest import (
    village,
    village_crawled,
    village_site,
    village_template,
)

__all__ = ["village", "village_crawled", "village_site", "village_template"]

TODAY = date(2026, 5, 4)


@pytest.fixture(scope="session")
def network() -> Network:
    return generate(today=TODAY)


@pytest.fixture(scope="session")
def truth(network: Network) -> Truth:
    return Truth(network, "http://accounts.test", "http://activities.test")
