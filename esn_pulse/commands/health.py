"""``scrapy health``: is all well, and if not, what to do."""

import argparse
import asyncio
import json
import socket
import sys
from collections.abc import Mapping
from dataclasses import asdict

from rich.console import Console
from rich.table import Table
from scrapy.exceptions import UsageError

from esn_pulse.cli.command import PulseCommand
from esn_pulse.health import NAMES, Finding, State, examine
from esn_pulse.messenger import Message, Messenger

_STYLES = {
    State.PROBLEM: "bold red",
    State.UNKNOWN: "yellow",
    State.INFO: "cyan",
    State.OK: "green",
}


class Command(PulseCommand):
    """Looks at the runs, the data and the machine; it changes nothing."""

    def syntax(self) -> str:
        """Name the arguments."""
        return "[options]"

    def short_desc(self) -> str:
        """Say what it does."""
        return "Check runs, data and machine; exit status 1 when something needs a person"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add our own options."""
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument(
            "--check",
            action="append",
            metavar="NAME",
            help="make only this check; may be given several times",
        )
        parser.add_argument(
            "--notify", action="store_true", help="send the problems, if any, to ALERT_TARGETS"
        )

    def check(self, args: list[str], opts: argparse.Namespace) -> None:
        """Refuse checks that there are not."""
        super().check(args, opts)
        if unknown := sorted({*(opts.check or ())} - {*NAMES}):
            raise UsageError(f"there is no check {', '.join(unknown)}, but: {', '.join(NAMES)}")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Print what was found, problems first; the exit status is 1 when there is one."""
        checks = examine(self.project_settings, opts.check or NAMES)
        problems, unknown = _named(checks, State.PROBLEM), _named(checks, State.UNKNOWN)
        if opts.notify and problems:
            self._notify(_message(checks, problems))
        if opts.json:
            found = {name: asdict(check) for name, check in checks.items()}
            verdict = {"ok": not problems, "problems": problems, "unknown": unknown}
            print(json.dumps(verdict | {"checks": found}))
        else:
            # Addresses and the server's messages may hold what looks like markup.
            console = Console(markup=False, highlight=False)
            console.print(_table(checks))
            console.print(_need(problems) if problems else _no_problem(checks, unknown))
        self.exitcode = int(bool(problems))

    def _notify(self, message: Message) -> None:
        messenger = Messenger(self.project_settings.get("ALERT_TARGETS") or "")
        if messenger:
            asyncio.run(messenger.send([message]))
        else:
            print("Nobody was told: ALERT_TARGETS is empty.", file=sys.stderr)


def _message(checks: Mapping[str, Finding], problems: list[str]) -> Message:
    found = (f"{name}: {checks[name].text}\n{checks[name].advice}" for name in problems)
    body = "\n\n".join((*found, f"Host: {socket.gethostname()}"))
    return Message(f"ESN PULSE: {_need(problems)}", body)


def _named(checks: Mapping[str, Finding], state: State) -> list[str]:
    return [name for name, check in checks.items() if check.state == state]


def _table(checks: Mapping[str, Finding]) -> Table:
    table = Table(title="ESN PULSE", title_justify="left")
    for column in "state", "check", "what was found, and what to do":
        table.add_column(column, overflow="fold")
    for state, style in _STYLES.items():
        for name, check in checks.items():
            if check.state == state:
                found = f"{check.text}\n{check.advice}" if check.advice else check.text
                table.add_row(state, name, found, style=style)
    return table


def _need(problems: list[str]) -> str:
    things = "1 thing needs" if len(problems) == 1 else f"{len(problems)} things need"
    return f"{things} a person: {', '.join(problems)}"


def _no_problem(checks: Mapping[str, Finding], unknown: list[str]) -> str:
    """Say that all is well only where everything was looked at and could be told."""
    is_whole = len(checks) == len(NAMES)
    if is_whole and not unknown:
        return "All is well."
    not_known = f" Not known: {', '.join(unknown)}." if unknown else ""
    looked_at = "" if is_whole else f" Looked at: {', '.join(checks)}."
    return f"No problem is known.{not_known}{looked_at}"
