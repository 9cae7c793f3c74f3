"""``python -m soak``: refresh many networks, draw many faults, and test on awkward days."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

_PROJECT = Path(__file__).parents[1]
_PRELOAD = Path(__file__).parent / "preload"
_SEEDS = range(1, 51)
_DRAWS = 10
# What is drawn at random there: of each kind as many as the variable MOMENTS says.
_DRAWN = (
    "end_to_end/test_impostors.py",
    "end_to_end/test_interruptions.py",
    "end_to_end/test_shuffled_listings.py",
    "node/test_take_over.py",
)
_FOLDERS = ("usr/lib*/*/faketime", "usr/lib*/faketime", "usr/local/lib*/faketime")

# Days of the past: by a clock that is ahead, PostgreSQL's timers would never end. A signal that
# interrupts a wait finds the real time there, by which none of them is over.
_DAYS = ("2024-01-01", "2024-02-28", "2024-02-29", "2024-03-31", "2024-12-31")
# Clocks change at 01:00 UTC, and a refresh three days later looks back on 167 or 169 hours.
_CLOCK_CHANGES = ("2024-03-31 00:59", "2024-04-03 12:00", "2024-10-27 00:59", "2024-10-30 12:00")


@dataclass(frozen=True)
class Moment:
    """When tests shall seem to begin, in UTC, and in which time zone their machine is."""

    at: str
    zone: str = "UTC"

    def environment(self, library: Path) -> dict[str, str]:
        """Return the variables with which a process and all that it starts live at that moment.

        Their clocks go on, all by the same distance from the real one. What measures how long
        something takes is left as it is.
        """
        ahead = datetime.fromisoformat(f"{self.at}+00:00").timestamp() - time.time()
        return {
            "LD_PRELOAD": str(library),
            "FAKETIME": f"{ahead:+.0f}",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "PYTHONPATH": str(_PRELOAD),
            "BROWSER_PATH": "/nowhere",  # Chromium hangs with such a clock
            "TZ": self.zone,
        }


def _moments() -> list[Moment]:
    ordinary = [Moment(f"{day} {hour}") for day in _DAYS for hour in ("12:00", "23:59")]
    return ordinary + [Moment(at, "Europe/Brussels") for at in _CLOCK_CHANGES]


def _faketime() -> Path:
    root = Path("/")
    for folder in _FOLDERS:
        for library in root.glob(f"{folder}/libfaketimeMT.so.1"):
            return library
    sys.exit("libfaketime is missing, which sets the clock: apt-get install libfaketime")


def _passes(title: str, *words: str, **variables: str) -> bool:
    sys.stdout.write(f"\n{title}\n")
    sys.stdout.flush()
    # A server that runs already lives today.
    inherited = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    command = [sys.executable, "-m", "pytest", "-q", *words]
    ended = subprocess.run(command, env=inherited | variables, cwd=_PROJECT, check=False)  # noqa: S603
    return ended.returncode == 0


def main() -> None:
    """Run all of it; exit with a message that names what failed."""
    if os.geteuid() == 0:
        sys.exit(
            "Run this as an ordinary user: PostgreSQL does not run as root, and whoever it becomes"
            " may not read the memory in which libfaketime keeps the time."
        )
    library = _faketime()
    seeds = f"The refreshes of the sample networks {_SEEDS[0]} to {_SEEDS[-1]}"
    passed = {
        seeds: _passes(
            seeds,
            *("tests/end_to_end/test_refresh.py", "--dist=loadgroup"),
            REFRESH_SEEDS=" ".join(map(str, _SEEDS)),
        )
    }
    draws = f"{_DRAWS} interruptions and other pages of each kind"
    drawn = (f"tests/{name}" for name in _DRAWN)
    passed[draws] = _passes(draws, *drawn, MOMENTS=str(_DRAWS))
    for moment in _moments():
        title = f"End to end as of {moment.at} UTC, TZ={moment.zone}"
        passed[title] = _passes(title, "tests/end_to_end", **moment.environment(library))
    if failed := [title for title, passes in passed.items() if not passes]:
        sys.exit("\n".join(["", "Failed:", *failed]))
    sys.stdout.write(f"\nAll {len(passed)} passed.\n")


if __name__ == "__main__":
    main()
