"""What all ways of signing in have in common: the page before, and the session after."""

from collections.abc import Callable
from dataclasses import dataclass

import psycopg
from fastapi import Request
from starlette.responses import RedirectResponse, Response

from esn_pulse.web import audit, texts
from esn_pulse.web.audit import Did, client_address
from esn_pulse.web.dashboard.rendering import Page, Pages
from esn_pulse.web.settings import settings_of
from esn_pulse.web.sign_in import sessions
from esn_pulse.web.sign_in.cookies import Cookie


@dataclass(frozen=True)
class SignInPage(Page):
    """Where one signs in.

    :ivar refusal: why that did not work, '' before one has tried.
    :ivar leads_to: the page to go on with.
    :ivar esn: the path by which one signs in with an ESN account, '' where nobody can.
    """

    lead: str
    refusal: str
    leads_to: str
    esn: str


def show(
    request: Request, pages: Pages, leads_to: str, refusal: str = "", status: int = 200
) -> Response:
    """Return the page on which one signs in.

    :param refusal: why that did not work.
    """
    settings = settings_of(request)
    page = SignInPage(
        title=texts.SIGN_IN_TITLE,
        lead=texts.SIGN_IN_LEAD if settings.is_public else texts.SIGN_IN_CLOSED_LEAD,
        refusal=refusal,
        leads_to=leads_to,
        esn=f"/sign-in/esn{texts.back_to(leads_to)}" if settings.esn else "",
    )
    return pages.render(request, "sign_in.html.j2", page, status)


def beginning(request: Request, name: str) -> Callable[[psycopg.Connection, int], str]:
    """Return what begins the session of the person of a number, and ends that which there was.

    :param name: as among all people.
    """

    def begin(writing: psycopg.Connection, person: int) -> str:
        sessions.end(writing, session_cookie(request).get(request))
        audit.record(writing, name, Did.SIGNED_IN, "", client_address(request))
        return sessions.begin(writing, person)

    return begin


def led_on(request: Request, leads_to: str, token: str) -> Response:
    """Let a browser keep a session, and go on."""
    answer = RedirectResponse(leads_to, status_code=303)
    session_cookie(request).set(answer, token)
    return answer


def session_cookie(request: Request) -> Cookie:
    """Return the cookie of sessions."""
    cookie: Cookie = request.app.state.session
    return cookie
