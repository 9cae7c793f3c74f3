"""Pages from templates: what every page has, and what a page is told."""

from dataclasses import dataclass
from importlib.resources import files
from typing import Annotated

from fastapi import Depends, Request
from starlette.responses import HTMLResponse, Response

from esn_pulse.analysis.background import NETWORK
from esn_pulse.analysis.figure import Figure
from esn_pulse.analysis.rendering import asset, environment, style
from esn_pulse.web import job_texts, operations_texts, texts
from esn_pulse.web.assets import Assets
from esn_pulse.web.dashboard import addresses
from esn_pulse.web.dashboard.backgrounds import Backgrounds
from esn_pulse.web.dashboard.drawing import chart_files
from esn_pulse.web.dashboard.periods import kept
from esn_pulse.web.problems import Problem
from esn_pulse.web.rules import Action, Rules
from esn_pulse.web.sign_in.identity import who_asks

_A_MINUTE = {"Cache-Control": "public, max-age=60"}


@dataclass(frozen=True)
class Page:
    """What a template is told, as ``page``; each page adds its own.

    :ivar title: of the browser's tab; the template may have another heading.
    """

    title: str


@dataclass(frozen=True)
class ErrorPage(Page):
    """Why there is no other page.

    :ivar where: the path by which one finds what there is, '' for none.
    """

    detail: str
    where: str


class Pages:
    """Renders pages.

    :param url: how the public reaches us; None: as we are asked for.
    :param can_sign_in: whether anybody can.
    """

    def __init__(self, url: str | None, rules: Rules, *, can_sign_in: bool) -> None:
        self._url = url
        self._rules = rules
        self.assets = Assets(_assets())
        self.backgrounds = Backgrounds()
        self._environment = environment("esn_pulse.web")
        self._environment.globals.update(
            t=texts,
            j=job_texts,
            o=operations_texts,
            asset=self.assets.url,
            can_sign_in=can_sign_in,
        )
        self._environment.tests["page_address"] = addresses.is_of_page

    def render(
        self, request: Request, template: str, page: Page, status: int = 200
    ) -> HTMLResponse:
        """Return a page that anybody may keep for a minute, unless it says that it failed."""
        headers = _A_MINUTE if status == 200 else {}
        return HTMLResponse(self._html(request, template, page), status, headers)

    def fragment(self, template: str, **told: object) -> str:
        """Return a part of a page, which is the same for whoever asks."""
        return self._environment.get_template(template).render(told)

    def problem(self, request: Request, problem: Problem) -> Response:
        """Say what went wrong on a page."""
        title = texts.ERROR_TITLES.get(problem.status, texts.ERROR)
        html = self._html(request, "error.html.j2", ErrorPage(title, problem.detail, problem.where))
        return HTMLResponse(html, status_code=problem.status, headers=problem.headers)

    def _html(self, request: Request, template: str, page: Page) -> str:
        path = request.url.path
        canonical = f"{self._url}{path}" if self._url else None
        query = kept(request)
        who = who_asks(request)

        def link_of(figure: Figure, key: str) -> str:
            """Return where what a row of a figure's table is about has its page."""
            place = addresses.country if figure.name == "countries" else addresses.section
            return f"{place(key)}{query}"

        return self._environment.get_template(template).render(
            page=page,
            who=who,
            may_operate=self._rules.permit(who, Action.OPERATE).is_for(NETWORK),
            current=path,
            canonical=canonical,
            period=query,
            link_of=link_of,
        )


def _pages(request: Request) -> Pages:
    pages: Pages = request.app.state.pages
    return pages


PagesOf = Annotated[Pages, Depends(_pages)]


def _assets() -> dict[str, str]:
    """Return the pages' files: one style, and the scripts that a page chooses from."""
    own = files("esn_pulse.web") / "static"
    read = {file.name: file.read_text(encoding="utf-8") for file in own.iterdir()}
    return {
        "style.css": style() + read.pop("web.css"),
        **read,
        "charts.js": asset("charts.js"),
        **chart_files(),
    }
