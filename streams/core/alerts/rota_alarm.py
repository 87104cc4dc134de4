"""Shifts ahead that nobody has, two have, or that have no end: alerts about a care team, a day before it matters.

They go the way of any alert, with the team's id where others have a patient's. Asked by the alerting worker again and
again: the same fault is the same alert, which is raised once. What is mended, or whose time has passed, is closed by
itself: nobody is to be woken for a gap that is none. If it comes back, it is raised again.
"""

from datetime import datetime, timedelta
from typing import Final

from msgspec.structs import replace

from schemas.alerts import ROTA_RULES, AlertEntry, AlertSignal, AlertStatus, Severity
from streams.core.alerts.act import KEPT_CLOSED
from streams.core.alerts.decision import Decision, Reason, change
from streams.core.alerts.notice import PIPELINE, written
from streams.core.alerts.plan import Plan
from streams.core.alerts.record import Case, PatientAlerts
from streams.core.alerts.report import report
from streams.core.duty import RotaFault, Teams, rota_faults
from streams.core.ids import hashed_id

AHEAD: Final = timedelta(days=1)


def watch_rota(record: PatientAlerts, team: str, now: datetime, plan: Plan) -> Decision:
    """Raise what is wrong with the shifts ahead of `team`, whose record this is, and close what no longer is."""
    total = Decision(record, ())
    alarms = rota_alarms(plan.teams, team, now)
    for alarm in alarms:
        known = total.record.cases.get(alarm.alert_id)
        back = known is not None and known.alert.revised
        said = alarm.model_copy(update={"change": "updated"}) if back else alarm
        total = total.then(report(total.record, said, now, plan))
    gone = total.record.cases.keys() - {alarm.alert_id for alarm in alarms}
    for alert_id in sorted(gone):
        case = total.record.cases[alert_id]
        if case.alert.of_team and not case.alert.revised:
            total = total.then(change(total.record, _mended(case, now), Reason.MENDED))
    return total


def _mended(case: Case, now: datetime) -> Case:
    """Taken back, so that it counts as new if it returns; whoever was told need do nothing, and a reminder stops."""
    if not case.open:
        return replace(case, alert=case.alert.model_copy(update={"revised": True}))
    entry = AlertEntry(at=now, what="closed: the shifts are in order again, or the time has passed", who=PIPELINE)
    fields = {"status": AlertStatus.CLOSED, "until": None, "revised": True}
    alert = written(case.alert, entry, grows=True, **fields)
    return replace(case.seen_to(), alert=alert, due=now + KEPT_CLOSED, held=None)


def rota_alarms(teams: Teams, name: str, now: datetime) -> list[AlertSignal]:
    """What is wrong with the shifts of one team within a day from `now`."""
    team = teams.teams[name]
    faults = [] if team.rota is None else rota_faults(team.rota, team.zone, now, AHEAD)
    return [_alarm(fault, name, teams.version, now) for fault in faults]


def _alarm(fault: RotaFault, team: str, version: str, now: datetime) -> AlertSignal:
    rule = f"{ROTA_RULES}{fault.kind}"
    times = {"begins": fault.begins, "ends": fault.ends}
    return AlertSignal(
        alert_id=hashed_id(team, rule, str(fault.begins)),
        patient=team,
        rule=rule,
        severity=Severity.HIGH,
        raised_at=now,
        since=fault.begins or now,
        evidence={name: at.isoformat() for name, at in times.items() if at is not None},
        change="raised",
        policy_version=version,
        history=False,
        care_team=team,
    )
