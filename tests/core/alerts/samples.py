"""Alerts of made-up patients, to be taken through their life."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from schemas.alerts import ActionKind, Alert, AlertAction, AlertSignal, Notification, Severity
from streams.core.alerts import (
    Decision,
    PatientAlerts,
    Plan,
    act,
    escalate,
    read_routes,
    read_silences,
    report,
)
from streams.core.duty import read_teams

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
POLICY: Final = Path(__file__).parents[3] / "deploy" / "policy"
ROUTES = read_routes((POLICY / "routes.yaml").read_text())
TEAMS = read_teams((POLICY / "rota.yaml").read_text())
PLAN = Plan(ROUTES, TEAMS, read_silences(""))


def minutes(count: float) -> datetime:
    return NOW + timedelta(minutes=count)


def signal(alert_id: str = "a1", **fields: object) -> AlertSignal:
    given = {
        "patient": "p1",
        "rule": "safety.item9",
        "severity": Severity.CRITICAL,
        "raised_at": NOW,
        "since": NOW,
        "evidence": {"events": ["e1"]},
        "change": "raised",
        "policy_version": "1",
        "history": False,
    }
    return AlertSignal.model_validate({"alert_id": alert_id, **given, **fields})


def action(kind: ActionKind, action_id: str = "x1", *, at: float = 1, **fields: object) -> AlertAction:
    given = {"alert_id": "a1", "patient": "p1", "by": "dr", "at": minutes(at)}
    return AlertAction.model_validate({**given, "action_id": action_id, "kind": kind, **fields})


class Life:
    """One patient's record, and all notifications that were made on the way."""

    def __init__(self, plan: Plan = PLAN) -> None:
        self.plan = plan
        self.record = PatientAlerts()
        self.made: list[Notification] = []

    def report(self, one: AlertSignal, *, at: float = 0) -> Decision:
        return self._take(report(self.record, one, minutes(at), self.plan))

    def act(self, one: AlertAction, *, now: float | None = None) -> Decision:
        return self._take(act(self.record, one, one.at if now is None else minutes(now), self.plan))

    def wait(self, *, until: float) -> Decision:
        return self._take(escalate(self.record, minutes(until), self.plan))

    def _take(self, decision: Decision) -> Decision:
        self.record = decision.record
        self.made.extend(decision.made)
        return decision

    @property
    def alert(self) -> Alert:
        return self.record.cases["a1"].alert

    @property
    def told(self) -> list[str]:
        return [one.recipient for one in self.made]
