import os
from pathlib import Path

import certifi
import pytest

from esn_pulse.exceptions import ConfigurationError
from esn_pulse.fetching import certificates
from esn_pulse.fetching.certificates import given_authorities, settle_authorities


@pytest.fixture(autouse=True)
def _empty_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "")  # trusts nobody, for OpenSSL
    monkeypatch.setenv("SSL_CERT_DIR", "")


def test_a_system_without_authorities_has_those_of_mozilla(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(certificates, "_STORES", (str(tmp_path / "missing"),))
    settle_authorities()

    assert os.environ["SSL_CERT_FILE"] == certifi.where()
    assert given_authorities() is None  # the browser knows them


def test_a_systems_own_are_left_to_openssl(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(certificates, "_STORES", (str(tmp_path),))
    settle_authorities()

    assert "SSL_CERT_FILE" not in os.environ
    assert "SSL_CERT_DIR" not in os.environ


def test_those_that_are_named_count(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(certificates, "_STORES", ())
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    settle_authorities()
    assert "SSL_CERT_FILE" not in os.environ

    own = tmp_path / "own.pem"
    own.write_bytes(Path(certifi.where()).read_bytes())
    monkeypatch.setenv("SSL_CERT_FILE", str(own))
    settle_authorities()
    assert given_authorities() == own


def test_a_file_without_certificates_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    own = tmp_path / "own.pem"
    own.write_text("nothing")
    monkeypatch.setenv("SSL_CERT_FILE", str(own))
    with pytest.raises(ConfigurationError, match="no certificates can be read there"):
        settle_authorities()
