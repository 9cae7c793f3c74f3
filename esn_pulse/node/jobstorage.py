"""The list of jobs that have ended, on whichever node."""

from collections.abc import Iterator

from scrapyd import Config
from scrapyd.interfaces import IJobStorage
from scrapyd.launcher import ScrapyProcessProtocol
from zope.interface import implementer

from esn_pulse.database.queries.job_queue import EndedJob
from esn_pulse.node.queue import shared_jobs


@implementer(IJobStorage)
class JobStorage:
    """The latest ``finished_to_keep`` jobs; the database keeps them all."""

    def __init__(self, config: Config) -> None:
        self._jobs = shared_jobs()
        self._shown = config.getint("finished_to_keep", 100)

    def add(self, job: ScrapyProcessProtocol) -> None:
        """Do nothing: the launcher records a job's end, as that has to survive an outage."""

    def list(self) -> list[ScrapyProcessProtocol]:
        """Return them, the latest first."""
        return list(self)

    def __len__(self) -> int:
        return len(self._jobs.ended(self._shown))

    def __iter__(self) -> Iterator[ScrapyProcessProtocol]:
        return map(_as_process, self._jobs.ended(self._shown))


def _as_process(job: EndedJob) -> ScrapyProcessProtocol:
    process = ScrapyProcessProtocol(job.project, job.spider, job.job, env={}, args=[])
    # Scrapyd shows local times, without their zone.
    process.start_time = job.started_at.astimezone().replace(tzinfo=None)
    process.end_time = job.ended_at.astimezone().replace(tzinfo=None)
    return process
