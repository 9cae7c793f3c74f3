"""``scrapy reader`` as an operator calls it, on a server of its own: the role's name is fixed."""

from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from esn_pulse.commands.reader import _uri
from esn_pulse.database import embedded
from esn_pulse.reader import Reader, make_reader
from tests.conftest import Crawl
from tests.end_to_end.village import wait_until


def settings_of(printed: str) -> dict[str, str]:
    """Return the settings that were printed, and the address under 'uri'."""
    _, settings, uri, *_ = printed.split("\n\n")
    return dict(line.split(maxsplit=1) for line in settings.splitlines()) | {"uri": uri}


def asks_for_password(conninfo: str) -> bool:
    try:
        psycopg.connect(make_conninfo(conninfo, password="wrong")).close()
    except psycopg.OperationalError:
        return True
    return False


def test_a_bi_tool_logs_in_with_what_was_printed(crawl: Crawl, pulse_dir: Path) -> None:
    here = "-s", f"PULSE_DIR={pulse_dir}"
    made = crawl("reader", *here, DATABASE_URL="")
    assert (made.returncode, made.stderr) == (0, "")
    told = settings_of(made.stdout)
    assert made.stdout.startswith("Made the role esn_pulse_reader. It may read the views of")
    assert (told["user"], told["schema"]) == ("esn_pulse_reader", "bi")
    assert f"psql 'user=esn_pulse_reader dbname=postgres host={pulse_dir}/postgres" in made.stdout
    assert "A BI tool connects over the network." in made.stdout
    assert "It can, as everybody in this database (PUBLIC) can: make temp" in made.stdout

    # The embedded server trusts everybody, until it is told not to.
    conninfo = embedded.start(pulse_dir / "postgres")
    hba = pulse_dir / "postgres" / "pg_hba.conf"
    hba.write_text(f"local all esn_pulse_reader scram-sha-256\n{hba.read_text()}")
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("SELECT pg_reload_conf()")
    wait_until(lambda: asks_for_password(told["uri"]))
    with psycopg.connect(told["uri"]) as reading:
        reading.execute("SELECT section FROM sections")

    again = crawl("reader", *here, DATABASE_URL="")
    assert again.returncode == 0
    assert again.stdout.startswith("The role esn_pulse_reader is there; gave it its rights")
    assert settings_of(again.stdout)["password"].startswith("as before")
    psycopg.connect(told["uri"]).close()

    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET log_statement = 'all'")
        connection.execute("SELECT pg_reload_conf()")
        connection.execute("GRANT SELECT ON public.activities TO PUBLIC")
    strict = crawl("reader", "--new-password", "--strict", *here, DATABASE_URL="").stdout
    assert "and do nothing else in this database.\n" in strict
    assert "note what gives them back.\nGRANT SELECT ON public.activities TO PUBLIC;\n" in strict
    replaced = settings_of(strict)
    psycopg.connect(replaced["uri"]).close()
    log = (pulse_dir / "postgres" / "log").read_text()
    assert "PASSWORD 'SCRAM-SHA-256$" in log
    assert replaced["password"] not in log
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(told["uri"])


def test_a_server_that_is_away_is_named(crawl: Crawl, tmp_path: Path) -> None:
    ended = crawl("reader", DATABASE_URL=f"postgresql://me:hunter2@/pulse?host={tmp_path}")

    assert (ended.returncode, ended.stdout) == (1, "")
    assert "can't be used" in ended.stderr
    assert "hunter2" not in ended.stderr


@pytest.mark.parametrize(
    ("host", "database"), [("::1", "pulse"), ("db.example", "odd na+me%&=é/"), ("/tmp/a b", "p")]
)
def test_the_address_leads_to_the_server(host: str, database: str) -> None:
    reader = Reader(
        "reader",
        host,
        6543,
        database,
        created=True,
        password="a-b_c",
        leftovers=[],
        elsewhere=None,
        lost=[],
    )

    assert conninfo_to_dict(_uri(reader)) == {
        "host": host,
        "port": "6543",
        "dbname": database,
        "user": "reader",
        "password": "a-b_c",
    }


def test_what_strict_took_is_given_back(
    crawl: Crawl, role: str, database: str, connection: psycopg.Connection
) -> None:
    make_reader(database, role=role, strict=True)

    first = crawl("reader", "--undo-strict", DATABASE_URL=database)
    second = crawl("reader", "--undo-strict", DATABASE_URL=database)

    assert (first.returncode, second.returncode) == (0, 0)
    assert first.stdout.startswith("Gave everybody in this database back what is usual; ")
    assert f"GRANT TEMPORARY ON DATABASE {connection.info.dbname} TO PUBLIC;" in first.stdout
    assert second.stdout.startswith("There is nothing to give back")


def test_options_that_go_against_each_other_are_refused(crawl: Crawl) -> None:
    refused = crawl("reader", "--strict", "--undo-strict", DATABASE_URL="")

    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith("Error: --undo-strict makes no login")
    assert refused.stderr.count("\n") == 1
