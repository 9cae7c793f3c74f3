"""What nobody thought of is asked of every operation, and answered as the document says."""

from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode, checks

from tests.web.api.operations import DOCUMENT, OPERATIONS
from tests.web.servers import Site

SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
DRAWN = settings(
    max_examples=12,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("path", OPERATIONS)
def test_answers_are_what_the_document_says(rich: Site, path: str, mode: GenerationMode) -> None:
    @DRAWN
    @given(case=SCHEMA[path]["GET"].as_strategy(mode))
    def ask(case: Any) -> None:
        unfit = [checks.positive_data_acceptance]
        answer = case.call_and_validate(
            f"{rich.url}/api", session, excluded_checks=unfit, timeout=30
        )
        if answer.status_code == 200:
            return
        assert answer.headers["content-type"] == ["application/problem+json"]
        if mode is GenerationMode.POSITIVE and answer.status_code != 404:
            # What two parameters may not be together has no place in a schema.
            assert [fault["parameter"] for fault in answer.json()["faults"]] == ["query"]

    with requests.Session() as session:
        ask()
