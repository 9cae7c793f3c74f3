from datetime import date

import pytest

from sample.network.generation import generate
from sample.network.model import Network
from sample.truth import Truth

TODAY = date(2026, 5, 4)


@pytest.fixture(scope="session")
def network() -> Network:
    return generate(today=TODAY)


@pytest.fixture(scope="session")
def truth(network: Network) -> Truth:
    return Truth(network, "http://accounts.test", "http://activities.test")
