from datetime import date

import pytest

from esn_pulse.sample.model import Network
from esn_pulse.sample.network import generate
from esn_pulse.sample.truth import Truth

TODAY = date(2026, 5, 4)


@pytest.fixture(scope="session")
def network() -> Network:
    return generate(today=TODAY)


@pytest.fixture(scope="session")
def truth(network: Network) -> Truth:
    return Truth(network, "http://accounts.test", "http://activities.test")
