"""What differs from Scrapyd's own HTTP interface."""

from typing import Any

from scrapyd import webservice
from scrapyd.exceptions import RunnerError
from twisted.web.server import Request

from esn_pulse.node.queue import shared_jobs


class Cancel(webservice.Cancel):
    """``cancel.json`` on any node, whichever runs the job: that one stops it within seconds."""

    def render_POST(self, request: Request) -> dict[str, Any]:  # noqa: N802
        """Cancel a job; Scrapyd's own then signals it if it runs here."""
        project, job = (request.args.get(name, [b""])[0].decode() for name in (b"project", b"job"))
        state = shared_jobs().cancel(project, job)
        if job in self.root.launcher.told and b"signal" not in request.args:
            return {"prevstate": state}  # a second signal would end it before it is on record
        answer: dict[str, Any] = super().render_POST(request)
        if answer["prevstate"] == "running":
            self.root.launcher.told.add(job)
        return {"prevstate": answer["prevstate"] or state}


class AddVersion(webservice.AddVersion):
    """``addversion.json``, which keeps nothing that can't run.

    Scrapyd's own says that it failed, and runs the broken version from then on.
    """

    def render_POST(self, request: Request) -> dict[str, Any]:  # noqa: N802
        """Keep a version, and list its spiders."""
        names = [request.args.get(name, [b""])[0] for name in (b"project", b"version")]
        try:
            answer: dict[str, Any] = super().render_POST(request)
        except RunnerError:
            self._take_back(*(name.decode() for name in names))
            raise
        return answer

    def _take_back(self, project: str, version: str) -> None:
        self.root.eggstorage.delete(project, version)
        self.root.update_projects()
        webservice.spider_list.delete(project, version)
