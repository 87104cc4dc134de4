"""Making a notification: who is told next, under which id, and until when we wait for an acknowledgement."""

from datetime import datetime

from msgspec.structs import replace

from schemas.alerts import Alert, AlertEntry, AlertStatus, Notification
from streams.core.alerts.record import Case
from streams.core.alerts.routes import Routes
from streams.core.ids import hashed_id

HISTORY = 60
"""Lines of an alert's history that are kept: the first, and the newest. Reminders go on while nobody answers."""
PIPELINE = "ipt-pulse"
"""Who did what no person and no channel did."""


def tell_rung(case: Case, rung: int, now: datetime, routes: Routes) -> Case:
    """Tell whoever stands on this rung; with nobody on the ladder, nothing is due and nothing sent."""
    ladder = routes.ladder(case.alert)
    recipient = ladder.recipient(rung)
    if recipient is None:
        return replace(case, due=None)
    patience = ladder.patience(rung)
    return replace(tell(case, recipient, now), rung=rung, due=None if patience is None else now + patience)


def tell(case: Case, recipient: str, now: datetime) -> Case:
    """Put a notification to `recipient` into the ledger."""
    alert = case.alert
    notification = Notification(
        notification_id=hashed_id(alert.alert_id, str(case.step), recipient),
        alert_id=alert.alert_id,
        patient=alert.patient,
        step=case.step,
        recipient=recipient,
        severity=alert.severity,
        created_at=now,
    )
    return replace(case, step=case.step + 1, pending=(*case.pending, notification))


def climb(case: Case, what: str, now: datetime, routes: Routes) -> Case:
    """Go up one rung and tell who stands there."""
    told = tell_rung(case, case.rung + 1, now, routes)
    entry = AlertEntry(at=now, what=what, who=PIPELINE, to=recipient_of(told))
    return replace(told, alert=written(told.alert, entry, status=AlertStatus.ESCALATED))


def recipient_of(case: Case) -> str | None:
    """Who was told last."""
    return case.pending[-1].recipient if case.pending else None


def written(alert: Alert, entry: AlertEntry, *, grows: bool = False, **fields: object) -> Alert:
    """The alert with one more line of history and these fields; `grows` marks what a decision rests on."""
    history = (*alert.history, entry)
    fields["history"] = history if len(history) <= HISTORY else (history[0], *history[2:])
    fields["version"] = alert.version + grows
    return alert.model_copy(update=fields)
