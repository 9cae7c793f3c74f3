"""Programs that stand in for PostgreSQL's own, of any version, and do some more or less."""

import os
import subprocess
from pathlib import Path

import pytest

from esn_pulse.database import clients, embedded


class Programs:
    """Puts such programs into a folder, where ours are found instead of the machine's.

    The lines of shell that they consist of say ``REAL`` for the embedded server's program. Nothing
    is restored: the server may be of a version that this one can't restore to.
    """

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self._monkeypatch = monkeypatch
        monkeypatch.setattr(clients, "_PACKAGED", (f"{folder}/*/bin".lstrip("/"),))

    def put_first(self, name: str, shell: str) -> None:
        """Put a program into ``PATH`` that has the embedded server's version, and comes before."""
        told = subprocess.run(
            [embedded.program(name), "--version"], capture_output=True, text=True, check=True
        )
        self._write(self.folder, name, told.stdout.split()[-1], shell)
        self._monkeypatch.setenv("PATH", str(self.folder), prepend=os.pathsep)

    def install(self, name: str, *versions: int) -> None:
        """Install a program as packages do it, and have none in ``PATH``."""
        for version in versions:
            calls = f"echo {version} >> {self.folder}/calls\n"
            shell = f'{calls}case "$*" in *--single-transaction*) exit ;; esac\nexec REAL "$@"\n'
            self.put(name, version, shell)
        self._monkeypatch.setenv("PATH", "")

    def put(self, name: str, version: int, shell: str) -> None:
        """Put a program of a version where packages put theirs."""
        self._write(self.folder / str(version) / "bin", name, f"{version}.1", shell)

    def called(self) -> list[str]:
        """Return which of the installed versions were called, in order."""
        return (self.folder / "calls").read_text().split()

    def _write(self, folder: Path, name: str, version: str, shell: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        script = folder / name
        script.write_text(
            "#!/bin/sh\n"
            f'[ "$*" = --version ] && echo "{name} (PostgreSQL) {version}" && exit\n'
            + shell.replace("REAL", str(embedded.program(name)))
        )
        script.chmod(0o755)
