"""What is on record of jobs that were asked for, and of who did what; and nothing any more."""

import psycopg


def posted(connection: psycopg.Connection) -> list[tuple[str, dict[str, str]]]:
    """Return the spider and the arguments of each job."""
    query = "SELECT spider, arguments FROM scrapyd_jobs ORDER BY id"
    return connection.execute(query).fetchall()


def audited(connection: psycopg.Connection) -> list[tuple[str, str, str]]:
    """Return who did what to what."""
    return connection.execute("SELECT who, action, what FROM web_audit ORDER BY id").fetchall()


def forget(connection: psycopg.Connection, *tables: str) -> None:
    """Empty tables, in a transaction each, while a web may be at work on them.

    ``TRUNCATE`` of several keeps what it has locked while it waits for the next: a deadlock, when
    whoever has that one waits for another.
    """
    assert connection.autocommit
    for table in tables:
        connection.execute(f"DELETE FROM {table}".encode())
