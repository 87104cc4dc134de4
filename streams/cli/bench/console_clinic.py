"""A clinic of any size for the console's pages: alerts and views as the topics would carry them.

Some simulated patients go through the core; each of the others is one of them under another pseudonym, so that ten
thousand take seconds. Called by `console`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count, cycle, islice
from typing import Final

import orjson

from schemas.alerts import ActionKind, Alert, AlertAction, Outcome
from schemas.views import PatientView
from streams.adapters.local_copy import Record
from streams.adapters.plan import load_plan
from streams.adapters.policy import read_policy
from streams.core.alerts import PatientAlerts, Plan, act, report, safety_signal
from streams.core.ids import hashed_id
from streams.core.rehearse import Rehearsal, rehearse
from streams.core.view import view
from streams.simulate.cohort import cohort
from streams.topics import ALERTS, VIEWS

DAYS: Final = 84
OPEN_FOR: Final = timedelta(days=4)
"""What was raised longer ago is closed."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """What the console hears of one simulated patient."""

    view: PatientView
    alerts: tuple[Alert, ...]


def patterns(now: datetime, *, patients: int, seed: int = 1) -> list[Pattern]:
    """Simulated patients, their alerts of the last days open and the earlier ones closed."""
    policy, plan = read_policy(), load_plan()
    events = (orjson.dumps(event) for patient, _ in cohort(patients, DAYS, now, seed) for _, event in patient)
    rehearsal = rehearse(events, policy)
    return [
        Pattern(view(state, patient, rehearsal.population, policy), tuple(_alerts(rehearsal, patient, plan, now)))
        for patient, state in rehearsal.states.items()
    ]


def records(known: Iterable[Pattern], patients: int) -> Iterator[Record]:
    """What Kafka would hold of so many patients: `known` in turns, each time under other pseudonyms."""
    offsets = count()
    for number, pattern in enumerate(islice(cycle(known), patients)):
        for topic, key, value in _under(f"p-{number:06}", pattern):
            yield Record(topic, 0, next(offsets), key.encode(), value)


def _under(pseudonym: str, pattern: Pattern) -> Iterator[tuple[str, str, bytes]]:
    before, after = pattern.view.patient.encode(), pseudonym.encode()
    yield VIEWS, pseudonym, pattern.view.model_dump_json().encode().replace(before, after)
    for alert in pattern.alerts:
        alert_id = hashed_id(pseudonym, alert.alert_id)
        renamed = alert.model_copy(update={"alert_id": alert_id, "patient": pseudonym})
        yield ALERTS, f"{pseudonym}/{alert_id}", renamed.model_dump_json().encode()


def _alerts(rehearsal: Rehearsal, patient: str, plan: Plan, now: datetime) -> Iterator[Alert]:
    record = PatientAlerts()
    for finding in rehearsal.alerts:
        if finding.patient == patient:
            signal = safety_signal(finding, history=False, version="bench")
            record = report(record, signal, finding.raised_at, plan).record
            if finding.raised_at < now - OPEN_FOR:
                record = act(record, _closed(finding.alert_id, patient, finding.raised_at), now, plan).record
    return (case.alert for case in record.cases.values())


def _closed(alert_id: str, patient: str, at: datetime) -> AlertAction:
    return AlertAction(
        action_id=f"close-{alert_id}",
        alert_id=alert_id,
        patient=patient,
        kind=ActionKind.CLOSE,
        at=at,
        by="bench",
        outcome=Outcome.CONTACTED,
    )
