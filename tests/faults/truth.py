"""What must come of events, computed by the pure core alone, before anything is sent; no process of ours takes part."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec

from schemas.alerts import Alert, AlertSignal
from schemas.events import AnyEvent
from schemas.reading import Rejection, read_event
from streams.core.alerts import PatientAlerts, Plan, report, safety_signal
from streams.core.analyse import analyse
from streams.core.points import points
from streams.core.policy import Policy
from streams.core.safety import safety_finding
from streams.core.state import EMPTY, Record, State
from tests.faults.cohort import Event

ANY_TIME = datetime(2026, 1, 1, tzinfo=UTC)
"""No id depends on when a finding was reported."""


@dataclass(frozen=True)
class Truth:
    """Sets of all that must be there in the end, and of nothing else."""

    events: frozenset[str]
    points: frozenset[str]
    states: Mapping[str, bytes]
    alerts: frozenset[str] = frozenset()
    notifications: Mapping[str, str] = field(default_factory=dict)
    """By id, who is told."""
    paged: Sequence[str] = ()
    """Whom the pager's channel reaches."""

    @property
    def pages(self) -> frozenset[str]:
        return frozenset(one for one, recipient in self.notifications.items() if recipient in self.paged)


def truth_of(
    events: Iterable[Event], policy: Policy, plan: Plan, *, before: Mapping[str, Record] | None = None
) -> Truth:
    """What these events come to when nothing is late and no day is closed by the clock; `before` are known patients."""
    by_patient: dict[str, list[AnyEvent]] = defaultdict(list)
    for _, value in events:
        outcome = read_event(value)
        assert not isinstance(outcome, Rejection), outcome
        by_patient[outcome.event.subject].append(outcome.event)
    signals: dict[str, AlertSignal] = {}
    lines: set[str] = set()
    states: dict[str, bytes] = {}
    for patient, theirs in by_patient.items():
        record = (before or {}).get(patient, EMPTY)
        analysis = analyse(patient, record, theirs, policy, closes=None, now=0)
        assert not [*analysis.conflicting, *analysis.surplus, *analysis.refused]
        assert not analysis.late
        states[patient] = state_bytes(analysis.record.state)
        lines.update(analysis.points)
        found = [
            safety_signal(one, history=False, version=plan.routes.version) for one in map(safety_finding, theirs) if one
        ]
        signals |= {one.alert_id: one for one in (*analysis.signals, *found) if one.change == "raised"}
    return Truth(
        events=frozenset(name for theirs in by_patient.values() for name in map(identity, theirs)),
        points=frozenset(lines),
        states=states,
        alerts=frozenset(signals),
        notifications={
            made.notification_id: made.recipient
            for signal in signals.values()
            for made in report(PatientAlerts(), signal, ANY_TIME, plan).made
        },
        paged=list(plan.routes.channels),
    )


def state_bytes(state: State) -> bytes:
    """Equal states give equal bytes."""
    return msgspec.msgpack.encode(state)


def points_by_event(events: Iterable[Event]) -> dict[str, frozenset[str]]:
    """The lines of each event that has any, by its identity."""
    found = {}
    for _, value in events:
        outcome = read_event(value)
        assert not isinstance(outcome, Rejection), outcome
        if lines := points(outcome.event):
            found[identity(outcome.event)] = frozenset(lines)
    return found


def identity(event: AnyEvent) -> str:
    return f"{event.subject} {event.source} {event.id}"


def identity_in(value: bytes) -> str:
    """The same, of a record that was read back."""
    event = json.loads(value)
    return f"{event['subject']} {event['source']} {event['id']}"


def alert_id(value: bytes) -> str:
    return Alert.model_validate_json(value).alert_id
