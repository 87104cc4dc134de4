"""Time passes: nobody acknowledged, or an acknowledgement lapsed, so the next one is told; closed alerts leave."""

from datetime import datetime

from msgspec.structs import replace

from schemas.alerts import AlertEntry, AlertStatus
from streams.core.alerts.decision import Decision, Reason, change
from streams.core.alerts.ladder import PIPELINE, climb, tell_rung, written
from streams.core.alerts.record import Case, PatientAlerts
from streams.core.alerts.routes import Routes


def escalate(record: PatientAlerts, now: datetime, routes: Routes) -> Decision:
    """Do everything that is due at `now`."""
    total = Decision(record, ())
    for case in record.cases.values():
        if case.due is not None and case.due <= now:
            one = _due(total.record, case, now, routes)
            total = Decision(
                one.record, (*total.reasons, *one.reasons), (*total.changed, *one.changed), (*total.made, *one.made)
            )
    return total


def _due(record: PatientAlerts, case: Case, now: datetime, routes: Routes) -> Decision:
    if not case.open:
        return Decision(record.forget(case.alert.alert_id), (Reason.LEFT,))
    if case.alert.status is AlertStatus.ACKNOWLEDGED:
        case = _lapsed(case, now, routes)
        return change(record, case, Reason.LAPSED, case.pending)
    # What still waits for a channel goes on: it is late, but it is not lost.
    climbed = climb(case, "escalated: not acknowledged", now, routes)
    return change(record, climbed, Reason.UNACKNOWLEDGED, climbed.pending[len(case.pending) :])


def _lapsed(case: Case, now: datetime, routes: Routes) -> Case:
    """Nobody holds it any more: the ladder begins again, except for an import, of which nobody was ever told."""
    entry = AlertEntry(at=now, what="acknowledgement lapsed", who=PIPELINE, to=case.alert.holder)
    status = AlertStatus.RAISED if case.alert.imported else AlertStatus.ESCALATED
    alert = written(case.alert, entry, grows=True, status=status, holder=None, until=None)
    lapsed = replace(case, alert=alert, due=None)
    return lapsed if alert.imported else tell_rung(lapsed, 0, now, routes)
