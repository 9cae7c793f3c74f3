from datetime import UTC, datetime, timedelta
from typing import Self

import pytest

from esn_pulse.health import State
from tests.health.factories import examined


class Shifted(datetime):
    """A machine's clock that is wrong."""

    by = timedelta()

    @classmethod
    def now(cls, tz: object = None) -> Self:
        return super().now(UTC) + cls.by


@pytest.mark.parametrize(
    ("minutes", "state", "text"),
    [
        (0.9, State.OK, "as the database's"),
        (-0.9, State.OK, "as the database's"),
        (1.1, State.PROBLEM, "1 min ahead of the database's"),
        (-90, State.PROBLEM, "90 min behind the database's"),
    ],
)
def test_a_machine_whose_clock_differs_from_the_database(
    healthy: str, monkeypatch: pytest.MonkeyPatch, minutes: float, state: State, text: str
) -> None:
    monkeypatch.setattr(Shifted, "by", timedelta(minutes=minutes))
    monkeypatch.setattr("esn_pulse.health.clock.datetime", Shifted)

    check = examined(healthy)["clock"]

    assert (check.state, check.text) == (state, text)
    assert check.value == pytest.approx(60 * minutes, abs=2)
    assert ("NTP" in check.advice) == (state == State.PROBLEM)
