"""Databases as earlier versions left them."""

import re

import pytest

from esn_pulse.database.clients import call, programs
from esn_pulse.database.schema import migrations
from esn_pulse.database.schema.migrations import known_migrations, migrate
from esn_pulse.database.schema.scripts import scripts

# How many migrations there were, in each state that an installation may be in.
LANDED = range(1, len(known_migrations()) + 1)
PLACES = """
    INSERT INTO countries (country_code, name, slug, url) VALUES ('TR', 'Türkiye', 'tr', 'u');
    INSERT INTO sections (country_code, name, accounts_platform_slug) VALUES ('TR', 'Ege', 'ege');
"""


def set_to(conninfo: str, state: int) -> None:
    """Migrate as a version did that had so many scripts."""
    with pytest.MonkeyPatch.context() as earlier:
        known = sorted(scripts(), key=lambda script: script.name)[:state]
        earlier.setattr(migrations, "scripts", lambda: known)
        migrate(conninfo)


def structure(conninfo: str, *words: str) -> list[str]:
    """Return the SQL that makes all in a database but the schema of the login's name."""
    words = "--schema-only", "--no-owner", "--exclude-schema=owner_*", *words
    told = call(programs("pg_dump")[-1].path, *words, conninfo=conninfo)
    # Columns of constants that have no name in a migration get one when a backup is restored.
    told = re.sub(r"((?:'|NULL)::[a-z ]+) AS \"?\w+\"?", r"\1", told)
    return [line for line in told.splitlines() if not line.startswith(("\\", "--"))]
