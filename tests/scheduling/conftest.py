from collections.abc import Iterator

import pytest

from tests.scheduling.fake_node import FakeNode, serving


@pytest.fixture
def node() -> Iterator[FakeNode]:
    with serving(FakeNode()) as one:
        yield one


@pytest.fixture
def other_node() -> Iterator[FakeNode]:
    with serving(FakeNode()) as one:
        yield one


@pytest.fixture(autouse=True)
def known_to_scrapyd(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCRAPYD_USERNAME", "pulse")
    monkeypatch.setenv("SCRAPYD_PASSWORD", "correct horse")
