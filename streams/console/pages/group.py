"""One group: sessions with attendance, cohesion, practice and what followed, and its mood by week."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from streams.console.opened import OfGroup
from streams.console.render import page

router = APIRouter(prefix="/groups/{group}")


@router.get("")
async def group_page(request: Request, opened: OfGroup) -> Response:
    """The page; of a group that is too small there is as little as of none."""
    return page(request, "group.html", user=opened.user, view=opened.view, leads=opened.leads)
