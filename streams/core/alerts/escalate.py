"""Time passes: somebody can be told now, nobody acknowledged, an acknowledgement lapsed, or a closed alert leaves."""

from datetime import datetime

from msgspec.structs import replace

from schemas.alerts import AlertEntry, AlertStatus, Severity
from streams.core.alerts.decision import Decision, Reason, change
from streams.core.alerts.notice import PIPELINE, begin, climb, written
from streams.core.alerts.plan import Plan
from streams.core.alerts.record import NOBODY, Case, PatientAlerts

_GRAVEST_FIRST = tuple(reversed(Severity))


def escalate(record: PatientAlerts, now: datetime, plan: Plan) -> Decision:
    """Do everything that is due at `now`, the gravest first: what is less may be told together with it."""
    total = Decision(record, ())
    for case in sorted(record.cases.values(), key=lambda case: _GRAVEST_FIRST.index(case.alert.severity)):
        if case.due is not None and case.due <= now:
            total = total.then(_due(total.record, case, now, plan))
    return total


def _due(record: PatientAlerts, case: Case, now: datetime, plan: Plan) -> Decision:
    if not case.open:
        return Decision(record.forget(case.alert.alert_id), (Reason.LEFT,))
    if case.alert.status is AlertStatus.ACKNOWLEDGED:
        return _lapse(record, case, now, plan)
    # What still waits for a channel goes on: it is late, but it is not lost.
    first = case.rung == NOBODY and case.told is None
    climbed, why_not = climb(record, case, None if first else "escalated: not acknowledged", now, plan)
    return change(record, climbed, why_not or (Reason.FIRST_NOTICE if first else Reason.UNACKNOWLEDGED))


def _lapse(record: PatientAlerts, case: Case, now: datetime, plan: Plan) -> Decision:
    """Nobody holds it any more: the ladder begins again, except for an import, of which nobody was ever told."""
    entry = AlertEntry(at=now, what="acknowledgement lapsed", who=PIPELINE, to=case.alert.holder)
    status = AlertStatus.RAISED if case.alert.imported else AlertStatus.ESCALATED
    alert = written(case.alert, entry, grows=True, status=status, holder=None, until=None)
    lapsed = replace(case, alert=alert, due=None)
    if alert.imported:
        return change(record, lapsed, Reason.LAPSED)
    again, why_not = begin(record, lapsed, now, plan)
    return change(record, again, Reason.LAPSED, *([] if why_not is None else [why_not]))
