"""Checks, and the rows that they look at."""

from collections.abc import Collection
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb
from scrapy.settings import Settings

from esn_pulse.health import NAMES, Finding, examine, machine
from esn_pulse.run import stats
from esn_pulse.sources import ACCOUNTS, ACTIVITIES


def examined(url: str | None, **own: Any) -> dict[str, Finding]:
    """Make the checks of a database."""
    return _examined(
        [name for name in NAMES if name not in machine.ALERTS], DATABASE_URL=url, **own
    )


def examined_machine(**own: Any) -> dict[str, Finding]:
    """Make the checks of a machine that has neither Scrapyd nor backups, unless told otherwise."""
    known = {"SCRAPYD_URL": None, "BACKUPS_DIR": "/nowhere/at/all"}
    return _examined(machine.ALERTS.keys(), **known | own)


def _examined(only: Collection[str], **own: Any) -> dict[str, Finding]:
    settings = Settings()
    settings.setmodule("esn_pulse.settings")
    settings.setdict(own)
    return examine(settings, only)


def insert(connection: psycopg.Connection, table: str, **columns: Any) -> int:
    """Insert a row; returns its id."""
    query = sql.SQL("INSERT INTO {} ({}) VALUES ({}) RETURNING id").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.SQL(", ").join(sql.Placeholder() * len(columns)),
    )
    row = connection.execute(query, [*columns.values()]).fetchone()
    assert row
    return int(row[0])


def add_run(
    connection: psycopg.Connection, read: int = 80, failed: int = 20, **columns: Any
) -> int:
    figures = {stats.PAGES_READ: read, stats.PAGES_FAILED: failed}
    known = {
        "scraper_module": ACTIVITIES.module,
        "status": "completed",
        "started_at": "2026-01-15 05:00+01",
        "completed_at": "2026-01-15 12:00+00",
        "finish_reason": "finished",
        "stats": Jsonb(figures),
        "arguments": Jsonb({}),
    }
    return insert(connection, "scraper_status", **known | columns)


def add_section(connection: psycopg.Connection, slug: str, **columns: Any) -> int:
    """Insert a section whose alias bears its name."""
    names = ("name", "accounts_platform_slug", "activities_platform_slug")
    known = dict.fromkeys(names, slug) | {"can_scrape_activities": True}
    section = insert(connection, "sections", **known | columns)
    connection.execute("INSERT INTO organisations VALUES (%s, %s, %s)", [slug, slug, section])
    return section


def add_country(connection: psycopg.Connection, code: str, slug: str, name: str) -> None:
    """Insert a country and its national organisation, whose statistics count nothing."""
    connection.execute(
        "INSERT INTO countries (country_code, name, slug, url, activities_platform_slug,"
        " can_scrape_activities, last_scraped) VALUES (%s, %s, '', '', %s, TRUE, now())",
        [code, name, slug],
    )
    insert(connection, "country_overall_statistics", country_code=code)
    connection.execute(
        "INSERT INTO organisations (slug, name, country_code) VALUES (%s, %s, %s)",
        [slug, f"ESN {name}", code],
    )


def add_activity(connection: psycopg.Connection, slug: str, **columns: Any) -> int:
    known = {
        "event_slug": slug,
        "url": f"https://activities.example/activity/{slug}",
        "title": "Boat Party",
        "description": "On the sea.",
        "start_date": "2023-11-08",
        "is_future_event": False,
        "is_online": False,
        "partners": [],
    }
    return insert(connection, "activities", **known | columns)


def make_healthy(connection: psycopg.Connection) -> None:
    """Fill a database so that there is nothing to say of it."""
    connection.execute("INSERT INTO calendar_tasks (name, began_at) VALUES ('health', now())")
    add_run(connection, scraper_module=ACCOUNTS.module)
    add_run(connection)
    section = add_section(connection, "esn-metu", last_scraped="now")
    insert(connection, "section_overall_statistics", section_id=section, physical_activities=1)
    activity = add_activity(connection, "boat-party-1", participants=10)
    connection.execute(
        "INSERT INTO activity_section_organisers VALUES (%s, %s)", [activity, section]
    )
    connection.execute("INSERT INTO section_listings VALUES (%s, 'boat-party-1')", [section])
    connection.execute("INSERT INTO activity_organisers VALUES (%s, 'esn-metu', 1)", [activity])
