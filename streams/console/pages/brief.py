"""The brief before a session, and the reviews of an episode of care: each prints on one page, for the therapist."""

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from schemas.views import PatientView
from streams.console.briefs import brief_heading, brief_sections, formulation_sections, review_sections, week_rows
from streams.console.opened import OfPatient, OpenedPatient
from streams.console.parts import parts_of
from streams.console.render import page

router = APIRouter(prefix="/patients")


@router.get("/{patient}/brief")
async def brief_page(request: Request, opened: OfPatient) -> Response:
    """What to read before the patient comes in."""
    view = _known_view(request, opened)
    if view.brief is None:
        raise HTTPException(404)
    return page(
        request,
        "brief.html",
        user=opened.user,
        patient=opened.patient,
        view=view,
        open=parts_of(request).store.open_alerts_of(opened.patient),
        heading=brief_heading(view.brief),
        week=week_rows(view.brief),
        usual=view.brief.week.usual,
        sections=brief_sections(view.brief),
    )


@router.get("/{patient}/reviews")
async def reviews_page(request: Request, opened: OfPatient) -> Response:
    """What the initial phase found, and first against now."""
    view = _known_view(request, opened)
    if view.formulation is None or view.review is None:
        raise HTTPException(404)
    parts = (
        ("Formulation after the initial phase", formulation_sections(view.formulation)),
        ("Termination review", review_sections(view.review)),
    )
    return page(request, "reviews.html", user=opened.user, patient=opened.patient, view=view, parts=parts)


def _known_view(request: Request, opened: OpenedPatient) -> PatientView:
    view = parts_of(request).store.view(opened.patient)
    if view is None:
        raise HTTPException(404)
    return view
