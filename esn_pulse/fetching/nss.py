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
    (home / ".pki/nssdb").mkdir(parents=True)
    _certutil(home, "-N", "--empty-password")
    orders = []
    for number, found in enumerate(_CERTIFICATE.findall(authorities.read_text(errors="replace"))):
        (home / f"{number}.pem").write_text(found)
        orders.append(f"-A -a -t C,, -n authority-{number} -i {number}.pem\n")
    (home / "orders").write_text("".join(orders))
    _certutil(home, "-B", "-i", "orders")  # a process for each would take many seconds


def _certutil(home: Path, *words: str) -> None:
    command = ["certutil", "-d", "sql:.pki/nssdb", *words]
    subprocess.run(command, cwd=home, text=True, check=True, capture_output=True)  # noqa: S603
