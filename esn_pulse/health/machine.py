"""What needs no database: the disk, Scrapyd's queue, and the backups."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import requests
from requests.auth import HTTPBasicAuth
from scrapy.settings import BaseSettings

from esn_pulse.backups.backup import Backup, backups, backups_folder
from esn_pulse.health.finding import Alert, Finding, State, moment, percent
from esn_pulse.scheduling.nodes import login, node_urls

_SECONDS = 5  # for how long Scrapyd may keep us waiting
_OLDEST_BACKUP = timedelta(days=2)  # one is made each day, and the next is not always on the minute
_BACK_UP = "To write one now, or to see why it can't be written: scrapy backup"


def disk_usage(settings: BaseSettings) -> tuple[int, int]:
    """Return how many bytes of the file system of ``PULSE_DIR`` are used, and how many are free.

    As df counts: those that are root's alone are neither.
    """
    pulse_dir = Path(settings["PULSE_DIR"]).absolute()
    folder = next(path for path in (pulse_dir, *pulse_dir.parents) if path.exists())
    usage = shutil.disk_usage(folder)
    return usage.used, usage.free


def disk(settings: BaseSettings) -> Finding:
    """Tell how full the file system of ``PULSE_DIR`` is; a problem above ``HEALTH_DISK_SHARE``."""
    pulse_dir = Path(settings["PULSE_DIR"]).absolute()
    used, free = disk_usage(settings)
    share = used / (used + free)
    value, text = round(share, 4), f"{percent(share)} of the disk used"
    if share <= settings.getfloat("HEALTH_DISK_SHARE"):
        return Finding(State.OK, value, text)
    return Finding(
        State.PROBLEM,
        value,
        text,
        f"{free / 1e9:.1f} GB are left where {pulse_dir} is. PostgreSQL stops when there are"
        " none. Make room: old logs, copies of drifted pages, what else is on the disk; or set"
        " PULSE_DIR to a larger one.",
    )


def pending_jobs(settings: BaseSettings) -> Finding:
    """Tell how many jobs wait in Scrapyd's queue; a problem above ``HEALTH_PENDING_JOBS``.

    It is a problem, too, when a node does not answer.

    :param settings: ``SCRAPYD_URL``, in which white space parts the nodes that share the queue;
        name and password come from the environment, as for Scrapyd.
    """
    answers = ask_nodes(settings, _SECONDS)
    if not answers:
        return Finding(
            State.UNKNOWN,
            None,
            "no node of Scrapyd was asked",
            "SCRAPYD_URL is not set; it says where they are, if there are any.",
        )
    # A node that has not looked at the queue for a moment knows less than another.
    pending = max((answer for answer in answers.values() if isinstance(answer, int)), default=None)
    silent = {node: answer for node, answer in answers.items() if isinstance(answer, str)}
    if silent:
        return Finding(
            State.PROBLEM,
            pending,
            f"{len(silent)} of {len(answers)} nodes of Scrapyd do not say",
            f"No answer that makes sense from {', '.join(f'{n} ({w})' for n, w in silent.items())}."
            " What was scheduled there is not run. Check SCRAPYD_URL, SCRAPYD_USERNAME and"
            " SCRAPYD_PASSWORD; to start a node: scrapyd --pidfile=",
        )
    text = f"{pending} waiting in Scrapyd"
    if pending is not None and pending <= settings.getint("HEALTH_PENDING_JOBS"):
        return Finding(State.OK, pending, text)
    return Finding(
        State.PROBLEM,
        pending,
        text,
        "Jobs are scheduled faster than they are done. Look at what runs and waits on Scrapyd's"
        " page; cancel what is there twice, or schedule less often.",
    )


def ask_nodes(settings: BaseSettings, seconds: float) -> dict[str, int | str]:
    """Return how many jobs each node of ``SCRAPYD_URL`` says to wait, or why it does not say.

    :param seconds: for how long a node may keep us waiting.
    :returns: by the nodes' addresses, without name and password; none when none is set.
    """
    nodes = node_urls(settings)
    if not nodes:
        return {}
    with ThreadPoolExecutor() as threads:
        answers = threads.map(partial(_ask_scrapyd, seconds=seconds), nodes)
        return dict(zip(map(_shown, nodes), answers, strict=True))


def dated_backups(folder: Path) -> list[Backup]:
    """Return the backups in a folder, the newest first, but for those that are dated ahead.

    Such a one is of a time when the database's clock was wrong.
    """
    now = datetime.now(UTC)
    return [one for one in backups(folder) if one.made_at - now < timedelta(days=1)]


def newest_backup(settings: BaseSettings) -> Finding:
    """Tell how old the newest backup is, in days; a problem when it is over two days old."""
    folder = backups_folder(settings)
    if not folder.is_dir():
        return Finding(
            State.UNKNOWN,
            None,
            "no backup is known",
            f"There is no {folder}. To write one there: scrapy backup",
        )
    found = dated_backups(folder)
    if not found:
        return Finding(State.PROBLEM, None, f"none in {folder}", f"Why? {_BACK_UP}")
    made_at = found[0].made_at
    age = datetime.now(UTC) - made_at
    value, text = round(age / timedelta(days=1), 2), f"the newest is of {moment(made_at)}"
    if age <= _OLDEST_BACKUP:
        return Finding(State.OK, value, text)
    return Finding(
        State.PROBLEM,
        value,
        text,
        f"Is the daily backup still scheduled? In {folder}. {_BACK_UP}",
    )


ALERTS = {
    "disk": Alert("the disk is nearly full", disk),
    "pending_jobs": Alert("Scrapyd's queue needs a look", pending_jobs),
    "backups": Alert("there is no recent backup", newest_backup),
}


def _ask_scrapyd(url: str, seconds: float) -> int | str:
    """Return how many jobs wait, or why that is not known."""
    # scrapyd-client's own call has no time-out.
    user, password = login()
    try:
        answer = requests.get(
            f"{url.rstrip('/')}/daemonstatus.json",
            auth=HTTPBasicAuth(user, password) if user else None,
            timeout=seconds,
        )
        answer.raise_for_status()
        return int(answer.json()["pending"])
    except (requests.RequestException, KeyError, TypeError, ValueError) as error:
        return type(error).__name__  # its text may hold the address, and that a password


def _shown(url: str) -> str:
    """Return an address without a name and password."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
