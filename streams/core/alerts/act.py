"""A clinician or a channel did something about an alert.

What cannot be done is refused where everyone sees it, in the alert's history. Nothing is sent between an
acknowledgement and its lapse, hand-over or close. A critical alert of somebody who could not be reached is not over: it
goes on to the next one, until somebody reaches the patient or a lead confirms that nobody can.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from schemas.alerts import ActionKind, AlertAction, AlertEntry, AlertStatus, Outcome, Severity
from streams.core.alerts.decision import Decision, Reason, change, nothing
from streams.core.alerts.notice import climb, ladder_of, tell, written
from streams.core.alerts.plan import Plan
from streams.core.alerts.record import ACTIONS_KNOWN, EARLY_KNOWN, NOBODY, Case, PatientAlerts

KEPT_CLOSED = timedelta(days=30)
"""How long a closed alert stays in the record; analysis updates alerts for 14 days."""

HANDED_OVER = "handed_over"
"""The word that whoever an alert was handed to stands for; it may have channels of its own."""
BY_CLINICIANS = frozenset({ActionKind.ACKNOWLEDGE, ActionKind.HAND_OVER, ActionKind.CLOSE})


class Moment(msgspec.Struct, frozen=True):
    """What an action meets: the patient's record, the time, and the clinic's plan."""

    record: PatientAlerts
    now: datetime
    plan: Plan


def act(record: PatientAlerts, action: AlertAction, now: datetime, plan: Plan) -> Decision:
    """Take up an action."""
    case = record.cases.get(action.alert_id)
    if case is None:
        return _early(record, action)
    if action.action_id in case.done:
        return nothing(record, Reason.REPEATED)
    case = replace(case, done=(*case.done, action.action_id)[-ACTIONS_KNOWN:])
    refusal = _refusal(case, action)
    if refusal is not None:
        return change(record, _noted(case, action, refused=refusal), Reason.REFUSED)
    acted, reason = _ACTS[action.kind](case, action, Moment(record, now, plan))
    return change(record, acted, reason)


def _early(record: PatientAlerts, action: AlertAction) -> Decision:
    """Clinicians act on what they see, so the alert was raised: its event is about to be read again."""
    if record.known(action.alert_id) or action in record.early:
        return nothing(record, Reason.REPEATED)
    if action.kind not in BY_CLINICIANS:
        return nothing(record, Reason.NEVER_RAISED)
    return Decision(replace(record, early=(*record.early, action)[-EARLY_KNOWN:]), (Reason.TOO_EARLY,))


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


def _acknowledge(case: Case, action: AlertAction, at: Moment) -> tuple[Case, Reason]:
    latest = at.plan.holds_until(case.alert, action.by, at.now)  # by our clock: no other can make it last for years
    until = latest if action.until is None else min(action.until, latest)
    case = _noted(case, action, grows=True, status=AlertStatus.ACKNOWLEDGED, holder=action.by, until=until)
    return replace(case.seen_to(), due=until, held=None), Reason.ACKNOWLEDGED


def _hand_over(case: Case, action: AlertAction, at: Moment) -> tuple[Case, Reason]:
    to = action.to or ""
    case = _noted(case, action, grows=True, status=AlertStatus.HANDED_OVER, holder=to, until=None)
    ladder = ladder_of(case, at.plan)
    due = at.plan.due(case.alert, ladder, 0, at.now) or at.now + at.plan.routes.acknowledgement
    # Whoever does not answer a hand-over sends the alert back to the foot of the ladder.
    case = replace(case.seen_to(), rung=NOBODY, due=due, held=None)
    return tell(case, to, at.now, role=HANDED_OVER), Reason.HANDED_OVER


def _close(case: Case, action: AlertAction, at: Moment) -> tuple[Case, Reason]:
    ended = {"outcome": action.outcome, "until": None}
    if action.outcome is Outcome.UNREACHABLE and _must_be_reached(case) and not action.by_lead:
        tried = _noted(case, action, grows=True, status=AlertStatus.ESCALATED, holder=None, **ended)
        further, _ = climb(at.record, tried.seen_to(), "escalated: nobody was reached", at.now, at.plan)
        return further, Reason.NOT_REACHED
    case = _noted(case, action, grows=True, status=AlertStatus.CLOSED, **ended)
    return replace(case.seen_to(), due=at.now + KEPT_CLOSED, held=None), Reason.CLOSED


def _must_be_reached(case: Case) -> bool:
    return case.alert.severity is Severity.CRITICAL and not case.alert.imported


def _delivered(case: Case, action: AlertAction, _at: Moment) -> tuple[Case, Reason]:
    first = case.alert.status is AlertStatus.RAISED
    status = AlertStatus.NOTIFIED if first else case.alert.status
    ours = tuple(one for one in case.pending if action.stays_open and one.notification_id == action.notification_id)
    case = replace(case, standing=(*case.standing, *ours))
    return _settled(_noted(case, action, status=status), action), Reason.DELIVERED


def _undelivered(case: Case, action: AlertAction, at: Moment) -> tuple[Case, Reason]:
    settled = _settled(_noted(case, action), action)
    # Nobody waits for it any more: somebody acknowledged, or the next recipient has been told.
    if not case.pending or case.pending[-1].notification_id != action.notification_id:
        return settled, Reason.UNDELIVERED
    if case.rung < ladder_of(case, at.plan).last:
        return climb(at.record, settled, "escalated: could not be delivered", at.now, at.plan)[0], Reason.UNDELIVERED
    # Told at once again, a channel that is down would be asked in a loop; at the next reminder would be too late.
    again = at.now + at.plan.routes.try_again
    return replace(settled, due=again if settled.due is None else min(settled.due, again)), Reason.UNDELIVERED


def _withdrawn(case: Case, action: AlertAction, _at: Moment) -> tuple[Case, Reason]:
    left = tuple(one for one in case.withdrawn if one.notification_id != action.notification_id)
    return replace(case, withdrawn=left), Reason.WITHDRAWN


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


_Act = Callable[[Case, AlertAction, Moment], tuple[Case, Reason]]
_ACTS: dict[ActionKind, _Act] = {
    ActionKind.ACKNOWLEDGE: _acknowledge,
    ActionKind.HAND_OVER: _hand_over,
    ActionKind.CLOSE: _close,
    ActionKind.DELIVERED: _delivered,
    ActionKind.UNDELIVERED: _undelivered,
    ActionKind.WITHDRAWN: _withdrawn,
}
_WORDS = {
    ActionKind.ACKNOWLEDGE: "acknowledged",
    ActionKind.HAND_OVER: "handed over",
    ActionKind.CLOSE: "closed",
    ActionKind.DELIVERED: "notified",
    ActionKind.UNDELIVERED: "could not be notified",
}
