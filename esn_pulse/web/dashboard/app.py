"""The dashboard as an application."""

from fastapi import FastAPI

from esn_pulse.web import problems
from esn_pulse.web.dashboard import (
    activities,
    countries,
    jobs,
    network,
    organisations,
    refreshing,
    search,
    sections,
    sign_in,
    sign_in_esn,
    static,
)
from esn_pulse.web.dashboard.rendering import Pages
from esn_pulse.web.operations import aliases, audit, health, keys, now
from esn_pulse.web.operations import jobs as operators_jobs
from esn_pulse.web.operations import problems as open_problems
from esn_pulse.web.rules import SignInNeeded
from esn_pulse.web.sign_in.guards import include

_ROUTERS = (network, countries, sections, organisations, activities, search, static)
_OF_OPERATORS = (now, operators_jobs, health, open_problems, aliases, keys, audit)
_OF_PEOPLE = (sign_in, sign_in_esn, refreshing, jobs, *_OF_OPERATORS)


class Dashboard(FastAPI):
    """Answers everywhere but under ``/api``."""

    def __init__(self, pages: Pages, *, can_sign_in: bool) -> None:
        super().__init__(openapi_url=None, redirect_slashes=False)
        self.state.pages = pages
        for module in (*_ROUTERS, *(_OF_PEOPLE if can_sign_in else ())):
            include(self, module.router)
        problems.install(self, pages.problem)
        if can_sign_in:
            self.add_exception_handler(SignInNeeded, sign_in.lead_there)
