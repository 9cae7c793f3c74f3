"""What a version consists of says the same everywhere."""

import re
import tomllib
from importlib.metadata import version

from tests.conftest import PROJECT


def test_the_changelog_begins_with_the_version() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    first = re.search(r"^## (\S+), ", (PROJECT / "CHANGELOG.md").read_text(), flags=re.MULTILINE)

    assert first
    assert first[1] == project["version"] == version("esn-pulse")
