"""What the patient sees on their own phone, and which links the therapist shows them there."""

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from schemas.releases import Release
from schemas.views import PatientView
from streams.console.access import OWN_FORM, NotAllowed
from streams.console.opened import OfPatient, OpenedPatient
from streams.console.parts import parts_of
from streams.console.releases import chosen, offers, on_the_phone
from streams.console.render import page

router = APIRouter(prefix="/patients/{patient}/phone")

SEE_OTHER = 303
CHANGED = "changed"
"""What was looked at is no longer what would be released."""


@router.get("")
async def phone_page(request: Request, opened: OfPatient) -> Response:
    """The page."""
    release = parts_of(request).store.release(opened.patient)
    return page(
        request,
        "phone.html",
        user=opened.user,
        patient=opened.patient,
        release=release,
        shown=on_the_phone(release),
        offers=offers(_view(request, opened), release),
        became=request.session.pop("released", None),
    )


@router.post("", dependencies=[OWN_FORM])
async def release_links(
    request: Request, opened: OfPatient, link: Annotated[list[str], Form(default_factory=list, max_length=200)]
) -> Response:
    """Show these links on the phone, and no others; none takes all back."""
    if opened.glass:
        raise NotAllowed  # whoever broke the glass helps in a crisis, and is not this patient's therapist
    parts = parts_of(request)
    links = chosen(offers(_view(request, opened), parts.store.release(opened.patient)), link)
    became = CHANGED
    if links is not None:
        release = Release(patient=opened.patient, at=parts.now(), by=opened.user.name, links=links)
        became = (await parts.actions.release(release)).answer
    request.session["released"] = became
    return RedirectResponse(f"/patients/{opened.patient}/phone", SEE_OTHER)


def _view(request: Request, opened: OpenedPatient) -> PatientView:
    view = parts_of(request).store.view(opened.patient)
    if view is None:
        raise HTTPException(404)
    return view
