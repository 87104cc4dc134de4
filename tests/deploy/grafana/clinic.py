"""A made-up care team as points, for the pictures: twelve weeks of simulated patients through the agents, in memory.

What the analysis agent gives is what goes into InfluxDB; alerts are taken through their life by clinicians who answer
soon, and the last days' stay open. How the pipeline is, nobody can simulate: those points are made up as they are.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import orjson

from schemas.alerts import ActionKind, AlertAction, AlertSignal, Outcome
from schemas.events import AnyEvent
from schemas.reading import Rejection, read_event
from streams.adapters.policy import read_policy
from streams.agents.analyse import AnalyseJob
from streams.core.alerts import PatientAlerts, act, report
from streams.core.alerts.report import safety_signal
from streams.core.analyse import analyse
from streams.core.links import LinkPopulation
from streams.core.safety import safety_finding
from streams.core.series.alert import alert_points
from streams.core.series.health import health_points
from streams.core.series.standing import standing_points
from streams.core.state import EMPTY
from streams.core.view import view
from streams.simulate.cohort import cohort
from streams.topics import EVENTS, GROUP_SIGNALS, POINTS, SIGNALS
from streams.transport import RecordBatch, Step
from tests.agents.test_analyse import MemoryRecord, MemoryState
from tests.core.alerts.samples import PLAN

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
PATIENTS, DAYS, SEED = 20, 84, 11
DAILY = 42
"""The last days that are lived through one by one; before them weeks are enough."""
CLOSED_PATIENTS, CLOSED_DAYS, CLOSED_SEED = 60, 170, 5
"""Patients of another time, whose episodes have ended."""
OPEN_STAYS = timedelta(days=3)


@dataclass(frozen=True)
class Clinic:
    """Its points, and whom the pictures of one patient and one group are of."""

    lines: Sequence[str]
    falling: str
    group: str


class _Analysis:
    """The analysis agent over one partition in memory."""

    def __init__(self) -> None:
        self._job, self._state = AnalyseJob(read_policy()), MemoryState()
        self._ends: defaultdict[str, int] = defaultdict(int)
        self.lines: list[str] = []
        self.signals: list[AlertSignal] = []

    async def live(self, events: Sequence[AnyEvent], now: datetime) -> None:
        """What was reported until `now`, and what the clock brings about."""
        await self._batch(EVENTS, [(event.subject.encode(), event.to_json()) for event in events], now)
        for second in range(60, 660, 20):
            step = await self._job.tick(0, (now + timedelta(seconds=second)).timestamp(), self._state)
            if step is not None:
                await self._took(step, now)

    async def _batch(self, topic: str, records: Sequence[tuple[bytes, bytes]], now: datetime) -> None:
        if not records:
            return
        start = self._ends[topic]
        stamp = int(now.timestamp() * 1000)
        made = [MemoryRecord(key, value, start + at, stamp) for at, (key, value) in enumerate(records)]
        self._ends[topic] += len(made)
        await self._took(await self._job.batch(RecordBatch(topic, 0, made, start, self._ends[topic]), self._state), now)

    async def _took(self, step: Step, now: datetime) -> None:
        self._state.rows |= step.state
        words = []
        for output in step.outputs:
            value = output.value or b""
            if output.topic == POINTS:
                self.lines += value.decode().splitlines()
            elif output.topic == SIGNALS:
                self.signals.append(AlertSignal.model_validate_json(value))
            elif output.topic == GROUP_SIGNALS:
                words.append((output.key or b"", value))
        await self._batch(GROUP_SIGNALS, words, now)


async def clinic() -> Clinic:
    """All of it; the same every time."""
    events = [_read(event) for of_one, _ in cohort(PATIENTS, DAYS, NOW, SEED) for _, event in of_one]
    events.sort(key=lambda event: (event.time, event.id))
    analysis = _Analysis()
    days = [*range(7 * ((DAYS + 7) // 7), DAILY, -7), *range(DAILY, -1, -1)]
    since = datetime.min.replace(tzinfo=UTC)
    for back in days:
        until = NOW - timedelta(days=back)
        await analysis.live([event for event in events if since < event.time <= until], until)
        since = until
    for event in events:
        if (finding := safety_finding(event)) is not None:
            analysis.signals.append(safety_signal(finding, history=False, version="1"))
    groups = sorted({line.split("group=")[1].split(" ")[0] for line in analysis.lines if line.startswith("group_week")})
    [falling, *_] = [of_one[0][1]["subject"] for of_one, _ in cohort(1, DAYS, NOW, SEED)]
    lines = (*analysis.lines, *_alert_lines(analysis.signals), *_outcome_lines(), *_health_lines())
    return Clinic(lines, falling, groups[0])


def _read(event: dict[str, object]) -> AnyEvent:
    outcome = read_event(orjson.dumps(event))
    assert not isinstance(outcome, Rejection)
    return outcome.event


def _alert_lines(signals: Sequence[AlertSignal]) -> Iterator[str]:
    """Clinicians answer within minutes and close within a day or two."""
    records: dict[str, PatientAlerts] = defaultdict(PatientAlerts)
    numbers: dict[str, int] = {}
    for signal in sorted(signals, key=lambda one: (one.raised_at, one.alert_id)):
        before = records[signal.patient].cases.get(signal.alert_id)
        records[signal.patient] = report(records[signal.patient], signal, signal.raised_at, PLAN).record
        numbers.setdefault(signal.alert_id, len(numbers))
        yield from alert_points(
            records[signal.patient].cases[signal.alert_id].alert, before.alert if before is not None else None
        )
    for patient, record in sorted(records.items()):
        yield from _answered(patient, record, numbers)


def _answered(patient: str, record: PatientAlerts, numbers: dict[str, int]) -> Iterator[str]:
    outcomes = (Outcome.CONTACTED, Outcome.CONTACTED, Outcome.SAFETY_PLAN, Outcome.FALSE_ALARM)
    for alert_id in sorted(record.cases):
        raised = record.cases[alert_id].alert.raised_at
        number = numbers[alert_id]
        if raised > NOW - OPEN_STAYS and number % 2:
            continue
        steps = [(ActionKind.ACKNOWLEDGE, None, timedelta(minutes=4 + 7 * (number % 5)))]
        if raised <= NOW - OPEN_STAYS:
            steps.append((ActionKind.CLOSE, outcomes[number % len(outcomes)], timedelta(hours=3 + 5 * (number % 7))))
        for kind, outcome, later in steps:
            before, at = record.cases[alert_id].alert, raised + later
            until = at + timedelta(hours=8) if outcome is None else None
            said = AlertAction(
                alert_id=alert_id, patient=patient, action_id=f"{kind}-{number}", kind=kind, by="dr", at=at,
                outcome=outcome, until=until,
            )  # fmt: skip
            record = act(record, said, at, PLAN).record
            yield from alert_points(record.cases[alert_id].alert, before)


def _outcome_lines() -> Iterator[str]:
    """Of each of those patients, the points of what they closed."""
    policy = read_policy()
    for events, _ in cohort(CLOSED_PATIENTS, CLOSED_DAYS, NOW - timedelta(days=7), CLOSED_SEED):
        patient = str(events[0][1]["subject"])
        record = analyse(patient, EMPTY, [_read(event) for _, event in events], policy, closes=None, now=0).record
        told = standing_points(view(record.state, patient, LinkPopulation(), policy))
        yield from (line for line in told if line.startswith("outcome,"))


def _health_lines() -> Iterator[str]:
    """Three workers over six hours: a backlog after a restart of InfluxDB's, and a pager that refused for a while."""
    for second in range(0, 6 * 3600, 10):
        at = NOW.timestamp() - 6 * 3600 + second
        taken = int(second * 40 + 3000 * math.sin(second / 3000))
        usual = {"set_aside": second // 5000, "missed": 0, "expired": 0}
        analysis = usual | {"records": taken, "busy_s": second * 0.11, "behind": 3 + second % 7, "memory": 310_000_000}
        yield health_points("analysis", analysis | {"memory": 310_000_000 + 4000 * second}, at)
        failed = min(max(second - 9000, 0) // 60, 12)
        alerting = usual | {"records": taken, "busy_s": second * 0.02, "behind": second % 3, "memory": 150_000_000}
        yield health_points(
            "alerting",
            alerting | {"sent": second // 900, "send_failures": failed, "pending": 1 if 0 < failed < 12 else 0},
            at,
        )
        away = 14_000 < second < 15_200
        behind = (second - 14_000) * 30 if away else max(0, 36_000 - (second - 15_200) * 90) if second >= 15_200 else 4
        written = (14_000 if away else second) * 55
        timeseries = usual | {"records": written // 2, "busy_s": second * 0.03, "behind": behind, "memory": 120_000_000}
        yield health_points("timeseries", timeseries | {"points_written": written, "points_refused": 0}, at)
