import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from esn_pulse.exceptions import ReportError
from esn_pulse.reader import make_reader
from esn_pulse.report import page
from esn_pulse.report.reading import read
from esn_pulse.report.writing import write_report
from tests.clock import stop_clock
from tests.conftest import Crawl
from tests.reader.conftest import role_on
from tests.report.networks import fill


def test_a_report_is_written_as_a_whole_or_not_at_all(
    report_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "report.html"
    path.write_text("last week's")

    def fail(content: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(page, "render", fail)
    with pytest.raises(ReportError, match=r"report.html \(No space left on device\)"):
        write_report(report_database, path)
    assert path.read_text() == "last week's"
    assert [*tmp_path.iterdir()] == [path]

    monkeypatch.setattr(page, "render", lambda content: "this week's")
    write_report(report_database, path)
    assert path.read_text() == "this week's"
    assert [*tmp_path.iterdir()] == [path]


def test_a_folder_that_is_not_there(crawl: Crawl, database: str, tmp_path: Path) -> None:
    ended = crawl("report", f"{tmp_path}/none/report.html", DATABASE_URL=database)

    assert (ended.returncode, ended.stdout) == (1, "")
    assert f"{tmp_path}/none/report.html (No such file or directory)" in ended.stderr
    assert "scrapy report FILE" in ended.stderr


@pytest.fixture
def role(server: str) -> Iterator[str]:
    """A name for a role; ask for it before ``database``, so that this is dropped first."""
    with role_on(server) as name:
        yield name


@pytest.mark.parametrize("command", ["report", "export"])
def test_a_database_that_can_not_be_read(
    command: str, crawl: Crawl, role: str, empty_database: str, database: str, tmp_path: Path
) -> None:
    target = tmp_path / "report.html" if command == "report" else tmp_path

    def refused(url: str) -> str:
        ended = crawl(command, str(target), DATABASE_URL=url)
        assert (ended.returncode, ended.stdout) == (1, "")
        assert not [*tmp_path.iterdir()]
        return ended.stderr

    assert "scrapy pulse" in refused(empty_database)
    away = refused("postgresql://me:hunter2@127.0.0.1:1/x")
    assert "Check DATABASE_URL" in away
    assert "hunter2" not in away
    with psycopg.connect(database) as connection:
        name = sql.Identifier(role)
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'secret'").format(name))
    stranger = make_conninfo(database, user=role, password="secret")
    assert "may not be read by this user" in refused(stranger)


def test_the_reader_may_make_reports_and_exports(
    role: str, database: str, crawl: Crawl, tmp_path: Path
) -> None:
    made = make_reader(database, role=role, strict=True)
    url = make_conninfo(database, user=role, password=made.password)
    assert not read(url).has_sections

    exported = crawl("export", str(tmp_path), DATABASE_URL=url)
    assert exported.returncode == 0, exported.stderr
    assert "There is no section in the database yet" in exported.stdout
    assert (tmp_path / "sections.csv").read_text().startswith("section_id,section_slug,")


def test_a_section_and_its_country_are_counted_up_to_the_same_day(database: str) -> None:
    asyncio.run(fill(database))
    with psycopg.connect(database) as connection:  # the last run was 330 days ago
        stop_clock(connection, str(datetime.now(UTC) + timedelta(days=330)))
    overviews = {one.scope.country_code: one for one in read(database).overviews}

    def recent(country: str) -> tuple[int, str]:
        """How many its sections had together, and what its tile says."""
        shown = overviews[country]
        note = next(tile.note for tile in shown.key_tiles if tile.label == "Activities")
        sections = shown.figures["sections"].rows
        return sum(row["activities"] for row in sections), note.partition(" ")[0]

    assert recent("TR") == (4, "4")
    assert recent("CZ") == (0, "0")
