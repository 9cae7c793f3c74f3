"""``scrapy web_user``: the local users of the web, who sign in with a password."""

import argparse
import getpass
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from scrapy.exceptions import UsageError

from esn_pulse.cli.caller import caller
from esn_pulse.cli.command import PulseCommand
from esn_pulse.database import prepare
from esn_pulse.database.sessions import connected
from esn_pulse.exceptions import CommandError
from esn_pulse.extras import needing
from esn_pulse.health.finding import moment

if TYPE_CHECKING:
    from esn_pulse.web.sign_in.local_users import LocalUser
    from esn_pulse.web.sign_in.people import Operators


class Command(PulseCommand):
    """Makes local users, lists them, changes their passwords, and removes them."""

    most_words = 2

    def syntax(self) -> str:
        """Name the arguments."""
        return "add NAME [options] | list | password NAME | remove NAME"

    def short_desc(self) -> str:
        """Say what it does."""
        return "Make, list and remove those who sign in to the web with a password"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add our own options."""
        super().add_options(parser)
        for name, value, what in (
            ("--section", "SLUG", "a section that is their own, such as esn-metu"),
            ("--country", "CODE", "a country for which they stand, such as TR"),
        ):
            parser.add_argument(
                name, action="append", default=[], metavar=value, help=f"{what} (may be repeated)"
            )

    def check(self, args: list[str], opts: argparse.Namespace) -> None:
        """Refuse what is none of this, and options of another action.

        :raises UsageError: when something is wrong with it.
        """
        super().check(args, opts)
        match args:
            case ["add", _]:
                return
            case ["list"] | ["password" | "remove", _]:
                if opts.section or opts.country:
                    raise UsageError(f"{args[0]} takes no options", print_help=False)
            case _:
                raise UsageError(
                    "say what to do: add NAME, list, password NAME, or remove NAME",
                    print_help=False,
                )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Do it; the exit status is 1 when that is not possible, and nothing was changed then."""
        with self.explained():
            with needing("web", CommandError):
                from esn_pulse.cli.not_known import names_known  # noqa: PLC0415
                from esn_pulse.web.settings import read_operators  # noqa: PLC0415
                from esn_pulse.web.sign_in import local_users, user_changes  # noqa: PLC0415
                from esn_pulse.web.sign_in.people import Belongings, Operators  # noqa: PLC0415
            operators = Operators(read_operators(self.project_settings))
            done: Table | str
            password = _password() if args[0] in {"add", "password"} else ""
            with names_known(), connected(prepare(self.project_settings)) as connection:
                match args:
                    case ["add", name]:
                        wanted = Belongings(opts.section, opts.country)
                        user_changes.add(connection, caller(), name, password, wanted)
                        done = _made(name, operators)
                    case ["password", name]:
                        user_changes.change_password(connection, caller(), name, password)
                        done = f"{name} has another password, and is signed out everywhere."
                    case ["remove", name]:
                        user_changes.remove(connection, caller(), name)
                        done = f"There is no user {name} any more, nor a session or key of theirs."
                    case _:
                        done = _listed(local_users.listed(connection), operators)
            Console(markup=False, highlight=False, soft_wrap=True).print(done)


def _made(name: str, operators: "Operators") -> str:
    if operators.include(f"local:{name}", []):
        return f"Made the user {name}, who is an operator, as WEB_OPERATORS has local:{name}."
    return (
        f"Made the user {name}. Who is an operator, WEB_OPERATORS of the web says alone: add"
        f" local:{name} to it to make {name} one, and start the web again."
    )


def _listed(users: Sequence["LocalUser"], operators: "Operators") -> Table | str:
    if not users:
        return "There are no local users. To make one: scrapy web_user add NAME"
    table = Table(title="Local users", title_justify="left")
    for column in ("name", "of", "operator", "made", "last signed in"):
        table.add_column(column, overflow="fold")
    for user in users:
        table.add_row(
            user.name.removeprefix("local:"),
            "\n".join([*user.sections, *user.countries]),
            "yes" if operators.include(user.name, []) else "",
            moment(user.made_at),
            moment(user.signed_in_at) if user.signed_in_at else "never",
        )
    return table


def _password() -> str:
    """Ask for a password, twice; or read a line where nobody can be asked.

    :raises CommandError: when they differ.
    """
    if not sys.stdin.isatty():
        return sys.stdin.readline().removesuffix("\n").removesuffix("\r")
    password = getpass.getpass("Password: ")
    if getpass.getpass("The same again: ") != password:
        raise CommandError("these are two passwords. Nothing was changed: please try again")
    return password
