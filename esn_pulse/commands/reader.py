"""``scrapy reader``: a login for the BI tools, which may read schema ``bi``."""

import argparse
from collections.abc import Iterator
from urllib.parse import quote, urlencode

import psycopg
from psycopg.conninfo import make_conninfo
from scrapy.exceptions import UsageError

from esn_pulse.cli.command import PulseCommand
from esn_pulse.database import prepare
from esn_pulse.database.clients import psql_command
from esn_pulse.database.server import unavailable
from esn_pulse.reader import SCHEMA, Reader, make_reader, undo_strict


class Command(PulseCommand):
    """Makes the role, or gives it again what it may, and says how a BI tool connects."""

    def syntax(self) -> str:
        """Name the arguments."""
        return "[options]"

    def short_desc(self) -> str:
        """Say what it does."""
        return "Make a login for BI tools that may only read, and print its settings"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add our own options."""
        super().add_options(parser)
        parser.add_argument(
            "--new-password",
            action="store_true",
            help="replace the password: all BI tools need the new one then",
        )
        parser.add_argument(
            "--strict",
            action="store_true",
            help="also take from everybody in the database what the login could do by it",
        )
        parser.add_argument(
            "--undo-strict",
            action="store_true",
            help="give everybody back what earlier calls took, and do nothing else",
        )

    def check(self, args: list[str], opts: argparse.Namespace) -> None:
        """Refuse other options beside the one that makes no login.

        :raises UsageError: when there are some.
        """
        super().check(args, opts)
        if opts.undo_strict and (opts.strict or opts.new_password):
            raise UsageError("--undo-strict makes no login: give it without the other options")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Do it; the exit status is 1 when that failed, and nothing was changed then."""
        with self.explained():
            conninfo = prepare(self.project_settings)
            try:
                if opts.undo_strict:
                    done = _given_back(undo_strict(conninfo))
                else:
                    made = make_reader(conninfo, strict=opts.strict, new_password=opts.new_password)
                    done = "\n\n".join(_paragraphs(made))
            except psycopg.Error as error:
                raise unavailable(conninfo, error) from error
            print(done)


def _given_back(statements: list[str]) -> str:
    if not statements:
        return "There is nothing to give back: everybody in this database may do what is usual."
    return "\n".join(
        [
            "Gave everybody in this database back what is usual; `scrapy reader` says what that"
            " leaves open.",
            "",
            *statements,
        ]
    )


def _paragraphs(reader: Reader) -> Iterator[str]:
    alone = "" if reader.leftovers else ", and do nothing else in this database"
    yield f"{_done(reader)} It may read the views of schema {SCHEMA}{alone}."
    yield "\n".join(
        f"{name:10}{value}"
        for name, value in {
            "host": reader.host,
            "port": reader.port,
            "database": reader.database,
            "user": reader.role,
            "password": reader.password or "as before; --new-password replaces it",
            "schema": SCHEMA,
        }.items()
    )
    yield _uri(reader)
    if reader.password:
        yield "Note the password: the server keeps a hash of it, and it is not shown again."
    if reader.host.startswith("/"):
        local = make_conninfo(
            user=reader.role, dbname=reader.database, host=reader.host, port=reader.port
        )
        yield (
            "This host is a Unix socket, so it is for programs of this machine only:\n"
            f"{psql_command(local)}\n"
            "A BI tool connects over the network. The embedded server does not listen there, and"
            " asks nobody for a password; give BI tools a PostgreSQL of your own, in DATABASE_URL."
        )
    if reader.host in ("localhost", "127.0.0.1", "::1"):
        yield "On another machine the BI tool needs this server's name as its host."
    if reader.lost:
        yield "\n".join(
            [
                "Everybody had rights that somebody must have granted. They are taken, too, and"
                " --undo-strict won't know of them: note what gives them back.",
                *(f"{statement};" for statement in reader.lost),
            ]
        )
    if reader.leftovers or reader.elsewhere:
        yield "What the role can do all the same:"
    yield from reader.leftovers
    if reader.elsewhere:
        yield reader.elsewhere


def _done(reader: Reader) -> str:
    if reader.created:
        return f"Made the role {reader.role}."
    if reader.password:
        return f"Gave the role {reader.role} a new password, and its rights in this database."
    return f"The role {reader.role} is there; gave it its rights in this database."


def _uri(reader: Reader) -> str:
    user = f"{quote(reader.role)}:{quote(reader.password or 'PASSWORD')}"
    database = quote(reader.database, safe="")
    if reader.host.startswith("/"):
        where = urlencode({"host": reader.host, "port": reader.port}, safe="/", quote_via=quote)
        return f"postgresql://{user}@/{database}?{where}"
    host = f"[{reader.host}]" if ":" in reader.host else reader.host
    return f"postgresql://{user}@{host}:{reader.port}/{database}"
