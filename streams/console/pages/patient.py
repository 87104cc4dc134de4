"""The list of patients, and one patient: mood, interactions and alerts as a picture, questionnaires, links."""

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from schemas.questionnaires import INSTRUMENTS
from schemas.views import PatientView
from streams.console.access import Patients
from streams.console.figures import Span, mood_figure
from streams.console.groups import groups_of
from streams.console.links import link_rows, merged_note
from streams.console.parts import parts_of
from streams.console.pictures.serve import mood_picture, scores_picture
from streams.console.pictures.style import Size, Style, Theme
from streams.console.render import page
from streams.console.scores import score_cards
from streams.console.swings import swings_told

router = APIRouter(prefix="/patients")


@router.get("")
async def patients(request: Request, user: Patients) -> Response:
    """Every patient, those with the worst open alerts first."""
    return page(request, "patients.html", user=user, patients=parts_of(request).store.patients())


@router.get("/{patient}")
async def patient_page(request: Request, user: Patients, patient: str, days: Span = Span.SIX_WEEKS) -> Response:
    """One patient; `days` is how far back the picture goes."""
    parts = parts_of(request)
    alerts, view = parts.store.alerts_of(patient), parts.store.view(patient)
    if view is None and not alerts:
        raise HTTPException(404)
    return page(
        request,
        "patient.html",
        user=user,
        patient=patient,
        view=view,
        open=parts.store.open_alerts_of(patient),
        groups=groups_of(parts, view) if view else (),
        figure=view and mood_figure(view, alerts, parts.now(), days),
        span=days,
        spans=Span,
        scores=score_cards(view.scores) if view else (),
        swings=view and view.warning_signs and swings_told(view.warning_signs),
        links=link_rows(view.links) if view else (),
        merged=merged_note(view.merged_links) if view else "",
    )


@router.get("/{patient}/mood.svg")
async def patient_mood(
    request: Request, _user: Patients, patient: str, theme: Theme, size: Size, days: Span = Span.SIX_WEEKS
) -> Response:
    """The mood picture."""
    parts = parts_of(request)
    view = _known_view(request, patient)
    figure = mood_figure(view, parts.store.alerts_of(patient), parts.now(), days)
    return await mood_picture(figure, Style(theme, size))


@router.get("/{patient}/scores/{instrument}.svg")
async def patient_scores(
    request: Request, _user: Patients, patient: str, instrument: str, theme: Theme, size: Size
) -> Response:
    """The picture of one questionnaire."""
    view = _known_view(request, patient)
    scores = sorted((score for score in view.scores if score.instrument == instrument), key=lambda score: score.time)
    if not scores or instrument not in INSTRUMENTS:
        raise HTTPException(404)
    return await scores_picture(INSTRUMENTS[instrument], scores, Style(theme, size))


def _known_view(request: Request, patient: str) -> PatientView:
    view = parts_of(request).store.view(patient)
    if view is None:
        raise HTTPException(404)
    return view
