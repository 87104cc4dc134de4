"""A clinic of any size for the console's pages: alerts, views and groups as the topics would carry them.

Some simulated patients go through the core; each of the others is one of them under another pseudonym, so that ten
thousand take seconds. Called by `console`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import orjson

from schemas.alerts import ActionKind, Alert, AlertAction, Outcome
from schemas.views import PatientView
from streams.adapters.plan import load_plan
from streams.adapters.policy import read_policy
from streams.core.alerts import PatientAlerts, Plan, act, report, safety_signal
from streams.core.rehearse import Rehearsal, rehearse
from streams.core.view import view
from streams.simulate.cohort import cohort

PATTERNS: Final = 60
"""Patients that are simulated; the others are like one of them."""
DAYS: Final = 84
OPEN_FOR: Final = timedelta(days=4)
"""What was raised longer ago is closed."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """What the console hears of one simulated patient."""

    view: PatientView
    alerts: tuple[Alert, ...]


def patterns(now: datetime, *, seed: int = 1, patients: int = PATTERNS) -> list[Pattern]:
    """Simulated patients, their alerts open or closed."""
    policy, plan = read_policy(), load_plan()
    events = (orjson.dumps(event) for patient, _ in cohort(patients, DAYS, now, seed) for _, event in patient)
    rehearsal = rehearse(events, policy)
    return [
        Pattern(view(state, patient, rehearsal.population, policy), tuple(_alerts(rehearsal, patient, plan, now)))
        for patient, state in rehearsal.states.items()
    ]


def _alerts(rehearsal: Rehearsal, patient: str, plan: Plan, now: datetime) -> Iterator[Alert]:
    record = PatientAlerts()
    for finding in rehearsal.alerts:
        if finding.patient == patient:
            signal = safety_signal(finding, history=False, version="bench")
            record = report(record, signal, finding.raised_at, plan).record
            if finding.raised_at < now - OPEN_FOR:
                done = AlertAction(
                    action_id=f"close-{finding.alert_id}", alert_id=finding.alert_id, patient=patient,
                    kind=ActionKind.CLOSE, at=finding.raised_at, by="bench", outcome=Outcome.CONTACTED,
                )  # fmt: skip
                record = act(record, done, finding.raised_at, plan).record
    return (case.alert for case in record.cases.values())
