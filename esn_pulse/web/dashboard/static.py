"""The files that pages ask for."""

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from esn_pulse.web.assets import PLACE
from esn_pulse.web.dashboard.rendering import PagesOf
from esn_pulse.web.sign_in.guards import SIGN_IN

router = APIRouter(dependencies=[SIGN_IN])


@router.get(f"{PLACE}{{path:path}}")
async def static(request: Request, pages: PagesOf) -> Response:
    """Return a file."""
    answer = pages.assets.answer(request)
    if answer is None:
        raise HTTPException(404)
    return answer


@router.get("/favicon.ico")
async def favicon(pages: PagesOf) -> Response:
    """Lead browsers that don't read the page to its picture."""
    return RedirectResponse(pages.assets.url("icon.svg"))
