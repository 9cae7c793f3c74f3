"""To put a job into the queue that all Scrapyd nodes share, and to take it out again."""

import math
from datetime import timedelta
from http import HTTPStatus
from secrets import token_hex

import psycopg
from starlette.exceptions import HTTPException

from esn_pulse.database.locks import JOBS, WAIT
from esn_pulse.database.queries import job_queue
from esn_pulse.database.queries.job_queue import Job, PostedJob
from esn_pulse.web import audit
from esn_pulse.web.audit import Did
from esn_pulse.web.jobs.trigger import JobWanted
from esn_pulse.web.rules import Permit, Reach

ONCE_IN = timedelta(hours=6)  # those may ask for the same who are no operators
_PRIORITY = 1.0  # before what the calendar posts: somebody waits for it


class AlreadyThere(Exception):  # noqa: N818 (it is said to people)
    """The same job waits or runs.

    :ivar job: Scrapyd's name for it.
    """

    def __init__(self, job: str) -> None:
        super().__init__(f"the job {job} is the same, and waits or runs")
        self.job = job


def in_words(spider: str, arguments: dict[str, str]) -> str:
    """Return a job as one would ask for it on the command line."""
    return " ".join([spider, *(f"-a {name}={value}" for name, value in arguments.items())])


def post(
    writing: psycopg.Connection, project: str, permit: Permit, wanted: JobWanted, address: str
) -> str:
    """Let a job wait for a node; returns Scrapyd's name for it.

    :param project: Scrapyd's name for it.
    :param permit: of whoever asks.
    :param address: from where they ask.
    :raises AlreadyThere: when the same job waits or runs.
    :raises HTTPException: when they may not ask for that, or not yet.
    """
    permit.demand(wanted.scope)
    writing.execute(WAIT, [JOBS, 0])  # of two that ask at the same time one is told of the other
    same = job_queue.open_job(writing, project, wanted.spider, wanted.arguments)
    if same is not None:
        raise AlreadyThere(same)
    _demand_pause(writing, project, permit, wanted)
    name = token_hex(6)
    job = Job(name, wanted.spider, None, {}, wanted.arguments, 0)
    job_queue.post(writing, project, job, _PRIORITY)
    said = f"{name}: {in_words(wanted.spider, wanted.arguments)}"
    audit.record(writing, permit.who.name, Did.POSTED_JOB, said, address)
    return name


def cancel(writing: psycopg.Connection, project: str, who: str, job: str, address: str) -> None:
    """Let a job not be run, or be stopped by its node within seconds.

    :raises HTTPException: when it has ended.
    """
    if job_queue.cancel(writing, project, job) is None:
        raise HTTPException(HTTPStatus.CONFLICT, "The job has ended; there is nothing to cancel.")
    audit.record(writing, who, Did.CANCELLED_JOB, job, address)


def last_job(writing: psycopg.Connection, project: str, wanted: JobWanted) -> PostedJob | None:
    """Return the last job that read the same, by itself or with all of its country; None: none."""
    places = [wanted.arguments]
    if "country" not in wanted.arguments and wanted.scope.country_code:
        places.append({"country": wanted.scope.country_code})
    found = [job_queue.last_job(writing, project, wanted.spider, place) for place in places]
    return max(filter(None, found), key=lambda job: job.posted_at, default=None)


def pause(permit: Permit, last: PostedJob | None) -> timedelta | None:
    """Return how long somebody has to wait before they may ask for that again; None: no time.

    :param last: the last job that was asked for the same.
    """
    since = last.since if last else None
    if permit.reach is not Reach.OWN or since is None or since >= ONCE_IN:
        return None
    return ONCE_IN - since


def _demand_pause(
    writing: psycopg.Connection, project: str, permit: Permit, wanted: JobWanted
) -> None:
    left = pause(permit, last_job(writing, project, wanted))
    if left is None:
        return
    since = ONCE_IN - left
    raise HTTPException(
        HTTPStatus.TOO_MANY_REQUESTS,
        f"This was asked for {_ago(since)}, and may be once in {ONCE_IN.seconds // 3600} hours."
        f" Please wait for {math.ceil(left / timedelta(minutes=1))} minutes.",
        {"Retry-After": str(math.ceil(left.total_seconds()))},
    )


def _ago(since: timedelta) -> str:
    hours, minutes = divmod(int(since.total_seconds()) // 60, 60)
    return f"{hours} h {minutes} min ago" if hours else f"{minutes} min ago"
