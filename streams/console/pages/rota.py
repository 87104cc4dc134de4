"""Who is on call, who comes next, and what lacks ahead; when care teams work; what is held back, by whom and why."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from streams.console.access import Rota
from streams.console.duty import AHEAD, duties, silences
from streams.console.parts import parts_of
from streams.console.render import page

router = APIRouter(prefix="/rota")


@router.get("")
async def rota_page(request: Request, user: Rota) -> Response:
    """The page. Nothing here is about a patient."""
    parts = parts_of(request)
    plan, now = parts.plan(), parts.now()
    return page(
        request,
        "rota.html",
        user=user,
        teams=duties(plan, now),
        silences=silences(plan, now),
        days=AHEAD.days,
        version=plan.teams.version,
    )
