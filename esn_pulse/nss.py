"""Authorities for the browser, which on Linux trusts its own list and what its user's NSS has."""

import re
import subprocess
from pathlib import Path

_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


def trust(authorities: Path, home: Path) -> None:
    """Let a browser with this home directory trust all certificates in a file.

    :raises FileNotFoundError: when NSS's ``certutil`` is not installed.
    :raises subprocess.CalledProcessError: when it fails.
    """
    store = home / ".pki/nssdb"
    store.mkdir(parents=True)
    _certutil(store, "-N", "--empty-password")
    for number, found in enumerate(_CERTIFICATE.findall(authorities.read_text(errors="replace"))):
        _certutil(store, "-A", "-a", "-t", "C,,", "-n", f"authority {number}", given=found)


def _certutil(store: Path, *words: str, given: str = "") -> None:
    command = ["certutil", "-d", f"sql:{store}", *words]
    subprocess.run(command, input=given, text=True, check=True, capture_output=True)  # noqa: S603
