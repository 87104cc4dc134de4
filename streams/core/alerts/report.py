"""A finding comes in: it raises an alert and tells the first recipient, or updates the alert that is there.

The same finding again tells nobody. What is new about it (graver, of another kind, standing again after it was taken
back) reopens a closed alert; as long as somebody holds the alert, they see it there. Imported findings are recorded and
tell nobody, until one that is not imported says that they still stand.
"""

from datetime import datetime, timedelta

from msgspec.structs import replace

from schemas.alerts import Alert, AlertEntry, AlertSignal, AlertStatus, Finding, Severity
from streams.core.alerts.act import act
from streams.core.alerts.decision import Decision, Reason, change, nothing
from streams.core.alerts.notice import PIPELINE, begin, noted, written
from streams.core.alerts.plan import Plan
from streams.core.alerts.record import Case, PatientAlerts

A_DAY = timedelta(days=1)
MOST_A_DAY = 50
"""New alerts of one rule about one patient within a day. More come only from something broken; the clinic was paged
50 times by then, and whoever else needs the pager has to get through."""
KINDS = ("what", "stage", "into_severe")
"""Evidence that says what happened, where the rest says how much of it: another stage of a dispute is new, one more
quarrel is the same finding again."""
_SEVERITIES = tuple(Severity)


def safety_signal(finding: Finding, *, history: bool, version: str) -> AlertSignal:
    """What a safety rule found in one event, in the form in which analysis reports its own findings."""
    return AlertSignal(
        **finding.model_dump(exclude={"change", "policy_version", "history"}),
        change="raised",
        policy_version=version,
        history=history,
    )


def report(record: PatientAlerts, signal: AlertSignal, now: datetime, plan: Plan) -> Decision:
    """Take up a finding."""
    case = record.cases.get(signal.alert_id)
    if case is not None:
        return _again(record, case, signal, now, plan)
    if record.known(signal.alert_id):
        return nothing(record, Reason.ALREADY_KNOWN)
    if signal.change == "revised":
        return nothing(record, Reason.NEVER_RAISED)
    if not signal.history and _today(record, signal.rule, now) >= MOST_A_DAY:
        return nothing(record, Reason.TOO_MANY)
    return _with_early_actions(_first(record, signal, now, plan), signal.alert_id, now, plan)


def _today(record: PatientAlerts, rule: str, now: datetime) -> int:
    """How many alerts of `rule` were raised here within the last day; imported ones, of which nobody hears, apart."""
    alerts = (case.alert for case in record.cases.values())
    return sum(alert.rule == rule and not alert.imported and alert.history[0].at > now - A_DAY for alert in alerts)


def _first(record: PatientAlerts, signal: AlertSignal, now: datetime, plan: Plan) -> Decision:
    raised = AlertEntry(at=now, what="raised", who=PIPELINE)
    alert = Alert.model_validate(
        {
            **_content(signal),
            "care_team": signal.care_team or record.care_team,
            "leader": signal.leader,
            "status": AlertStatus.RAISED,
            "version": 1,
            "imported": signal.history,
            "history": (raised,),
        }
    )
    case = Case(alert)
    return change(record, case, Reason.IMPORTED) if signal.history else _notify(record, case, now, plan)


def _notify(record: PatientAlerts, case: Case, now: datetime, plan: Plan, *reasons: Reason) -> Decision:
    told, why_not = begin(record, case, now, plan)
    return change(record, told, *reasons, why_not or Reason.FIRST_NOTICE)


def _with_early_actions(raised: Decision, alert_id: str, now: datetime, plan: Plan) -> Decision:
    """What clinicians did about it, read before it, counts now: what they stopped is not sent."""
    ours = [action for action in raised.record.early if action.alert_id == alert_id]
    if not ours:
        return raised
    kept = tuple(action for action in raised.record.early if action.alert_id != alert_id)
    record, reasons, changed = replace(raised.record, early=kept), raised.reasons, raised.changed
    for action in ours:
        decision = act(record, action, now, plan)
        record, reasons, changed = decision.record, (*reasons, *decision.reasons), decision.changed
    return Decision(record, reasons, changed, record.cases[alert_id].pending)


def _again(record: PatientAlerts, case: Case, signal: AlertSignal, now: datetime, plan: Plan) -> Decision:
    before, content = case.alert, _content(signal)
    revised = signal.change == "revised"
    if revised:
        # What it rested on stays with the alert, and with it how to make contact safely.
        content["evidence"] = before.evidence
    news = _is_news(before, signal, content)
    if news:
        entry = AlertEntry(at=now, what="revised" if revised else "updated", who=PIPELINE)
        content["care_team"] = signal.care_team or before.care_team
        content["leader"] = signal.leader or before.leader
        case = replace(case, alert=written(before, entry, grows=True, revised=revised, **content))
    if before.imported and case.open and not signal.history and not revised:
        return _no_longer_imported(record, case, now, plan)
    if not news:
        return nothing(record, Reason.ALREADY_KNOWN)
    if signal.change == "updated" and not signal.history and _says_more(before, case.alert):
        return _more(record, case, now, plan)
    return change(record, case, Reason.REVISED if revised else Reason.UPDATED)


def _no_longer_imported(record: PatientAlerts, case: Case, now: datetime, plan: Plan) -> Decision:
    """It stands today: tell the first recipient, unless somebody holds it already."""
    case = replace(case, alert=case.alert.model_copy(update={"imported": False}))
    return _notify(record, case, now, plan) if case.alert.holder is None else change(record, case, Reason.UPDATED)


def _more(record: PatientAlerts, case: Case, now: datetime, plan: Plan) -> Decision:
    """It is worse than what was closed, or than what somebody was told: then the ladder begins again."""
    if not case.open:
        afresh = {"status": AlertStatus.RAISED, "outcome": None, "holder": None, "until": None, "imported": False}
        case = replace(case, alert=case.alert.model_copy(update=afresh))
        return _notify(record, noted(case, now, "reopened: new evidence"), now, plan, Reason.REOPENED)
    before = record.cases[case.alert.alert_id].alert
    if case.alert.holder is None and _graver(before, case.alert):
        return _notify(record, case, now, plan, Reason.GRAVER)
    return change(record, case, Reason.UPDATED)


def _says_more(before: Alert, after: Alert) -> bool:
    other_kind = any(before.evidence.get(kind) != after.evidence.get(kind) for kind in KINDS)
    return _graver(before, after) or other_kind or (before.revised and not after.revised)


def _graver(before: Alert, after: Alert) -> bool:
    return _SEVERITIES.index(after.severity) > _SEVERITIES.index(before.severity)


def _is_news(alert: Alert, signal: AlertSignal, content: dict[str, object]) -> bool:
    """Whether the signal says something that the alert does not."""
    if signal.change == "raised":
        # A copy: of what a phone sent twice the one received first stands, whatever the order they arrive in.
        return signal.raised_at < alert.raised_at
    return alert.revised != (signal.change == "revised") or content != _content(alert)


def _content(finding: AlertSignal | Alert) -> dict[str, object]:
    return {name: getattr(finding, name) for name in (*Finding.model_fields, "policy_version")}
