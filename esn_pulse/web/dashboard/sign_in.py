"""To sign in with a local user, and out."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel, Field
from starlette.responses import RedirectResponse, Response

from esn_pulse.web import audit, texts
from esn_pulse.web.audit import Did
from esn_pulse.web.dashboard import addresses, signing_in
from esn_pulse.web.dashboard.rendering import PagesOf
from esn_pulse.web.limits import address
from esn_pulse.web.sign_in import local_users, passwords, sessions
from esn_pulse.web.sign_in.attempts import TooManyAttempts
from esn_pulse.web.sign_in.guards import SIGN_IN
from esn_pulse.web.sign_in.identity import who_asks
from esn_pulse.web.sign_in.local_sign_in import LocalSignIn
from esn_pulse.web.writing import Transaction

router = APIRouter(dependencies=[SIGN_IN])


class Given(BaseModel):
    """The form's fields.

    :ivar next: the page to go on with.
    """

    name: str = Field(max_length=50)
    password: str = Field(max_length=passwords.LONGEST)
    next: str = "/"


@router.get("/sign-in")
def sign_in(request: Request, pages: PagesOf, next: str = "/") -> Response:  # noqa: A002
    """Show how to sign in; who has signed in already is led on."""
    leads_to = addresses.own(next)
    if who_asks(request).name:
        return RedirectResponse(leads_to, status_code=303)
    return signing_in.show(request, pages, leads_to)


@router.post("/sign-in")
async def sign_in_locally(
    request: Request, pages: PagesOf, given: Annotated[Given, Form()]
) -> Response:
    """Begin the session of a local user."""
    leads_to = addresses.own(given.next)
    local: LocalSignIn = request.app.state.local_sign_in
    begin = signing_in.beginning(request, local_users.full_name(given.name))
    try:
        token = await local.by_password(address(request.scope), given.name, given.password, begin)
    except TooManyAttempts as error:
        said = texts.too_many_attempts(error.seconds)
        answer = signing_in.show(request, pages, leads_to, said, 429)
        answer.headers["Retry-After"] = str(error.seconds)
        return answer
    if token is None:
        return signing_in.show(request, pages, leads_to, texts.WRONG_PASSWORD, 401)
    return signing_in.led_on(request, leads_to, token)


@router.post("/sign-out")
def sign_out(request: Request, writing: Transaction) -> Response:
    """End the session, here and in the database."""
    who = who_asks(request)
    cookie = signing_in.session_cookie(request)
    if who.name:
        sessions.end(writing, cookie.get(request))
        audit.record(writing, who.name, Did.SIGNED_OUT, "", audit.client_address(request))
    answer = RedirectResponse("/", status_code=303)
    cookie.remove(answer)
    return answer


async def lead_there(request: Request, _: Exception) -> Response:
    """Lead whoever asked for a page that needs it to the sign-in, and back afterwards."""
    asked = request.url
    path = f"{asked.path}{asked.query and '?'}{asked.query}" if request.method == "GET" else "/"
    return RedirectResponse(f"/sign-in{texts.back_to(path)}", status_code=303)
