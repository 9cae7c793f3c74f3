from pathlib import Path

import pytest

from tests.backups.pg_programs import Programs


@pytest.fixture
def pg_programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    """Stands in for PostgreSQL's own programs."""
    return Programs(tmp_path / "programs", monkeypatch)
