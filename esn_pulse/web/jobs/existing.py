"""A job that somebody names."""

from http import HTTPStatus

import psycopg
from starlette.exceptions import HTTPException

from esn_pulse.scheduling.job_reports import JobReport, job_report


def existing(writing: psycopg.Connection, job: str) -> JobReport:
    """Return what became of a job.

    :raises HTTPException: when there is none; the same is said of one that is nobody's business.
    """
    found = job_report(writing, job)
    if found is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return found
