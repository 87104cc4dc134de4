"""Shifts ahead that nobody has, two have, or that have no end: alerts about a care team, a day before it matters.

They go the way of any alert, with the team's id where others have a patient's. Asked by the alerting worker again and
again: the same fault is the same alert, which is raised once.
"""

from datetime import datetime, timedelta
from typing import Final

from schemas.alerts import ROTA_RULES, AlertSignal, Severity
from streams.core.duty import RotaFault, Teams, rota_faults
from streams.core.ids import hashed_id

AHEAD: Final = timedelta(days=1)


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
