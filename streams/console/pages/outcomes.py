"""How closed episodes of care came out, beside what others published. Nothing is told of fewer than five patients."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from streams.console.access import Outcomes, reader
from streams.console.parts import parts_of
from streams.console.programme import programme
from streams.console.render import page
from streams.core.brief.outcomes import By

router = APIRouter(prefix="/outcomes")


@router.get("")
async def outcomes_page(request: Request, user: Outcomes, by: Annotated[list[By] | None, Query()] = None) -> Response:
    """The page; `by` is what tells groups of episodes apart, all together if nothing is named."""
    chosen = tuple(one for one in By if one in (by or ()))
    closed = parts_of(request).store.closed_episodes(reader(request, user))
    shown = await run_in_threadpool(programme, closed, chosen)
    return page(request, "outcomes.html", user=user, shown=shown, by=chosen, every=tuple(By))
