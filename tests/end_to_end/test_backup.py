"""A crawled database goes into a file, and from there into a server that is empty."""

import json
from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo
from scrapy.settings import Settings

from esn_pulse.database import database_url, embedded
from tests.conftest import FOR_ANOTHER_SERVER, Crawl
from tests.end_to_end.tables import rows
from tests.end_to_end.village import Village, wait_until

# All that a database consists of, in words.
STRUCTURE: dict[str, LiteralString] = {
    "columns": "SELECT table_name, column_name, data_type, is_nullable, column_default, is_identity"
    " FROM information_schema.columns WHERE table_schema = 'public'",
    # Only PostgreSQL 18 lists here, too, which columns are NOT NULL.
    "constraints": "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)"
    " FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'",
    "indexes": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "sequences": "SELECT sequencename, last_value FROM pg_sequences",
    "statistics": "SELECT stxname FROM pg_statistic_ext",
    "comments": "SELECT objoid::regclass::text, description FROM pg_description"
    " WHERE classoid = 'pg_class'::regclass AND objoid >= 16384",
}


def everything(conninfo: str) -> dict[str, list[str]]:
    """Return the rows of all tables, and what the database consists of."""
    found = {name: rows(conninfo, query) for name, query in STRUCTURE.items()}
    for (table,) in rows(conninfo, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
        with psycopg.connect(conninfo) as connection:
            query = sql.SQL("SELECT * FROM {}").format(sql.Identifier(table))
            found[table] = connection.execute(query).fetchall()
    return {name: sorted(map(repr, listed)) for name, listed in found.items()}


def test_a_backup_is_restored_into_an_empty_server(
    village: Village, village_crawled: str, crawl: Crawl, pulse_dir: Path
) -> None:
    kept = "-s", f"BACKUPS_DIR={pulse_dir}/kept", "-s", "BACKUPS_KEPT=1"
    for _ in range(2):
        written = crawl("backup", *kept, DATABASE_URL=village_crawled)
        assert (written.returncode, written.stderr) == (0, "")
    (backup,) = (pulse_dir / "kept").iterdir()
    size = backup.stat().st_size / 1e6
    assert f"Wrote {backup} ({size:.1f} MB)." in written.stdout

    here = "-s", f"PULSE_DIR={pulse_dir}"
    restored = crawl("restore", str(backup), *here, DATABASE_URL="", **FOR_ANOTHER_SERVER)
    assert (restored.returncode, restored.stderr) == (0, "")
    assert f"host={pulse_dir}/postgres" in restored.stdout

    given = Settings({"DATABASE_URL": None, "PULSE_DIR": str(pulse_dir)})
    conninfo = database_url(given)
    found, expected = everything(conninfo), everything(village_crawled)
    assert found == expected
    assert len(expected["activities"]) > 10

    again = crawl("restore", str(backup), *here, DATABASE_URL="")
    assert (again.returncode, again.stdout) == (1, "")
    assert again.stderr.startswith("Error: the database at 'user=postgres ")
    assert f"move {pulse_dir}/postgres to another place" in again.stderr

    # A crawl goes on from there, and the embedded server can be backed up, too.
    for spider in "accounts", "activities":
        assert village.crawl(conninfo, spider).returncode == 0
    said = json.loads(village.scrapy(conninfo, "health", "--json").stdout)
    assert said["checks"]["schema"]["state"] == said["checks"]["run_activities"]["state"] == "ok"
    assert crawl("backup", *here, DATABASE_URL="", **FOR_ANOTHER_SERVER).returncode == 0
    assert len([*(pulse_dir / "backups").iterdir()]) == 1


def is_refused(conninfo: str) -> bool:
    try:
        psycopg.connect(conninfo).close()
    except psycopg.OperationalError:
        return True
    return False


def test_a_refused_login_is_explained_without_the_password(crawl: Crawl, pulse_dir: Path) -> None:
    # The embedded server trusts everybody, until it is told not to.
    conninfo = embedded.start(pulse_dir / "postgres")
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("CREATE ROLE guarded LOGIN PASSWORD 'right'")
        hba = pulse_dir / "postgres" / "pg_hba.conf"
        hba.write_text(f"local all guarded scram-sha-256\n{hba.read_text()}")
        connection.execute("SELECT pg_reload_conf()")
    guarded = make_conninfo(conninfo, user="guarded", password="hunter2")
    wait_until(lambda: is_refused(guarded))
    refused = crawl("backup", "-s", f"BACKUPS_DIR={pulse_dir}/kept", DATABASE_URL=guarded)

    assert (refused.returncode, refused.stdout) == (1, "")
    assert "password authentication failed" in refused.stderr
    assert "Check DATABASE_URL" in refused.stderr
    assert "hunter2" not in refused.stderr


def test_the_file_must_be_named(crawl: Crawl) -> None:
    assert "give one file" in crawl("restore", DATABASE_URL="").stderr
