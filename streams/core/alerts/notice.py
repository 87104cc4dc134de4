"""Making a notification: who is told next, under which id, and until when we wait for an acknowledgement."""

from datetime import datetime, timedelta

from msgspec.structs import replace

from schemas.alerts import Alert, AlertEntry, AlertStatus, Notification, Severity
from streams.core.alerts.decision import Reason
from streams.core.alerts.hold import hold
from streams.core.alerts.plan import Plan
from streams.core.alerts.record import NOBODY, Case, PatientAlerts, Told
from streams.core.alerts.routes import SAFETY, Ladder, When
from streams.core.duty import LEAD, ON_CALL, SECOND
from streams.core.ids import hashed_id

HISTORY = 60
"""Lines of an alert's history that are kept: the first, and the newest. Reminders go on while nobody answers."""
THERAPIST = "therapist"
"""The word of the ladders for whoever has the patient on their caseload, as far as an episode names them."""
GROUP_LEADER = "group_leader"
"""The word for whoever leads the group that an alert is about."""
WORDS = frozenset({ON_CALL, SECOND, LEAD, THERAPIST, GROUP_LEADER})
"""Where one stands for itself, an alert's history says that it was told; it is nobody, whatever people are called."""
PIPELINE = "ipt-pulse"
"""Who did what no person and no channel did."""

_WAITS = {
    Reason.SILENCED: "held back until a silence ends",
    Reason.INHIBITED: "held back: another alert of this patient is open",
    Reason.OUTSIDE_WORKING_HOURS: "waits for working hours",
}


def begin(record: PatientAlerts, case: Case, now: datetime, plan: Plan) -> tuple[Case, Reason | None]:
    """Tell the first recipient of the ladder that the alert goes by as things are now. See `climb`."""
    name = plan.routes.choose(case.alert, lambda when: _holds(when, record, case, now, plan))
    return climb(record, replace(case, ladder=name, rung=NOBODY, due=None, held=None, told=None), None, now, plan)


def climb(record: PatientAlerts, case: Case, why: str | None, now: datetime, plan: Plan) -> tuple[Case, Reason | None]:
    """Go up one rung and tell who stands there, or wait. With nobody on the ladder nothing is due and nothing sent.

    Returns the case, and why no message was made; None: one was.

    Args:
        record: the patient's, without what happens here.
        case: the alert.
        why: what its history says of it; None for a first notice.
        now: the time.
        plan: the clinic's.
    """
    ladder = ladder_of(case, plan)
    held = hold(record, case, ladder, now, plan)
    if held is not None:
        return _waiting(case, held.until, held.why, now), held.why
    rung, who = _next(record, case, ladder, now, plan)
    if who is None:
        return replace(case, due=None, held=None), Reason.NOBODY_TO_TELL
    due = plan.due(case.alert, ladder, rung, now)
    case = replace(case, rung=rung, due=due, held=None)
    other = _lately_told(record, case, who, now, plan)
    if other is not None:
        return _together(case, other, now), Reason.GROUPED
    if why is not None:
        case = noted(case, now, why, to=who, status=AlertStatus.ESCALATED)
    return tell(case, who, now, role=ladder.recipient(rung)), None


def tell(case: Case, who: str, now: datetime, *, role: str | None = None) -> Case:
    """Put a notification to `who` into the ledger."""
    alert = case.alert
    notification = Notification(
        notification_id=hashed_id(alert.alert_id, str(case.step), who),
        alert_id=alert.alert_id,
        patient=alert.patient,
        step=case.step,
        recipient=who,
        role=role,
        severity=alert.severity,
        created_at=now,
    )
    return replace(case, step=case.step + 1, pending=(*case.pending, notification), told=Told(who, now))


def ladder_of(case: Case, plan: Plan) -> Ladder:
    """The ladder that a case goes by; its severity's, if the policy no longer has that."""
    named = plan.routes.ladders.get(case.ladder)
    return named or plan.routes.ladders[plan.routes.severities[case.alert.severity]]


def noted(case: Case, at: datetime, what: str, *, to: str | None = None, **fields: object) -> Case:
    """The case with a line of history of our own, and these fields of the alert."""
    alert = case.alert.model_copy(update=fields)
    return replace(case, alert=written(alert, AlertEntry(at=at, what=what, who=PIPELINE, to=to)))


def written(alert: Alert, entry: AlertEntry, *, grows: bool = False, **fields: object) -> Alert:
    """The alert with one more line of history and these fields; `grows` marks what a decision rests on."""
    history = (*alert.history, entry)
    fields["history"] = history if len(history) <= HISTORY else (history[0], *history[2:])
    fields["version"] = alert.version + grows
    return alert.model_copy(update=fields)


def _holds(when: When, record: PatientAlerts, case: Case, now: datetime, plan: Plan) -> bool:
    if when is When.OUTSIDE_WORKING_HOURS:
        return not plan.team(case.alert).working(now)
    since = now - timedelta(days=plan.routes.after_safety_alert_days)
    alerts = (other.alert for other in record.cases.values())
    return any(alert.rule.startswith(SAFETY) and alert.raised_at > since for alert in alerts)


def _next(record: PatientAlerts, case: Case, ladder: Ladder, now: datetime, plan: Plan) -> tuple[int, str | None]:
    """The next rung on which somebody stands now; if nobody does any more, the last, by the word it goes by."""
    team = plan.team(case.alert)

    def person(word: str) -> str | None:
        named = {THERAPIST: record.therapist, GROUP_LEADER: case.alert.leader}
        return named.get(word) or team.person(word, now)

    for rung in range(case.rung + 1, len(ladder.recipients)):
        who = person(ladder.recipients[rung])
        if who is not None:
            return rung, who
    word = ladder.recipient(ladder.last)
    return max(case.rung + 1, ladder.last), None if word is None else person(word) or word


def _lately_told(record: PatientAlerts, case: Case, who: str, now: datetime, plan: Plan) -> Told | None:
    """When this recipient was told of another open alert of the patient, if that was just now. Critical: never."""
    if case.alert.severity is Severity.CRITICAL:
        return None
    since = now - timedelta(minutes=plan.routes.group_minutes)
    others = (other.told for key, other in record.cases.items() if key != case.alert.alert_id and other.open)
    return next((told for told in others if told is not None and told.who == who and told.at > since), None)


def _together(case: Case, told: Told, now: datetime) -> Case:
    """Told with another alert of the patient, whose page lists this one."""
    status = AlertStatus.NOTIFIED if case.alert.status is AlertStatus.RAISED else case.alert.status
    what = "notified together with another alert of this patient"
    return noted(replace(case, told=told), now, what, to=told.who, status=status)


def _waiting(case: Case, until: datetime, why: Reason, now: datetime) -> Case:
    waiting = replace(case, due=until, held=why.value)
    return waiting if case.held == why.value else noted(waiting, now, _WAITS[why])
