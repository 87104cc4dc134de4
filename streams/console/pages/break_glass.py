"""Opens a patient who is none of one's own to somebody who has to act on an alert of theirs.

It takes a reason, lasts an hour, and the care team's lead is shown it.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Path, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from schemas.audit import Deed, GlassReason
from streams.adapters.sessions import GLASS_LASTS
from streams.console.access import OWN_FORM, needs, reader
from streams.console.audited import deed_of, record
from streams.console.parts import parts_of
from streams.console.render import page
from streams.console.user import May, User

router = APIRouter(prefix="/patients/{patient}/break-glass")

SEE_OTHER = 303

Patient = Annotated[str, Path(max_length=64)]


async def may_break(request: Request, patient: Patient) -> User:
    """A dependency: an open alert of the patient is theirs, which is why they may."""
    user = await needs(May.BREAK_GLASS)(request)
    if not parts_of(request).store.sees_open_alert_of(reader(request, user), patient):
        raise HTTPException(404)
    return user


Breaker = Annotated[User, Depends(may_break)]


@router.get("")
async def break_glass_page(request: Request, user: Breaker, patient: Patient) -> Response:
    """Ask for a reason, unless the patient is theirs already."""
    if parts_of(request).store.sees_patient(reader(request, user), patient):
        return RedirectResponse(f"/patients/{patient}", SEE_OTHER)
    return page(request, "break_glass.html", user=user, patient=patient, reasons=GlassReason, lasts=GLASS_LASTS)


@router.post("", dependencies=[OWN_FORM])
async def break_glass(
    request: Request,
    user: Breaker,
    patient: Patient,
    reason: Annotated[GlassReason, Form()],
    words: Annotated[str, Form(min_length=3, max_length=500)],
) -> Response:
    """Open the patient; what was typed stays here, and a hash of it goes into the audit."""
    parts, now = parts_of(request), parts_of(request).now()
    told = await run_in_threadpool(parts.trail.chain.keep_words, patient, words)
    deed = deed_of(request, user, patient=patient, care_team=parts.store.care_team_of(patient), glass=True)
    why = {"deed": Deed.BROKE_GLASS, "reason": reason, "words": told, "until": now + GLASS_LASTS}
    await record(request, deed.model_copy(update=why))
    await run_in_threadpool(parts.sessions.break_glass, user.id, patient, now)
    return RedirectResponse(f"/patients/{patient}", SEE_OTHER)
