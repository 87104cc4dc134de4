"""One group: sessions with attendance, cohesion, practice and what followed, and its mood by week."""

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from streams.console.access import Patients
from streams.console.groups import group_shown
from streams.console.parts import parts_of
from streams.console.render import page

router = APIRouter(prefix="/groups/{group}")


@router.get("")
async def group_page(request: Request, user: Patients, group: str) -> Response:
    """The page; of a group that is too small there is as little as of none."""
    view = group_shown(parts_of(request), group)
    if view is None:
        raise HTTPException(404)
    return page(request, "group.html", user=user, view=view)
