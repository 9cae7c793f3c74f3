"""What is on record of jobs that were asked for, and of who did what."""

import psycopg


def posted(connection: psycopg.Connection) -> list[tuple[str, dict[str, str]]]:
    """Return the spider and the arguments of each job."""
    query = "SELECT spider, arguments FROM scrapyd_jobs ORDER BY id"
    return connection.execute(query).fetchall()


def audited(connection: psycopg.Connection) -> list[tuple[str, str, str]]:
    """Return who did what to what."""
    return connection.execute("SELECT who, action, what FROM web_audit ORDER BY id").fetchall()
