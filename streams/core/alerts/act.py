"""A clinician or a channel did something about an alert.

What cannot be done is refused where everyone sees it, in the alert's history. Nothing is sent between an
acknowledgement and its lapse, hand-over or close.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec.structs import replace

from schemas.alerts import ActionKind, AlertAction, AlertEntry, AlertStatus
from streams.core.alerts.decision import Decision, Reason, change, nothing
from streams.core.alerts.ladder import climb, tell, written
from streams.core.alerts.record import ACTIONS_KNOWN, Case, PatientAlerts
from streams.core.alerts.routes import Routes

KEPT_CLOSED = timedelta(days=30)
"""How long a closed alert stays in the record; analysis updates alerts for 14 days."""

BY_CLINICIANS = frozenset({ActionKind.ACKNOWLEDGE, ActionKind.HAND_OVER, ActionKind.CLOSE})


def act(record: PatientAlerts, action: AlertAction, now: datetime, routes: Routes) -> Decision:
    """Take up an action."""
    case = record.cases.get(action.alert_id)
    if case is None:
        known = record.known(action.alert_id)
        return nothing(record, Reason.REPEATED if known else Reason.NEVER_RAISED)
    if action.action_id in case.done:
        return nothing(record, Reason.REPEATED)
    case = replace(case, done=(*case.done, action.action_id)[-ACTIONS_KNOWN:])
    refusal = _refusal(case, action)
    if refusal is not None:
        return change(record, _noted(case, action, refused=refusal), Reason.REFUSED)
    acted = _ACTS[action.kind](case, action, now, routes)
    made = [notification for notification in acted.pending if notification.step >= case.step]
    return change(record, acted, _REASONS[action.kind], made)


def _refusal(case: Case, action: AlertAction) -> str | None:
    """Why a clinician's action has no effect; None when it has."""
    if action.kind not in BY_CLINICIANS:
        return None
    kind, seen, until = action.kind, action.seen_version, action.until
    objections = (
        (not case.open, "already closed"),
        (seen is not None and seen < case.alert.version, "the alert has changed since"),
        (kind is ActionKind.CLOSE and action.outcome is None, "no outcome given"),
        (kind is ActionKind.HAND_OVER and action.to is None, "no one named"),
        (kind is ActionKind.ACKNOWLEDGE and until is not None and until <= action.at, "ends before it begins"),
    )
    return next((objection for holds, objection in objections if holds), None)


def _acknowledge(case: Case, action: AlertAction, now: datetime, routes: Routes) -> Case:
    latest = now + routes.acknowledgement  # by our clock: no other can make it last for years
    until = latest if action.until is None else min(action.until, latest)
    case = _noted(case, action, grows=True, status=AlertStatus.ACKNOWLEDGED, holder=action.by, until=until)
    return replace(case, due=until, pending=())


def _hand_over(case: Case, action: AlertAction, now: datetime, routes: Routes) -> Case:
    to = action.to or ""
    case = _noted(case, action, grows=True, status=AlertStatus.HANDED_OVER, holder=to, until=None)
    patience = routes.ladder(case.alert).patience(0)
    # Whoever does not answer a hand-over sends the alert back to the foot of the ladder.
    case = replace(case, rung=-1, due=None if patience is None else now + patience, pending=())
    return tell(case, to, now)


def _close(case: Case, action: AlertAction, now: datetime, _routes: Routes) -> Case:
    case = _noted(case, action, grows=True, status=AlertStatus.CLOSED, outcome=action.outcome, until=None)
    return replace(case, due=now + KEPT_CLOSED, pending=())


def _delivered(case: Case, action: AlertAction, _now: datetime, _routes: Routes) -> Case:
    first = case.alert.status is AlertStatus.RAISED
    status = AlertStatus.NOTIFIED if first else case.alert.status
    return _settled(_noted(case, action, status=status), action)


def _undelivered(case: Case, action: AlertAction, now: datetime, routes: Routes) -> Case:
    settled = _settled(_noted(case, action), action)
    # Nobody waits for it any more: somebody acknowledged, or the next recipient has been told.
    if not case.pending or case.pending[-1].notification_id != action.notification_id:
        return settled
    ladder = routes.ladder(case.alert)
    if case.rung + 1 < len(ladder.recipients):
        return climb(settled, "escalated: could not be delivered", now, routes)
    # Told at once again, a channel that is down would be asked in a loop; at the next reminder would be too late.
    patience = ladder.patience(0)
    return (
        settled if patience is None or settled.due is None else replace(settled, due=min(settled.due, now + patience))
    )


def _settled(case: Case, action: AlertAction) -> Case:
    """Without the notification in the ledger."""
    left = tuple(one for one in case.pending if one.notification_id != action.notification_id)
    return replace(case, pending=left)


def _noted(
    case: Case, action: AlertAction, *, refused: str | None = None, grows: bool = False, **fields: object
) -> Case:
    told = next((one.recipient for one in case.pending if one.notification_id == action.notification_id), action.to)
    what = _WORDS[action.kind] if action.outcome is None else f"{_WORDS[action.kind]}: {action.outcome}"
    entry = AlertEntry(at=action.at, what=what, who=action.by, to=told, refused=refused)
    return replace(case, alert=written(case.alert, entry, grows=grows, **fields))


_Act = Callable[[Case, AlertAction, datetime, Routes], Case]
_ACTS: dict[ActionKind, _Act] = {
    ActionKind.ACKNOWLEDGE: _acknowledge,
    ActionKind.HAND_OVER: _hand_over,
    ActionKind.CLOSE: _close,
    ActionKind.DELIVERED: _delivered,
    ActionKind.UNDELIVERED: _undelivered,
}
_REASONS = {
    ActionKind.ACKNOWLEDGE: Reason.ACKNOWLEDGED,
    ActionKind.HAND_OVER: Reason.HANDED_OVER,
    ActionKind.CLOSE: Reason.CLOSED,
    ActionKind.DELIVERED: Reason.DELIVERED,
    ActionKind.UNDELIVERED: Reason.UNDELIVERED,
}
_WORDS = {
    ActionKind.ACKNOWLEDGE: "acknowledged",
    ActionKind.HAND_OVER: "handed over",
    ActionKind.CLOSE: "closed",
    ActionKind.DELIVERED: "notified",
    ActionKind.UNDELIVERED: "could not be notified",
}
