"""One alert: what, since when, on what evidence, what was done, and what can be done about it."""

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from schemas.alerts import ActionKind, Alert, AlertAction, AlertStatus, Outcome
from schemas.questionnaires import INSTRUMENTS
from schemas.views import PatientView
from streams.adapters.accounts import Role
from streams.console.access import OWN_FORM, reader
from streams.console.actions import clinician_action
from streams.console.figures import MoodFigure, mood_figure
from streams.console.groups import group_shown
from streams.console.links import known_links
from streams.console.opened import OfAlert, OpenedAlert
from streams.console.parts import Parts, parts_of
from streams.console.pictures.serve import mood_picture, scores_picture
from streams.console.pictures.style import Size, Style, Theme
from streams.console.render import page
from streams.console.safe_contact import safe_contact
from streams.console.scores import ScoreCard, score_cards
from streams.console.user import GRANTS, May, User, reader_of, user_of
from streams.console.words import of_patient

router = APIRouter(prefix="/alerts/{alert_id}")

SEE_OTHER = 303

Version = Annotated[int, Form(ge=1, description="The version of the alert that the clinician saw.")]


@router.get("")
async def alert_page(request: Request, opened: OfAlert) -> Response:
    """The page."""
    parts, user, alert = parts_of(request), opened.user, opened.alert
    looks = reader(request, user)
    others = tuple(
        one
        for one in parts.store.open_alerts_of(alert.patient)
        if one.alert_id != alert.alert_id and parts.store.sees_alert(looks, one.alert_id)
    )
    view = _view(parts, alert)
    return page(
        request,
        "alert.html",
        user=user,
        did=request.session.pop("did", None),
        alert=alert,
        others=others,
        of_patient=of_patient(alert),
        contact=safe_contact(view, parts.store.release(alert.patient)),
        figure=_figure(parts, alert),
        score=_score(alert, view),
        links=known_links(alert, view),
        colleagues=[name for name in await _colleagues(parts, alert) if name != user.name],
        leads_on=_leads_on(parts, user, alert),
    )


@router.get("/mood.svg")
async def alert_mood(request: Request, opened: OfAlert, theme: Theme, size: Size) -> Response:
    """The mood picture, for whoever may see the alert."""
    figure = _figure(parts_of(request), opened.alert)
    if figure is None:
        raise HTTPException(404)
    return await mood_picture(figure, Style(theme, size))


@router.get("/scores.svg")
async def alert_scores(request: Request, opened: OfAlert, theme: Theme, size: Size) -> Response:
    """The picture of the questionnaire that the alert is about."""
    card = _score(opened.alert, _view(parts_of(request), opened.alert))
    if card is None or card.instrument not in INSTRUMENTS:
        raise HTTPException(404)
    return await scores_picture(INSTRUMENTS[card.instrument], list(reversed(card.scores)), Style(theme, size))


@router.post("/acknowledge", dependencies=[OWN_FORM])
async def acknowledge(
    request: Request, opened: OfAlert, version: Version, back: Annotated[str, Form()] = ""
) -> Response:
    """Take it on; until when, the clinic's policy says."""
    return await _act(request, opened, ActionKind.ACKNOWLEDGE, version, back=back)


@router.post("/hand-over", dependencies=[OWN_FORM])
async def hand_over(
    request: Request, opened: OfAlert, version: Version, to: Annotated[str, Form(max_length=64)]
) -> Response:
    """Ask a colleague to take it on."""
    if to not in await _colleagues(parts_of(request), opened.alert):
        raise HTTPException(422)
    return await _act(request, opened, ActionKind.HAND_OVER, version, to=to)


@router.post("/close", dependencies=[OWN_FORM])
async def close(request: Request, opened: OfAlert, version: Version, outcome: Annotated[Outcome, Form()]) -> Response:
    """Say how it ended."""
    return await _act(request, opened, ActionKind.CLOSE, version, outcome=outcome)


def _leads_on(parts: Parts, user: User, alert: Alert) -> str | None:
    """The page of the patient or group that an alert is about, if there is a way to it for whoever reads."""
    looks = reader_of(parts, user)
    if alert.of_group:
        there = user.may(May.SEE_GROUPS) and group_shown(parts, looks, alert.patient) is not None
        return f"/groups/{alert.patient}" if there else None
    there = parts.store.sees_patient(looks, alert.patient) or parts.store.sees_open_alert_of(looks, alert.patient)
    return f"/patients/{alert.patient}" if there else None


async def _colleagues(parts: Parts, alert: Alert) -> list[str]:
    """Clinicians of the alert's care team, to whom it can be handed over; whoever gets it can then see it."""
    teams = parts.plan().teams
    team = alert.patient if alert.of_team else alert.care_team or parts.store.care_team_of(alert.patient)
    team = team if team in teams.teams else teams.default
    users = [user_of(parts, one) for one in await run_in_threadpool(parts.accounts.all)]
    return [one.name for one in users if May.ACT in GRANTS[one.role] and team in one.teams]


def _status(parts: Parts, alert: Alert) -> AlertStatus:
    return (parts.store.alert(alert.alert_id) or alert).status


def _view(parts: Parts, alert: Alert) -> PatientView | None:
    """What analysis said of the patient; None for an alert about a group or a care team."""
    return parts.store.view(alert.patient) if of_patient(alert) else None


def _score(alert: Alert, view: PatientView | None) -> ScoreCard | None:
    """The questionnaire that the alert is about."""
    if view is None:
        return None
    return next(
        (card for card in score_cards(view.scores) if card.instrument == alert.evidence.get("instrument")), None
    )


def _figure(parts: Parts, alert: Alert) -> MoodFigure | None:
    """The patient's mood, with the alert marked in it."""
    view = _view(parts, alert)
    if view is None:
        return None
    return mood_figure(view, parts.store.alerts_of(alert.patient), parts.now(), about=alert)


async def _act(
    request: Request,
    opened: OpenedAlert,
    kind: ActionKind,
    version: int,
    *,
    to: str | None = None,
    outcome: Outcome | None = None,
    back: str = "",
) -> Response:
    parts, user, alert = parts_of(request), opened.user, opened.alert
    action: AlertAction = clinician_action(
        alert.alert_id,
        alert.patient,
        kind,
        by=user.name,
        at=parts.now(),
        seen_version=version,
        to=to,
        outcome=outcome,
        by_lead=user.role is Role.LEAD,
    )
    reply = await parts.actions.act(action)
    unreached = outcome is Outcome.UNREACHABLE and _status(parts, alert) is not AlertStatus.CLOSED
    request.session["did"] = {
        "kind": "not_reached" if unreached else kind,
        "answer": reply.answer,
        "reason": reply.reason,
        "alert": alert.alert_id,
    }
    return RedirectResponse("/inbox" if back == "inbox" else f"/alerts/{alert.alert_id}", SEE_OTHER)
