"""What is said of refreshes and of the jobs that do them, to people who run no server."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from esn_pulse.analysis.scope import Scope
from esn_pulse.analysis.texts import count, duration, moment, number
from esn_pulse.database.queries.job_queue import MOST_DEATHS
from esn_pulse.scheduling.job_reports import JobReport
from esn_pulse.scheduling.results import Result
from esn_pulse.scheduling.running import RunningRun

REFRESH = "Bring it up to date"
READ_ACTIVITIES, READ_ACCOUNTS = "Read the activities now", "Read the sections now"
EXPLAINS = {
    "section": "The section's page on activities.esn.org is read again, and what is new or was"
    " changed there is shown here. That takes some minutes: ESN's sites are read slowly, so that"
    " nobody notices.",
    "activities": "The pages of the country's sections and of its national organisation on"
    " activities.esn.org are read again. That may take an hour: ESN's sites are read slowly, so"
    " that nobody notices.",
    "accounts": "What accounts.esn.org has of the country and its sections is read again: names,"
    " places and addresses. That takes some minutes.",
}
IS_UNDER_WAY, HOW_IT_GOES, WHAT_CAME_OF_IT = "This is under way.", "How it goes", "What came of it"
WAITS_LONG = timedelta(minutes=2)

_GIVEN_UP = "It was given up, as it broke off again and again."
_ASK_FOR_HELP = "Tell whoever runs this site: the job's log says why."


def asked_last(at: datetime) -> str:
    """Say when something was asked for."""
    return f"Asked for last on {moment(at)} UTC."


def wait(left: timedelta, now: datetime) -> str:
    """Say when one may ask again."""
    return f"It can be asked for once in six hours: again from {moment(now + left)} UTC on."


def sign_in_to_mend(name: str) -> str:
    """Tell others for whom more is here."""
    return f"Those who look after {name} see here what to mend."


def asked(spider: str, arguments: dict[str, str], scope: Scope) -> str:
    """Say what a job does."""
    if arguments.get("retry_failed") or arguments.get("revalidate"):
        return f"Mend what could not be read: {spider}"
    whole = ", every page of them" if arguments.get("full") else ""
    what = {"accounts": "the data of sections", "activities": "the activities"}.get(spider, spider)
    return f"Read {what} of {scope.name} again{whole}"


def state(job: JobReport) -> str:
    """Say what is with a job."""
    since = f"{moment(job.since)} UTC"
    if job.state == "finished":
        return _ended(job)
    if job.is_cancelled:
        return "It is being cancelled."
    if job.state == "pending":
        return f"It waits for its turn, since {since}."
    if job.state == "lost" or (job.run_status == "running" and not job.run_is_alive):
        return "It broke off: the machine or the program that did it is gone."
    return f"It is at work, since {since}."


def _ended(job: JobReport) -> str:
    since = f"{moment(job.since)} UTC"
    if job.is_cancelled:
        return f"It was cancelled on {since}."
    if job.deaths >= MOST_DEATHS:
        return _GIVEN_UP
    if job.run_status == "completed":
        return f"It is done, since {since}."
    return f"It failed on {since}."


def advice(job: JobReport, waits: timedelta, at_work: int) -> str:
    """Say what one can do about it; '' when there is nothing to say.

    :param waits: for how long it is in its state.
    :param at_work: how many other jobs are.
    """
    if job.state == "pending":
        return _while_waiting(at_work) if waits > WAITS_LONG else ""
    if job.state == "lost" or (job.run_status == "running" and not job.run_is_alive):
        return "Another one takes over within minutes, and goes on. What was stored stays."
    if job.state != "finished" or job.is_cancelled:
        return ""
    if job.run_status == "completed":
        reason = job.finish_reason or ""
        return "" if reason == "finished" else f"{reason}. What is left is read by a later run."
    reason = (job.finish_reason or "").removeprefix("failed: ")
    return f"{reason}. {_ASK_FOR_HELP}" if reason else _ASK_FOR_HELP


def _while_waiting(at_work: int) -> str:
    if at_work:
        return f"{count(at_work, 'other job')} at work now; it begins when one of them has ended."
    return (
        "Nothing takes it: no node seems to be at work. Tell whoever runs this site; it begins by"
        " itself once there is one."
    )


def progress(run: RunningRun) -> Iterator[tuple[str, str]]:
    """Yield how far a run has come: what is counted, and how much."""
    if run.sections_known:
        yield "Sections", f"{number(run.sections_done)} of {number(run.sections_known)}"
    yield "Pages read", number(run.pages_read)
    yield "Pages that failed", number(run.pages_failed)
    yield "Pages a minute", number(round(run.pages_per_second * 60))
    if run.seconds_left is not None:
        yield "Time left", duration(run.seconds_left)


def result(found: Result) -> Iterator[tuple[str, str]]:
    """Yield what came of a run: what is counted, and how much."""
    yield "Pages read", number(found.pages_read)
    yield "Pages that could not be read", number(found.requests_failed)
    yield "Records that are new or changed", number(found.records_stored)
    yield "Records as they were", number(found.records_unchanged)
    yield "Records with a field that breaks a rule", number(found.records_invalid)
