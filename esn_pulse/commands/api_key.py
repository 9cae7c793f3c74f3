"""``scrapy api_key``: keys by which programs ask the API."""

import argparse
import re
import sys
from datetime import timedelta

from rich.console import Console
from scrapy.exceptions import UsageError

from esn_pulse.cli.command import PulseCommand
from esn_pulse.database import prepare
from esn_pulse.database.sessions import connected
from esn_pulse.exceptions import CommandError
from esn_pulse.extras import needing
from esn_pulse.web.sign_in.roles import LONGEST, PLACES, ROLES

_LONGEST_NAME = 100


class Command(PulseCommand):
    """Makes keys, lists them, and revokes them."""

    most_words = 2

    def syntax(self) -> str:
        """Name the arguments."""
        return "create NAME --role ROLE [options] | list | revoke PREFIX"

    def short_desc(self) -> str:
        """Say what it does."""
        return "Make, list and revoke keys by which programs ask the API"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add our own options."""
        super().add_options(parser)
        parser.add_argument("--role", choices=ROLES, help="what the key lets one do")
        parser.add_argument("--section", metavar="SLUG", help="whose a local key is")
        parser.add_argument("--country", metavar="CODE", help="whose a national key is")
        parser.add_argument(
            "--expires",
            type=_duration,
            metavar="TIME",
            help="for how long it lasts, such as 90d or 12h (default: until it is revoked)",
        )

    def check(self, args: list[str], opts: argparse.Namespace) -> None:
        """Refuse what makes no key, and options that another action takes.

        :raises UsageError: when something is wrong with it.
        """
        super().check(args, opts)
        match args:
            case ["create", name]:
                _check_key(name, opts)
            case ["list"] | ["revoke", _]:
                if opts.role or opts.section or opts.country or opts.expires:
                    raise UsageError(f"{args[0]} takes no options of create")
            case _:
                raise UsageError("say what to do: create NAME --role ROLE, list, or revoke PREFIX")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Do it; the exit status is 1 when that is not possible."""
        with self.explained():
            with needing("web", CommandError):
                from esn_pulse.cli import api_keys  # noqa: PLC0415  they take an extra
                from esn_pulse.web.sign_in.keys import NewKey  # noqa: PLC0415
            conninfo = prepare(self.project_settings)
            match args:
                case ["create", name]:
                    asked = NewKey(name, opts.role, opts.section, opts.country, opts.expires)
                    with connected(conninfo) as connection:
                        made = api_keys.create(connection, asked)
                    print(made.key)
                    print(made.said, file=sys.stderr)
                case ["revoke", prefix]:
                    with connected(conninfo) as connection:
                        api_keys.revoke(connection, prefix)
                    print(f"Revoked {prefix}: whoever sends it is refused from now on.")
                case _:
                    with connected(conninfo) as connection:
                        table = api_keys.listed(connection)
                    Console(markup=False, highlight=False).print(table)


def _check_key(name: str, opts: argparse.Namespace) -> None:
    if not (name.strip() and name.isprintable() and len(name) <= _LONGEST_NAME):
        raise UsageError(f"a key's name says what it is for, in up to {_LONGEST_NAME} signs")
    if not opts.role:
        raise UsageError(f"say by --role what the key lets one do: {', '.join(ROLES)}")
    for role, option in PLACES.items():
        is_given = getattr(opts, option) is not None
        if is_given and opts.role != role:
            raise UsageError(f"--{option} is for --role {role} only")
        if opts.role == role and not is_given:
            raise UsageError(f"--role {role} needs --{option}: the {option} whose key it is")


def _duration(given: str) -> timedelta:
    match = re.fullmatch(r"([0-9]{1,6})([dh])", given)
    lasts = timedelta()
    if match:
        lasts = timedelta(**{"days" if match[2] == "d" else "hours": int(match[1])})
    if not timedelta() < lasts <= LONGEST:
        raise argparse.ArgumentTypeError(
            f"'{given}' is no time from 1h up to ten years, such as 90d or 12h"
        )
    return lasts
