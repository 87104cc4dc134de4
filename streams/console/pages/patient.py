"""The list of patients, and one patient: mood with events, people by closeness, questionnaires, care, links."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import Response

from schemas.questionnaires import INSTRUMENTS
from schemas.views import PatientView
from streams.console.access import Patients, reader
from streams.console.care import NEWEST_SESSIONS, care_of
from streams.console.figures import Span, mood_figure
from streams.console.groups import groups_of
from streams.console.links import link_rows, merged_note
from streams.console.opened import OfPatient, OpenedPatient
from streams.console.parts import parts_of
from streams.console.people import people_of
from streams.console.pictures.serve import mood_picture, scores_picture
from streams.console.pictures.style import Size, Style, Theme
from streams.console.render import page
from streams.console.safe_contact import safe_contact
from streams.console.scores import score_cards
from streams.console.swings import swings_told

router = APIRouter(prefix="/patients")


@router.get("")
async def patients(request: Request, user: Patients, number: Annotated[int, Query(alias="page", ge=1)] = 1) -> Response:
    """A page of those whom the reader may see, the ones with the worst open alerts first."""
    parts = parts_of(request)
    listed = parts.store.caseload(reader(request, user), number)
    return page(request, "patients.html", user=user, caseload=listed, today=parts.now().date())


@router.get("/{patient}")
async def patient_page(request: Request, opened: OfPatient, days: Span = Span.SIX_WEEKS) -> Response:
    """One patient; `days` is how far back the picture goes."""
    parts, patient = parts_of(request), opened.patient
    alerts, view = parts.store.alerts_of(patient), parts.store.view(patient)
    if view is None and not alerts:
        raise HTTPException(404)
    return page(
        request,
        "patient.html",
        user=opened.user,
        patient=patient,
        view=view,
        open=parts.store.open_alerts_of(patient),
        groups=groups_of(parts, reader(request, opened.user), view) if view else (),
        contact=safe_contact(view, parts.store.release(patient)),
        care=view and care_of(view, _today(view, parts.now())),
        newest_sessions=NEWEST_SESSIONS,
        people=view and people_of(view),
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
    request: Request, opened: OfPatient, theme: Theme, size: Size, days: Span = Span.SIX_WEEKS
) -> Response:
    """The mood picture."""
    parts = parts_of(request)
    view = _known_view(request, opened)
    figure = mood_figure(view, parts.store.alerts_of(opened.patient), parts.now(), days)
    return await mood_picture(figure, Style(theme, size))


@router.get("/{patient}/scores/{instrument}.svg")
async def patient_scores(request: Request, opened: OfPatient, instrument: str, theme: Theme, size: Size) -> Response:
    """The picture of one questionnaire."""
    view = _known_view(request, opened)
    scores = sorted((score for score in view.scores if score.instrument == instrument), key=lambda score: score.time)
    if not scores or instrument not in INSTRUMENTS:
        raise HTTPException(404)
    return await scores_picture(INSTRUMENTS[instrument], scores, Style(theme, size))


def _today(view: PatientView, now: datetime) -> date:
    """By the patient's calendar."""
    return now.astimezone(view.last_heard.tzinfo if view.last_heard else None).date()


def _known_view(request: Request, opened: OpenedPatient) -> PatientView:
    view = parts_of(request).store.view(opened.patient)
    if view is None:
        raise HTTPException(404)
    return view
