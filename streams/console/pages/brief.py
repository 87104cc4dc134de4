"""The brief before a session, and the reviews of an episode of care: each prints on one page, for the therapist."""

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from schemas.views import PatientView
from streams.console.access import Patients
from streams.console.briefs import brief_heading, brief_sections, formulation_sections, review_sections, week_rows
from streams.console.parts import parts_of
from streams.console.render import page

router = APIRouter(prefix="/patients")


@router.get("/{patient}/brief")
async def brief_page(request: Request, user: Patients, patient: str) -> Response:
    """What to read before the patient comes in."""
    view = _known_view(request, patient)
    if view.brief is None:
        raise HTTPException(404)
    return page(
        request,
        "brief.html",
        user=user,
        patient=patient,
        view=view,
        open=parts_of(request).store.open_alerts_of(patient),
        heading=brief_heading(view.brief),
        week=week_rows(view.brief),
        usual=view.brief.week.usual,
        sections=brief_sections(view.brief),
    )


@router.get("/{patient}/reviews")
async def reviews_page(request: Request, user: Patients, patient: str) -> Response:
    """What the initial phase found, and first against now."""
    view = _known_view(request, patient)
    if view.formulation is None or view.review is None:
        raise HTTPException(404)
    parts = (
        ("Formulation after the initial phase", formulation_sections(view.formulation)),
        ("Termination review", review_sections(view.review)),
    )
    return page(request, "reviews.html", user=user, patient=patient, view=view, parts=parts)


def _known_view(request: Request, patient: str) -> PatientView:
    view = parts_of(request).store.view(patient)
    if view is None:
        raise HTTPException(404)
    return view
