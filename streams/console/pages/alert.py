"""One alert: what, since when, on what evidence, what was done, and what can be done about it."""

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from schemas.alerts import ActionKind, Alert, AlertAction, AlertStatus, Outcome
from streams.adapters.accounts import Role
from streams.console.access import GRANTS, OWN_FORM, Actor, Inbox, May, User
from streams.console.actions import clinician_action
from streams.console.figures import MOOD_RULE, MoodFigure, mood_figure
from streams.console.parts import Parts, parts_of
from streams.console.pictures.serve import mood_picture
from streams.console.pictures.style import Size, Style, Theme
from streams.console.render import page

router = APIRouter(prefix="/alerts/{alert_id}")

SEE_OTHER = 303

Version = Annotated[int, Form(ge=1, description="The version of the alert that the clinician saw.")]


@router.get("")
async def alert_page(request: Request, user: Inbox, alert_id: str) -> Response:
    """The page."""
    parts = parts_of(request)
    alert = known_alert(request, alert_id)
    others = tuple(one for one in parts.store.open_alerts_of(alert.patient) if one.alert_id != alert.alert_id)
    accounts = await run_in_threadpool(parts.accounts.all)
    return page(
        request,
        "alert.html",
        user=user,
        did=request.session.pop("did", None),
        alert=alert,
        others=others,
        figure=_figure(parts, alert),
        colleagues=[one.name for one in accounts if May.ACT in GRANTS[one.role] and one.name != user.name],
    )


@router.get("/mood.svg")
async def alert_mood(request: Request, _user: Inbox, alert_id: str, theme: Theme, size: Size) -> Response:
    """The mood picture, for whoever may see the alert."""
    figure = _figure(parts_of(request), known_alert(request, alert_id))
    if figure is None:
        raise HTTPException(404)
    return await mood_picture(figure, Style(theme, size))


@router.post("/acknowledge", dependencies=[OWN_FORM])
async def acknowledge(
    request: Request, user: Actor, alert_id: str, version: Version, back: Annotated[str, Form()] = ""
) -> Response:
    """Take it on; until when, the clinic's policy says."""
    return await _act(request, alert_id, ActionKind.ACKNOWLEDGE, user, version, back=back)


@router.post("/hand-over", dependencies=[OWN_FORM])
async def hand_over(
    request: Request, user: Actor, alert_id: str, version: Version, to: Annotated[str, Form(max_length=64)]
) -> Response:
    """Ask a colleague to take it on."""
    account = await run_in_threadpool(parts_of(request).accounts.find, to)
    if account is None or May.ACT not in GRANTS[account.role]:
        raise HTTPException(422)
    return await _act(request, alert_id, ActionKind.HAND_OVER, user, version, to=to)


@router.post("/close", dependencies=[OWN_FORM])
async def close(
    request: Request, user: Actor, alert_id: str, version: Version, outcome: Annotated[Outcome, Form()]
) -> Response:
    """Say how it ended."""
    return await _act(request, alert_id, ActionKind.CLOSE, user, version, outcome=outcome)


def known_alert(request: Request, alert_id: str) -> Alert:
    """The alert as it now stands; a page of its own says so if there is none."""
    alert = parts_of(request).store.alert(alert_id)
    if alert is None:
        raise HTTPException(404)
    return alert


def _figure(parts: Parts, alert: Alert) -> MoodFigure | None:
    """The mood that an alert about mood is about, with that alert marked."""
    view = parts.store.view(alert.patient) if alert.rule == MOOD_RULE else None
    if view is None:
        return None
    return mood_figure(view, parts.store.alerts_of(alert.patient), parts.now(), about=alert)


async def _act(
    request: Request,
    alert_id: str,
    kind: ActionKind,
    user: User,
    version: int,
    *,
    to: str | None = None,
    outcome: Outcome | None = None,
    back: str = "",
) -> Response:
    parts = parts_of(request)
    alert = known_alert(request, alert_id)
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
    unreached = outcome is Outcome.UNREACHABLE and known_alert(request, alert_id).status is not AlertStatus.CLOSED
    request.session["did"] = {
        "kind": "not_reached" if unreached else kind,
        "answer": reply.answer,
        "reason": reply.reason,
        "alert": alert.alert_id,
    }
    return RedirectResponse("/inbox" if back == "inbox" else f"/alerts/{alert.alert_id}", SEE_OTHER)
