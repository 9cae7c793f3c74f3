"""CONTRIBUTING.md's recipe "Add a column", followed in a copy of the program."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import (
    PROJECT,
    crawl_environment,
    create_database,
    database_name,
    drop_database,
)

MIGRATION = """
ALTER TABLE countries ADD COLUMN motto TEXT;
ALTER TABLE sections ADD COLUMN motto TEXT;
ALTER TABLE activities ADD COLUMN motto TEXT;
ALTER TABLE section_overall_statistics ADD COLUMN total_volunteers INTEGER;
ALTER TABLE country_overall_statistics ADD COLUMN total_volunteers INTEGER;
"""
# By file, lines and what is added behind each.
ADDED = {
    "items.py": {
        "    section_count: int | None = None\n": "    motto: str | None = None\n",
        "    logo_url: str | None = None\n": "    motto: str | None = None\n",
        "    outcomes: str | None = None\n": "    motto: str | None = None\n",
        "    total_coordinators: Any = 0\n": "    total_volunteers: Any = 0\n",
    },
    "rules/schemas.py": {
        "    section_count: Count | None = None\n": "    motto: str | None = None\n",
        "    logo_url: Url255 | None = None\n": "    motto: str | None = None\n",
        "    outcomes: str | None = None\n": "    motto: str | None = None\n",
        "    total_coordinators: Count | None = None\n": (
            "    total_volunteers: Count | None = None\n"
        ),
    },
    "pages/accounts.py": {
        '        loader.add_value("section_count", [len(section_links(page))])\n': (
            '        own = OwnPart(page, link.code, "section", "country")\n'
            '        loader.add_value("motto", texts(own.items("motto")))\n'
        ),
        '    loader.add_value("city", texts(own.items("city")))\n': (
            '    loader.add_value("motto", texts(own.items("motto")))\n'
        ),
    },
    "pages/activity.py": {
        '        outcomes=lines(article.items("res-pos-aspect")) or None,\n': (
            '        motto=first(texts(article.items("motto"))),\n'
        ),
    },
    "pages/statistics.py": {
        '        "total_coordinators": "coordinators",\n': (
            '        "total_volunteers": "volunteers",\n'
        ),
    },
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the program with a column more in each record, and nothing else."""
    copy = tmp_path_factory.mktemp("changed")
    for folder in "esn_pulse", "sql":
        shutil.copytree(
            PROJECT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__")
        )
    (copy / "sql" / "9999_new_columns.sql").write_text(MIGRATION)
    for name, additions in ADDED.items():
        path = copy / "esn_pulse" / name
        text = path.read_text(encoding="utf-8")
        for line, added in additions.items():
            assert text.count(line) == 1, f"{name} has not once: {line}"
            text = text.replace(line, line + added)
        path.write_text(text, encoding="utf-8")
    return copy


@pytest.fixture(scope="module")
def told(
    server: str, migrated_template: str, project: Path
) -> Iterator[dict[str, list[list[str]]]]:
    """What became of each record that was stored by the changed program, in a known database."""
    conninfo = create_database(server, database_name(migrated_template))
    try:
        finished = subprocess.run(
            [sys.executable, "-W", "error", "-m", "tests.pipelines.new_columns", conninfo],
            cwd=project,
            env=crawl_environment(PYTHONPATH=f"{project}:{PROJECT}"),
            capture_output=True,
            text=True,
            check=False,
            timeout=100,
        )
        assert finished.returncode == 0, finished.stderr
        yield json.loads(finished.stdout)
    finally:
        drop_database(server, conninfo)


@pytest.mark.parametrize(
    ("record", "outcome_in_part"),
    [
        ("country", "unchanged"),
        ("section", "unchanged"),
        ("activity", "kept"),
        ("statistics", "unchanged"),
        ("a country's statistics", "unchanged"),
    ],
)
def test_a_new_column_is_stored_updated_and_kept_like_its_neighbours(
    told: dict[str, list[list[str]]], record: str, outcome_in_part: str
) -> None:
    assert told[record] == [
        ["stored", "1"],
        ["stored", "2"],
        ["unchanged", "2"],
        [outcome_in_part, "2"],
    ]
