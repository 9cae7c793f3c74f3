"""Who calls a command, as the audit names them."""

import getpass
import os
from typing import NoReturn

import pytest

from esn_pulse.cli.caller import caller


def test_it_is_whoever_has_logged_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "anna")

    assert caller() == "cli:anna"


@pytest.mark.parametrize("error", [KeyError, OSError])
def test_a_login_may_have_no_name(monkeypatch: pytest.MonkeyPatch, error: type[Exception]) -> None:
    def unknown() -> NoReturn:
        raise error

    monkeypatch.setattr(getpass, "getuser", unknown)

    assert caller() == f"cli:uid {os.getuid()}"
