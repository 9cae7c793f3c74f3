"""What nobody thought of is asked of every operation, and answered as the document says."""

from collections.abc import Callable, Iterator
from random import Random
from typing import Any
from unittest.mock import patch

import psycopg
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode, checks

from esn_pulse.web.sign_in import keys
from esn_pulse.web.sign_in.keys import NewKey
from tests.conftest import filled_database
from tests.web.api.network import fill
from tests.web.api.operations import ALL, DOCUMENT, SCHEMAS
from tests.web.servers import Site, served

Place = tuple[str, str]

SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
DRAWN = settings(
    max_examples=12,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
GUARDED = [place for place, operation in ALL.items() if "security" in operation]
# What two parameters may not be together has no place in a schema.
TOGETHER = {"query", "body", *SCHEMAS["Trigger"]["properties"]}


@pytest.fixture(scope="module")
def changing(server: str, migrated_template: str) -> Iterator[tuple[Site, str]]:
    """A web in which jobs are posted, and an operator's key."""
    with (
        filled_database(server, migrated_template, fill) as conninfo,
        # Pools draw lots when they connect, which Hypothesis would take for the test's doing.
        patch("psycopg_pool.base.random", Random().random),
        served(conninfo, writing=conninfo, WEB_KEY_LIMITS="") as site,
    ):
        with psycopg.connect(conninfo) as connection:
            key = keys.make(connection, NewKey("tests", "operator"), "cli:tests")
        yield site, key


def draw(place: Place, mode: GenerationMode, ask: Callable[[Any], None]) -> None:
    """Ask an operation for what its description allows, or forbids."""
    method, path = place
    DRAWN(given(case=SCHEMA[path][method].as_strategy(mode))(ask))()


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("place", ALL, ids=" ".join)
def test_answers_are_what_the_document_says(
    changing: tuple[Site, str], place: Place, mode: GenerationMode
) -> None:
    site, key = changing

    def ask(case: Any) -> None:
        unfit = [checks.positive_data_acceptance]
        answer = case.call_and_validate(
            f"{site.url}/api",
            session,
            headers={"Authorization": f"Bearer {key}"} if place in GUARDED else None,
            excluded_checks=unfit,
            timeout=30,
        )
        if answer.status_code < 300:
            return
        assert answer.headers["content-type"] == ["application/problem+json"]
        if mode is GenerationMode.POSITIVE and answer.status_code not in {404, 409}:
            assert {fault["parameter"] for fault in answer.json()["faults"]} <= TOGETHER
            assert answer.status_code == 422

    with requests.Session() as session:
        draw(place, mode, ask)


@pytest.mark.parametrize("place", GUARDED, ids=" ".join)
def test_without_a_key_nothing_is_done(changing: tuple[Site, str], place: Place) -> None:
    site, _ = changing

    def ask(case: Any) -> None:
        assert case.call(f"{site.url}/api", timeout=30).status_code == 401

    draw(place, GenerationMode.POSITIVE, ask)
