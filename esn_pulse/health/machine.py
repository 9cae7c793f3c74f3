"""What needs no database: the disk, and Scrapyd's queue."""

import os
import shutil
from pathlib import Path

import requests
from scrapy.settings import BaseSettings

from esn_pulse.health.check import Check, State, percent

_SECONDS = 5  # for how long Scrapyd may keep us waiting


def examine_machine(settings: BaseSettings) -> dict[str, Check]:
    """Make the checks of this module; returns them by name."""
    checks = {"disk": disk(settings)}
    if settings.get("SCRAPYD_URL"):
        checks["pending_jobs"] = pending_jobs(settings)
    return checks


def disk(settings: BaseSettings) -> Check:
    """Tell how full the file system of ``PULSE_DIR`` is; a problem above ``HEALTH_DISK_SHARE``."""
    pulse_dir = Path(settings["PULSE_DIR"]).absolute()
    folder = next(path for path in (pulse_dir, *pulse_dir.parents) if path.exists())
    usage = shutil.disk_usage(folder)
    share = usage.used / (usage.used + usage.free)  # as df counts: without what is root's alone
    value, text = round(share, 4), f"{percent(share)} of the disk used"
    if share <= settings.getfloat("HEALTH_DISK_SHARE"):
        return Check(State.OK, value, text)
    return Check(
        State.PROBLEM,
        value,
        text,
        f"{usage.free / 1e9:.1f} GB are left where {pulse_dir} is. PostgreSQL stops when there are"
        " none. Make room: old logs, copies of drifted pages, what else is on the disk; or set"
        " PULSE_DIR to a larger one.",
    )


def pending_jobs(settings: BaseSettings) -> Check:
    """Tell how many jobs wait in Scrapyd; a problem above ``HEALTH_PENDING_JOBS``.

    :param settings: ``SCRAPYD_URL``; name and password come from the environment, as for Scrapyd.
    """
    try:
        pending = _ask_scrapyd(settings["SCRAPYD_URL"])
    except (requests.RequestException, KeyError, TypeError, ValueError) as error:
        return Check(
            State.PROBLEM,
            None,
            "Scrapyd does not say",
            f"Scrapyd at SCRAPYD_URL gave no answer that makes sense ({type(error).__name__}), so"
            " that nothing is run as scheduled. Check SCRAPYD_URL, SCRAPYD_USERNAME and"
            " SCRAPYD_PASSWORD; to start it: scrapyd",
        )
    text = f"{pending} waiting in Scrapyd"
    if pending <= settings.getint("HEALTH_PENDING_JOBS"):
        return Check(State.OK, pending, text)
    return Check(
        State.PROBLEM,
        pending,
        text,
        "Jobs are scheduled faster than they are done. Look at what runs and waits on Scrapyd's"
        " page; cancel what is there twice, or schedule less often.",
    )


def _ask_scrapyd(url: str) -> int:
    # scrapyd-client's own call has no time-out.
    user = os.environ.get("SCRAPYD_USERNAME")
    password = os.environ.get("SCRAPYD_PASSWORD", "")
    answer = requests.get(
        f"{url.rstrip('/')}/daemonstatus.json",
        auth=(user, password) if user else None,
        timeout=_SECONDS,
    )
    answer.raise_for_status()
    return int(answer.json()["pending"])
