"""Runs the jobs that this node has taken, and keeps them its own for as long as they run."""

import signal
from contextlib import suppress
from typing import Any

from scrapyd import Config, launcher
from scrapyd.launcher import ScrapyProcessProtocol
from twisted.internet.defer import Deferred, DeferredList
from twisted.internet.error import ProcessExitedAlready
from twisted.internet.task import LoopingCall
from twisted.logger import Logger
from twisted.python.components import Componentized

from esn_pulse.node.outage import Outage
from esn_pulse.node.queue import ATTEMPTS, lease_seconds, shared_jobs

log = Logger()


class Launcher(launcher.Launcher):
    """Scrapyd's own, with leases: see ``database/queries/job_queue.py``.

    :ivar told: the jobs whose processes were asked to end; a second time would be less friendly.
    """

    def __init__(self, config: Config, app: Componentized) -> None:
        super().__init__(config, app)
        self.told: set[str] = set()
        self._jobs = shared_jobs()
        self._held: dict[str, int] = {}
        self._ended: dict[str, tuple[int, bool]] = {}
        self._resting: list[int] = []
        self._outage = Outage()
        self._looking_after = LoopingCall(self._look_after_jobs)
        self._seconds = lease_seconds(config) / 6
        self._stops = False

    def startService(self) -> None:  # noqa: N802
        """Make room for jobs, and begin to look after them."""
        super().startService()
        self._looking_after.start(self._seconds, now=False)

    def stopService(self) -> Deferred[Any]:  # noqa: N802
        """End the jobs as a signal would, so that other nodes can take them at once."""
        self._stops = True
        processes = [*self.processes.values()]
        for process in processes:
            self._tell(process)
        ended = DeferredList([process.deferred for process in processes])
        return ended.addCallback(lambda _: self._jobs.close())

    def _get_message(self, slot: int) -> None:
        if not self._stops:
            super()._get_message(slot)

    def _spawn_process(self, message: dict[str, Any], slot: int) -> None:
        job, attempts = message["_job"], message.pop(ATTEMPTS)
        runs_here = job in self._held
        self._held[job] = attempts
        if runs_here:
            # In an outage its lease ran out, and this node took it again. Its process goes on.
            self._get_message(slot)
            return
        try:
            super()._spawn_process(message, slot)
        except OSError as error:
            # Without room on the disk, or processes. Another node may have them; this one rests,
            # or it would take job after job.
            log.error(  # noqa: TRY400 (what failed is plain)
                "Job {job} could not be started: {error}", job=job, error=error
            )
            self._resting.append(slot)
            self._over(job, gives_back=True)

    def _process_finished(self, _: Any, slot: int) -> None:
        self._over(self.processes.pop(slot).job, gives_back=self._stops)
        self._get_message(slot)

    def _over(self, job: str, *, gives_back: bool) -> None:
        self._ended[job] = self._held.pop(job), gives_back
        self.told.discard(job)
        self._record_ends()

    def _look_after_jobs(self) -> None:
        while self._resting:
            self._get_message(self._resting.pop())
        self._record_ends()
        with self._outage.tolerated():
            lost = self._jobs.renew(self._held) if self._held else set()
            for process in self.processes.values():
                if process.job in lost:
                    self._tell(process)

    def _record_ends(self) -> None:
        """Record which jobs have ended; those that can't be now are the next time."""
        with self._outage.tolerated():
            for job, (attempts, gives_back) in [*self._ended.items()]:
                self._jobs.end(job, attempts, gives_back=gives_back)
                del self._ended[job]

    def _tell(self, process: ScrapyProcessProtocol) -> None:
        if process.job not in self.told:
            self.told.add(process.job)
            with suppress(ProcessExitedAlready):
                process.transport.signalProcess(signal.SIGINT)
