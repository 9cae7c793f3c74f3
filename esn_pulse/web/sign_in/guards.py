"""What a route declares of who may use it; one that declares nothing keeps us from starting."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.openapi.models import HTTPBearer
from fastapi.routing import APIRoute
from fastapi.security.base import SecurityBase

from esn_pulse.analysis.scope import Scope
from esn_pulse.web.rules import Action, Permit, Rules
from esn_pulse.web.sign_in.identity import who_asks


def permit_of(request: Request, action: Action) -> Permit:
    """Return what who asks may do something to."""
    rules: Rules = request.app.state.rules
    return rules.permit(who_asks(request), action)


class Guard:
    """Lets those pass who may do something to anything at all; to what, the route finds out."""

    def __init__(self, action: Action) -> None:
        self.action = action

    async def __call__(self, request: Request) -> Permit:
        """Return what who asks may do.

        :raises HTTPException: when that is nothing.
        """
        permit = permit_of(request, self.action)
        permit.demand_some()
        return permit


class KeyGuard(Guard, SecurityBase):
    """The same, where nobody may do it who is not known; the API's document says so."""

    scheme_name = "key"
    model = HTTPBearer(description="A key, which an operator can make: `esnp_…`.")


# For a route, or all of a router, that does it to nothing in particular.
SIGN_IN = Depends(Guard(Action.SIGN_IN))
READ = Depends(Guard(Action.READ))
OPERATE = Depends(KeyGuard(Action.OPERATE))
Operating = Annotated[Permit, OPERATE]  # the same, for who asks to be known
# For a route that has to find out to what it is done, and to ask the permit whether it may be.
SeeingProblems = Annotated[Permit, Depends(KeyGuard(Action.SEE_PROBLEMS))]
Refreshing = Annotated[Permit, Depends(KeyGuard(Action.REFRESH))]
Following = Annotated[Permit, Depends(KeyGuard(Action.FOLLOW_JOB))]


def may(request: Request, action: Action, scope: Scope) -> bool:
    """Tell whether who asks may do something to that, for pages that have more for those."""
    return permit_of(request, action).is_for(scope)


def actions(route: APIRoute) -> set[Action]:
    """Return what a route declares."""
    return {one.action for one in _guards(route.dependant)}


def include(app: FastAPI, router: APIRouter, prefix: str = "") -> None:
    """Let an application answer what a router does, if each of its routes has a guard.

    :raises RuntimeError: when one has none.
    """
    for route in router.routes:
        if not (isinstance(route, APIRoute) and actions(route)):
            raise RuntimeError(f"{route} says nothing of who may use it: give it a guard")
    app.include_router(router, prefix=prefix)


def _guards(dependant: Dependant) -> Iterator[Guard]:
    if isinstance(dependant.call, Guard):
        yield dependant.call
    for one in dependant.dependencies:
        yield from _guards(one)
