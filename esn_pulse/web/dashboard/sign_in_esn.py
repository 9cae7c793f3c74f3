"""To sign in with an ESN account: there, and back."""

from http import HTTPStatus
from secrets import compare_digest
from typing import Annotated

import psycopg
from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from esn_pulse.web import texts
from esn_pulse.web.dashboard import addresses, signing_in
from esn_pulse.web.dashboard.rendering import PagesOf
from esn_pulse.web.settings import settings_of
from esn_pulse.web.sign_in import esn, people, states
from esn_pulse.web.sign_in.cookies import Cookie
from esn_pulse.web.sign_in.esn import Esn, EsnError
from esn_pulse.web.sign_in.guards import SIGN_IN
from esn_pulse.web.sign_in.people import NameTakenError
from esn_pulse.web.sign_in.states import Waiting
from esn_pulse.web.sign_in.userinfo import Account
from esn_pulse.web.writing import writing_of

router = APIRouter(dependencies=[SIGN_IN])

_DENIED = "access_denied"  # by RFC 6749


class Brought(BaseModel):
    """What somebody comes back with.

    :ivar code: for which ESN says who it is.
    :ivar error: why there is none, by RFC 6749.
    """

    state: str = ""
    code: str = ""
    error: str = ""


async def _esn(request: Request) -> Esn:
    found: Esn | None = request.app.state.esn
    if found is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return found


EsnHere = Annotated[Esn, Depends(_esn)]


@router.get("/sign-in/esn")
async def go_there(request: Request, esn: EsnHere, next: str = "/") -> Response:  # noqa: A002
    """Lead to ESN's sign-in, and note in the browser and here that it did."""
    leads_to = addresses.own(next)
    begun = await writing_of(request).run(lambda writing: states.begin(writing, leads_to))
    answer = RedirectResponse(esn.address(begun.state, begun.verifier), status_code=303)
    _cookie(request).set(answer, begun.state)
    return answer


@router.get(esn.CALLBACK)
async def come_back(
    request: Request, pages: PagesOf, esn: EsnHere, brought: Annotated[Brought, Query()]
) -> Response:
    """Begin the session of whoever ESN says it is."""
    waiting = await _waiting(request, brought.state)
    leads_to = waiting.leads_to if waiting else "/"
    try:
        account = await _account(esn, waiting, brought)
        token = await _signed_in(request, account)
    except EsnError as failed:
        answer = signing_in.show(request, pages, leads_to, str(failed), failed.status)
    else:
        answer = signing_in.led_on(request, leads_to, token)
    if waiting:  # else it may be that of another sign-in, which is under way
        _cookie(request).remove(answer)
    return answer


async def _waiting(request: Request, state: str) -> Waiting | None:
    """Return what was kept for a state, if it is this browser that went with it."""
    noted = _cookie(request).get(request)
    if not (noted and compare_digest(noted.encode(), state.encode())):
        return None
    return await writing_of(request).run(lambda writing: states.use(writing, state))


async def _account(esn: Esn, waiting: Waiting | None, brought: Brought) -> Account:
    if waiting is None:
        raise EsnError(HTTPStatus.BAD_REQUEST, texts.SIGN_IN_OVER)
    if brought.error == _DENIED:
        raise EsnError(HTTPStatus.FORBIDDEN, texts.ESN_DENIED)
    if brought.error or not brought.code:
        raise EsnError(HTTPStatus.BAD_GATEWAY, texts.ESN_ODD)
    return await esn.account(brought.code, waiting.verifier)


async def _signed_in(request: Request, account: Account) -> str:
    name = f"esn:{account.user_name}"
    begin = signing_in.beginning(request, name)

    def sign_in(writing: psycopg.Connection) -> str:
        person = people.keep_account(writing, name, account.subject, account.belongings)
        return begin(writing, person)

    try:
        return await writing_of(request).run(sign_in)
    except NameTakenError:
        raise EsnError(HTTPStatus.FORBIDDEN, texts.name_taken(account.user_name)) from None


def _cookie(request: Request) -> Cookie:
    """Return the cookie of those who are at ESN's."""
    return Cookie("esn_pulse_sign_in", is_secure=settings_of(request).is_secure)
