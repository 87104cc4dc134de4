"""The alert agent: takes safety findings, signals and actions through the life of an alert.

Reads `patient.events` for the safety rules alone, so that a page waits neither for analysis nor for InfluxDB. What a
batch decides (alerts, notifications, the ledger) is one step; the notifier sends from the ledger once it is kept.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

import structlog

from schemas.alerts import AlertAction, AlertSignal
from streams.adapters.channel import Channel
from streams.agents.alert_work import AlertWork
from streams.agents.incoming import Said, read
from streams.agents.notify import Notifier
from streams.core.alerts import (
    Decision,
    PatientAlerts,
    Plan,
    TeamTold,
    act,
    escalate,
    report,
    responsible,
    unpack,
    watch_rota,
)
from streams.errors import Unavailable
from streams.topics import ACTIONS
from streams.transport import Desk, Output, RecordBatch, State, Step, hashed

log = structlog.get_logger(__name__)

PATIENCE_S = 10.0
"""How long after a restart escalations wait for the actions of clinicians to be read."""
AT_ONCE = 500
"""Records unpacked before other partitions get their turn: about 10 ms."""
DECIDED_AT_ONCE = 100
"""Decisions taken before other partitions get their turn: about 15 ms."""
ROTA_EVERY_S = 60.0
"""How often the shifts ahead are looked at."""


@dataclass(slots=True)
class _Open:
    """What is kept in memory about an open partition; all of it can be made again from the state."""

    since: float | None = None
    rota_seen: float = 0.0
    due: dict[bytes, datetime] = field(default_factory=dict)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)


class AlertJob:
    """The job of the app `alerting`: one state record a patient, and one a care team, of alerts about its rota.

    Args:
        plan: gives the clinic's plan as it now stands.
        channels: by name.
        desk: where steps are asked for that follow from what channels answer.
        partitions: how many there are; they say which of them a care team's alerts lie on.
        clock: the time.
    """

    def __init__(
        self,
        plan: Callable[[], Plan],
        channels: dict[str, Channel],
        desk: Desk,
        *,
        partitions: int,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._plan = plan
        self._desk = desk
        self._partitions = partitions
        self._clock = clock
        self._notifier = Notifier(channels, lambda: plan().routes, self._note, clock=clock)
        self._open: dict[int, _Open] = {}

    async def opened(self, partition: int, state: State) -> None:
        """Take up the ledger: everything that was not delivered is sent again."""
        self._open[partition] = _Open()
        for number, (patient, raw) in enumerate(state.items()):
            self._follow(partition, patient, unpack(raw))
            if number % AT_ONCE == 0:
                await asyncio.sleep(0)

    async def batch(self, batch: RecordBatch, state: State) -> Step:
        """Take up what the records say."""
        plan, now = self._plan(), self._clock()
        version = plan.routes.version
        said = [one for record in batch.records if (one := read(batch.topic, record, version)) is not None]
        work = AlertWork(batch.partition, (one.patient.encode() for one in said), state)
        for number, one in enumerate(said, 1):
            work.take(one.patient.encode(), partial(_decide, one, now, plan))
            if number % DECIDED_AT_ONCE == 0:
                await asyncio.sleep(0)
        if work.too_many:
            log.error("too many alerts of one patient within a day: no more are raised", count=work.too_many)
        return self._step(work)

    async def tick(self, partition: int, now: float, state: State) -> Step | None:
        """Escalate what is due, once it is known what clinicians did before a restart."""
        opened = self._open[partition]
        opened.since = opened.since or now
        if not self._desk.caught_up(partition, ACTIONS) and now < opened.since + PATIENCE_S:
            return None
        plan, moment = self._plan(), datetime.fromtimestamp(now, UTC)
        patients = [patient for patient, at in opened.due.items() if at <= moment][:AT_ONCE]
        teams = self._teams_to_look_at(partition, plan, moment)
        work = AlertWork(partition, (*patients, *(team.encode() for team in teams)), state)
        for patient in patients:
            work.take(patient, lambda record: escalate(record, moment, plan))
        for team in teams:
            work.take(team.encode(), partial(watch_rota, team=team, now=moment, plan=plan))
        return self._step(work)

    def _teams_to_look_at(self, partition: int, plan: Plan, now: datetime) -> list[str]:
        """The teams whose alerts about their rota lie here, now and then."""
        opened = self._open[partition]
        if now.timestamp() < opened.rota_seen + ROTA_EVERY_S:
            return []
        opened.rota_seen = now.timestamp()
        return [name for name in plan.teams.teams if hashed(name.encode()) % self._partitions == partition]

    def closed(self, partition: int) -> None:
        """Forget the partition; its next owner has the ledger."""
        self._notifier.forget(partition)
        opened = self._open.pop(partition, None)
        for task in opened.tasks if opened else ():
            task.cancel()

    def _step(self, work: AlertWork) -> Step:
        """The step of this work; once it is kept, what it put into the ledgers is sent."""
        if work.touched:
            tasks = self._open[work.partition].tasks
            task = asyncio.create_task(self._follow_kept(work.partition, tuple(work.touched)))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        return work.step()

    async def _follow_kept(self, partition: int, patients: tuple[bytes, ...]) -> None:
        """Ask for a turn after the step that is being written: then the state shows what was kept."""

        async def look(state: State) -> None:
            for patient, raw in zip(patients, state.get_many(patients), strict=True):
                self._follow(partition, patient, unpack(raw))

        with suppress(Unavailable):  # the partition's new owner takes up the ledger
            await self._desk.run_step(partition, look)

    def _follow(self, partition: int, patient: bytes, record: PatientAlerts) -> None:
        due = self._open[partition].due
        if record.due is None:
            due.pop(patient, None)
        else:
            due[patient] = record.due
        self._notifier.follow(partition, patient, record.pending, record.withdrawn)

    async def _note(self, partition: int, action: AlertAction) -> None:
        """What became of a notification goes the way of all actions, so that alert and history see it."""

        async def write(_state: State) -> Step:
            value = action.model_dump_json(exclude_none=True).encode()
            return Step([Output(ACTIONS, action.patient.encode(), value, partition)])

        await self._desk.run_step(partition, write)


def _decide(one: Said, now: datetime, plan: Plan, record: PatientAlerts) -> Decision:
    if isinstance(one, TeamTold):
        return responsible(record, one)
    if isinstance(one, AlertSignal):
        return report(record, one, now, plan)
    return act(record, one, now, plan)
