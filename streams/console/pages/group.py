"""One group: sessions with attendance, cohesion, practice and what followed, and its mood by week.

No account says yet whose group it leads, so everybody is shown what is for everybody.
"""

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from streams.console.access import Patients
from streams.console.parts import parts_of
from streams.console.render import page
from streams.core.group import for_reader

router = APIRouter(prefix="/groups/{group}")


@router.get("")
async def group_page(request: Request, user: Patients, group: str) -> Response:
    """The page; of a group that is too small there is as little as of none."""
    parts = parts_of(request)
    whole = parts.store.group(group)
    view = whole and for_reader(whole, leads=False, today=parts.now().date())
    if view is None:
        raise HTTPException(404)
    return page(request, "group.html", user=user, view=view)
