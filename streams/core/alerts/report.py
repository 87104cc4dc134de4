"""A finding comes in: it raises an alert and tells the first recipient, or updates the alert that is there.

The same finding again tells nobody. Imported findings are recorded and tell nobody, until one that is not imported
says that they still stand.
"""

from datetime import datetime, timedelta

from msgspec.structs import replace

from schemas.alerts import Alert, AlertEntry, AlertSignal, AlertStatus, Finding
from streams.core.alerts.decision import Decision, Reason, change, nothing
from streams.core.alerts.ladder import PIPELINE, tell_rung, written
from streams.core.alerts.record import Case, PatientAlerts
from streams.core.alerts.routes import Routes

A_DAY = timedelta(days=1)
MOST_A_DAY = 50
"""New alerts of one rule about one patient within a day. More come only from something broken; the clinic was paged
50 times by then, and whoever else needs the pager has to get through."""


def safety_signal(finding: Finding, *, history: bool, routes: Routes) -> AlertSignal:
    """What a safety rule found in one event, in the form in which analysis reports its own findings."""
    return AlertSignal(
        **finding.model_dump(exclude={"change", "policy_version", "history"}),
        change="raised",
        policy_version=routes.version,
        history=history,
    )


def report(record: PatientAlerts, signal: AlertSignal, now: datetime, routes: Routes) -> Decision:
    """Take up a finding."""
    case = record.cases.get(signal.alert_id)
    if case is not None:
        return _again(record, case, signal, now, routes)
    if record.known(signal.alert_id):
        return nothing(record, Reason.ALREADY_KNOWN)
    if signal.change == "revised":
        return nothing(record, Reason.NEVER_RAISED)
    if not signal.history and _today(record, signal.rule, now) >= MOST_A_DAY:
        return nothing(record, Reason.TOO_MANY)
    return _first(record, signal, now, routes)


def _today(record: PatientAlerts, rule: str, now: datetime) -> int:
    """How many alerts of `rule` were raised here within the last day; imported ones, of which nobody hears, apart."""
    alerts = (case.alert for case in record.cases.values())
    return sum(alert.rule == rule and not alert.imported and alert.history[0].at > now - A_DAY for alert in alerts)


def _first(record: PatientAlerts, signal: AlertSignal, now: datetime, routes: Routes) -> Decision:
    raised = AlertEntry(at=now, what="raised", who=PIPELINE)
    alert = Alert.model_validate(
        {
            **_content(signal),
            "status": AlertStatus.RAISED,
            "version": 1,
            "imported": signal.history,
            "history": (raised,),
        }
    )
    case = Case(alert)
    return change(record, case, Reason.IMPORTED) if signal.history else _notify(record, case, now, routes)


def _notify(record: PatientAlerts, case: Case, now: datetime, routes: Routes) -> Decision:
    told = tell_rung(case, 0, now, routes)
    return change(record, told, Reason.FIRST_NOTICE if told.pending else Reason.NOBODY_TO_TELL, told.pending)


def _again(record: PatientAlerts, case: Case, signal: AlertSignal, now: datetime, routes: Routes) -> Decision:
    content = _content(signal)
    revised = signal.change == "revised"
    if revised:
        # What it rested on stays with the alert, and with it how to make contact safely.
        content["evidence"] = case.alert.evidence
    news = _is_news(case.alert, signal, content)
    if news:
        entry = AlertEntry(at=now, what="revised" if revised else "updated", who=PIPELINE)
        case = replace(case, alert=written(case.alert, entry, grows=True, revised=revised, **content))
    if case.alert.imported and case.open and not signal.history and not revised:
        return _no_longer_imported(record, case, now, routes)
    if not news:
        return nothing(record, Reason.ALREADY_KNOWN)
    return change(record, case, Reason.REVISED if revised else Reason.UPDATED)


def _no_longer_imported(record: PatientAlerts, case: Case, now: datetime, routes: Routes) -> Decision:
    """It stands today: tell the first recipient, unless somebody holds it already."""
    case = replace(case, alert=case.alert.model_copy(update={"imported": False}))
    return _notify(record, case, now, routes) if case.alert.holder is None else change(record, case, Reason.UPDATED)


def _is_news(alert: Alert, signal: AlertSignal, content: dict[str, object]) -> bool:
    """Whether the signal says something that the alert does not."""
    if signal.change == "raised":
        # A copy: of what a phone sent twice the one received first stands, whatever the order they arrive in.
        return signal.raised_at < alert.raised_at
    return alert.revised != (signal.change == "revised") or content != _content(alert)


def _content(finding: AlertSignal | Alert) -> dict[str, object]:
    return {name: getattr(finding, name) for name in (*Finding.model_fields, "policy_version")}
