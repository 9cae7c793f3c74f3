"""The dashboard as an application."""

from fastapi import FastAPI

from esn_pulse.web import problems
from esn_pulse.web.dashboard import (
    activities,
    countries,
    network,
    organisations,
    search,
    sections,
    static,
)
from esn_pulse.web.dashboard.rendering import Pages

_ROUTERS = (network, countries, sections, organisations, activities, search, static)


class Dashboard(FastAPI):
    """Answers everywhere but under ``/api``."""

    def __init__(self, pages: Pages) -> None:
        super().__init__(openapi_url=None, redirect_slashes=False)
        self.state.pages = pages
        for module in _ROUTERS:
            self.include_router(module.router)
        problems.install(self, pages.problem)
