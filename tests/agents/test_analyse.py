"""The analysis agent over a partition in memory: what it hands on, sets aside, keeps and closes."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import orjson
import pytest

from schemas.alerts import AlertSignal
from schemas.events import AnyEvent
from schemas.views import PatientView
from streams.agents.analyse import BACKLOG, DUE_A_TICK, DUE_IN_A_BACKLOG, DUE_WHILE_BUSY, AnalyseJob
from streams.agents.keys import RECEIPT, body_key
from streams.agents.keys import record as record_of
from streams.core.rehearse import rehearse
from streams.core.state import MOST_OPEN, Record
from streams.topics import EVENTS, POINTS, REJECTED, SIGNALS, TOPICS, VIEWS
from streams.transport import RecordBatch, Step
from tests.core.builders import POLICY, START, check_in, clinic, interaction, opened, phq9, raw
from tests.core.builders import event as made

NOW = START + timedelta(days=60)
PARTITION = 3


@dataclass
class MemoryRecord:
    key: bytes | None
    value: bytes | None
    offset: int
    timestamp: int
    headers: Sequence[tuple[str, bytes]] = ()


@dataclass
class MemoryState:
    rows: dict[bytes, bytes | None] = field(default_factory=dict)

    def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        return [self.rows.get(key) for key in keys]

    def items(self, since: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        rows = sorted(self.rows.items())
        yield from ((key, value) for key, value in rows if value is not None and key >= since)


class Bench:
    """The job and its partition; a step comes true at once unless it is only computed."""

    def __init__(self) -> None:
        self.state = MemoryState()
        self.end = 0
        self.job = AnalyseJob(POLICY)

    def batch(self, *records: tuple[bytes | None, bytes | None], now: datetime = NOW) -> RecordBatch:
        stamp = int(now.timestamp() * 1000)
        made = [MemoryRecord(key, value, self.end + i, stamp) for i, (key, value) in enumerate(records)]
        start, self.end = self.end, self.end + len(made)
        return RecordBatch(EVENTS, PARTITION, made, start, self.end)

    async def take(self, batch: RecordBatch) -> Step:
        return self.kept(await self.job.batch(batch, self.state))

    async def feed(self, *events: AnyEvent, now: datetime = NOW) -> Step:
        return await self.take(self.batch(*(record(event) for event in events), now=now))

    async def tick(self, now: datetime) -> Step | None:
        step = await self.job.tick(PARTITION, now.timestamp(), self.state)
        return None if step is None else self.kept(step)

    async def restart(self) -> None:
        self.job.closed(PARTITION)
        self.job = AnalyseJob(POLICY)
        await self.job.opened(PARTITION, self.state)

    def record(self, patient: bytes = b"p-1") -> Record:
        return record_of(patient, self.state.rows.get)

    def kept(self, step: Step) -> Step:
        self.state.rows |= step.state
        return step


@pytest.fixture
async def bench() -> Bench:
    bench = Bench()
    await bench.job.opened(PARTITION, bench.state)
    return bench


def record(event: AnyEvent) -> tuple[bytes, bytes]:
    return event.subject.encode(), event.to_json()


def values(step: Step, topic: str) -> list[bytes]:
    return [output.value or b"" for output in step.outputs if output.topic == topic]


def lines(step: Step) -> list[str]:
    return [line for value in values(step, POINTS) for line in value.decode().splitlines()]


def signals(step: Step) -> list[AlertSignal]:
    return [AlertSignal.model_validate_json(value) for value in values(step, SIGNALS)]


def reasons(step: Step) -> list[tuple[str, str]]:
    found = [dict(output.headers) for output in step.outputs if output.topic == REJECTED]
    return [(headers["field"].decode(), headers["reason"].decode()) for headers in found]


def kinds(step: Step) -> list[str]:
    return [dict(output.headers)["kind"].decode() for output in step.outputs if output.topic == REJECTED]


def low_spell(days: int = 40) -> list[AnyEvent]:
    """Well until the day `days`, and low on it."""
    calm = [check_in(day + hour / 24, 8) for day in range(days) for hour in (9, 19)]
    return calm + [check_in(days + hour / 24, 0) for hour in range(9, 15)]


async def test_each_patient_of_a_batch_gets_their_own_points_and_record(bench: Bench) -> None:
    events = [check_in(59, 5, subject="p-1"), check_in(59, 6, subject="p-2"), interaction(59, subject="p-1")]
    step = await bench.feed(*events)
    assert {output.key: (output.value or b"").count(b"\n") + 1 for output in step.outputs} == {b"p-1": 2, b"p-2": 1}
    assert {output.partition for output in step.outputs} == {PARTITION}
    assert set(step.state) == {b"p-1", b"p-2", body_key(b"p-1"), body_key(b"p-2"), RECEIPT}


POISON: dict[str, tuple[bytes | None, bytes | None, str]] = {
    "empty": (b"p-1", None, ""),
    "no bytes": (b"p-1", b"", ""),
    "broken JSON": (b"p-1", b'{"id":', ""),
    "null": (b"p-1", b"null", ""),
    "a list": (b"p-1", b"[1]", ""),
    "not UTF-8": (b"p-1", b"\xff\xfe", ""),
    "NUL": (b"p-1", b"\x00", ""),
    "deep": (b"p-1", b"[" * 100_000, ""),
    "5 MB": (b"p-1", b'"' + b"x" * 5_000_000 + b'"', ""),
    "lone surrogate": (b"p-1", raw("check-in.v1", 1, {"mood": 5}, id="\ud800"), ""),
    "wrong type": (b"p-1", raw("check-in.v1", 1, {"mood": "5"}), "data.mood"),
    "null mood": (b"p-1", raw("check-in.v1", 1, {"mood": None}), "data.mood"),
    "NaN": (b"p-1", raw("check-in.v1", 1, {"mood": float("nan")}), "data.mood"),
    "null subject": (b"p-1", raw("check-in.v1", 1, {"mood": 5}, subject=None), "subject"),
    "unknown type": (b"p-1", raw("dream.v1", 1, {}), "type"),
    "no key": (None, raw("check-in.v1", 1, {"mood": 5}), "subject"),
    "another's key": (b"p-2", raw("check-in.v1", 1, {"mood": 5}), "subject"),
    "undecodable key": (b"\xff\xfe", raw("check-in.v1", 1, {"mood": 5}), "subject"),
    "no offset": (b"p-1", raw("check-in.v1", 1, {"mood": 5}, time="2026-06-01T10:00:00"), "time"),
    "year 1": (b"p-1", raw("check-in.v1", 1, {"mood": 5}, time="0001-01-01T00:00:00+14:00"), "time"),
    "year 9999": (b"p-1", raw("check-in.v1", 1, {"mood": 5}, time="9999-12-31T23:59:59-12:00"), "time"),
    "in the future": (b"p-1", raw("check-in.v1", 61.01, {"mood": 5}), "time"),
    "plain note": (b"p-1", raw("check-in.v1", 1, {"mood": 5, "note": "canary"}), "data.note"),
}


@pytest.mark.parametrize("name", POISON)
async def test_poison_is_set_aside_as_it_came_and_its_neighbours_are_analysed(bench: Bench, name: str) -> None:
    key, value, where = POISON[name]
    neighbours = record(check_in(58, 5)), record(check_in(59, 6, subject="p-2"))
    step = await bench.take(bench.batch(neighbours[0], (key, value), neighbours[1]))
    assert len(lines(step)) == 2
    [set_aside] = [output for output in step.outputs if output.topic == REJECTED]
    assert (set_aside.key, set_aside.value, set_aside.partition) == (key, value, PARTITION)
    headers = dict(set_aside.headers)
    assert (headers["field"].decode(), headers["offset"], headers["partition"]) == (where, b"1", b"3")
    assert (headers["kind"], headers["topic"]) == (b"unreadable", EVENTS.encode())
    assert headers["reason"]
    assert b"canary" not in b"".join(headers.values())


async def test_a_batch_of_nothing_but_poison_is_a_step_like_any_other(bench: Bench) -> None:
    step = await bench.take(bench.batch(*((key, value) for key, value, _ in POISON.values())))
    assert (len(step.outputs), set(step.state)) == (len(POISON), {RECEIPT})


async def test_a_time_within_a_day_of_the_brokers_is_no_future(bench: Bench) -> None:
    assert reasons(await bench.feed(check_in(61, 5))) == []


async def test_a_call_from_the_gateway_is_set_aside_with_what_was_wrong_and_its_correction_counts() -> None:
    told = {"instrument": "PHQ-9", "field": "data.items", "reason": "an item is answered more than once"}
    call, whole = raw("call.v1", 1, told, id="q"), phq9(1, 5, item9=1, id="q").to_json()
    alone = Bench()
    await alone.take(alone.batch((b"p-1", whole)))
    for records in ([call, whole], [whole, call]):
        beside = Bench()
        step = await beside.take(beside.batch(*((b"p-1", value) for value in records)))
        assert reasons(step) == [("data.items", told["reason"])]
        assert kinds(step) == ["call"]
        assert values(step, REJECTED) == [call]
        assert len(lines(step)) == 1
        assert beside.record().state == alone.record().state


async def test_of_two_contents_under_one_identity_one_is_set_aside(bench: Bench) -> None:
    small, large = sorted((check_in(5, mood, id="same") for mood in (2, 9)), key=lambda event: event.fingerprint())
    step = await bench.feed(large, small)
    assert reasons(step) == [("id", "other content stands under this identity")]
    assert kinds(step) == ["displaced"]
    assert values(step, REJECTED) == [large.to_json()]
    assert len(lines(step)) == 1


async def test_a_step_that_was_lost_is_computed_again_byte_for_byte(bench: Bench) -> None:
    await bench.feed(*low_spell()[:50])
    batch = bench.batch(*map(record, low_spell()[50:]), record(check_in(42, 5)), (b"p-1", b"{"))
    first = await bench.job.batch(batch, bench.state)
    again = await bench.job.batch(batch, bench.state)
    assert first == again
    assert len(signals(first)) == 1


async def test_a_batch_that_comes_again_after_its_state_was_kept_changes_no_state(bench: Bench) -> None:
    batches = [bench.batch(*map(record, part)) for part in (low_spell()[:40], low_spell()[40:], [check_in(58, 5)])]
    for batch in batches:
        await bench.take(batch)
    before = bench.record()
    await bench.restart()
    for batch in batches:
        step = await bench.take(batch)
        assert signals(step) == []
        assert not [line for line in lines(step) if line.startswith("late")]
    after = bench.record()
    assert (after.state, after.raised, after.heard_through) == (before.state, before.raised, before.heard_through)


async def test_what_comes_more_than_14_days_late_is_marked(bench: Bench) -> None:
    await bench.feed(check_in(50, 5))
    step = await bench.feed(check_in(10, 5))
    assert [line.split(",")[0] for line in lines(step)] == ["mood", "late"]


async def test_the_clock_closes_the_day_some_hours_after_midnight_and_once(bench: Bench) -> None:
    midnight = START + timedelta(days=41)
    await bench.feed(*low_spell(), now=midnight - timedelta(hours=8))
    early = await bench.tick(midnight + timedelta(hours=2))
    assert early is None or signals(early) == []
    step = await bench.tick(midnight + timedelta(hours=4))
    assert step is not None
    [signal] = signals(step)
    assert (signal.change, signal.rule, signal.raised_at) == ("raised", "deterioration.mood", midnight)
    later = await bench.tick(midnight + timedelta(hours=5))
    assert later is None or signals(later) == []


async def test_a_day_that_is_due_is_closed_after_a_restart_too(bench: Bench) -> None:
    midnight = START + timedelta(days=41)
    await bench.feed(*low_spell(), now=midnight - timedelta(hours=8))
    await bench.restart()
    step = await bench.tick(midnight + timedelta(hours=4))
    assert step is not None
    assert len(signals(step)) == 1


async def test_a_phone_that_comes_back_is_given_time_to_send_all(bench: Bench) -> None:
    long_after = START + timedelta(days=45)
    await bench.feed(*low_spell(), now=long_after)
    at_once = await bench.tick(long_after + timedelta(minutes=5))
    assert at_once is None or signals(at_once) == []
    step = await bench.tick(long_after + timedelta(minutes=20))
    assert step is not None
    assert [signal.rule for signal in signals(step)] == ["deterioration.mood", "silence"]


async def test_a_partition_that_is_no_longer_ours_closes_nothing(bench: Bench) -> None:
    await bench.feed(*low_spell(), now=START + timedelta(days=41))
    bench.job.closed(PARTITION)
    step = await bench.tick(START + timedelta(days=50))
    assert step is None or signals(step) == []


async def test_a_late_report_takes_an_alert_back(bench: Bench) -> None:
    await bench.feed(*low_spell(), check_in(42, 8))
    step = await bench.feed(*(check_in(40 + n / 100, 9) for n in range(30)))
    assert [signal.change for signal in signals(step)] == ["revised"]


async def test_the_console_is_told_once_for_many_batches(bench: Bench) -> None:
    for day in (57, 58, 59):
        await bench.feed(check_in(day, 5), phq9(day, 8), now=NOW)
    ticks = [await bench.tick(NOW + timedelta(minutes=minute)) for minute in (1, 2, 3)]
    views = [PatientView.model_validate_json(value) for step in ticks if step for value in values(step, VIEWS)]
    assert [(len(view.moods), len(view.scores)) for view in views] == [(3, 3)]


async def test_while_events_keep_coming_views_wait_and_none_is_forgotten(bench: Bench) -> None:
    patients = {f"p-{number}" for number in range(3 * DUE_WHILE_BUSY)}
    await bench.feed(*(check_in(59, 5, subject=patient) for patient in patients))
    steps = [await bench.tick(NOW + timedelta(minutes=minute)) for minute in (1, 2, 3)]
    told = [{output.key for output in step.outputs if output.topic == VIEWS} if step else set() for step in steps]
    assert [len(views) for views in told] == [DUE_WHILE_BUSY, 2 * DUE_WHILE_BUSY, 0]
    assert {key.decode() for views in told for key in views if key} == patients


async def test_while_a_backlog_is_worked_off_views_wait_longer(bench: Bench) -> None:
    patients = [f"p-{number}" for number in range(BACKLOG)]
    await bench.feed(*(check_in(59, 5, subject=patient) for patient in patients))
    steps = [await bench.tick(NOW + timedelta(minutes=minute)) for minute in (1, 2)]
    told = [sum(output.topic == VIEWS for output in step.outputs) if step else 0 for step in steps]
    assert told == [DUE_IN_A_BACKLOG, DUE_A_TICK]


async def test_live_batches_say_what_a_rehearsal_says(bench: Bench) -> None:
    scored = [phq9(7 * week, total) for week, total in enumerate([5, 5, 14, 15])]
    events = sorted([*low_spell(), check_in(42, 8), *scored], key=lambda event: (event.time, event.mark()))
    told: defaultdict[str, list[object]] = defaultdict(list)
    for event in events:
        step = await bench.feed(event)
        told["points"] += lines(step)
        told["alerts"] += [(s.alert_id, s.raised_at, s.since, orjson.dumps(s.evidence)) for s in signals(step)]
    whole = rehearse([event.to_json() for event in events], POLICY)
    assert told["points"] == list(whole.points)
    assert told["alerts"] == [(a.alert_id, a.raised_at, a.since, orjson.dumps(a.evidence)) for a in whole.alerts]


async def test_a_broken_phone_does_not_make_a_record_that_no_topic_takes(bench: Bench) -> None:
    """It would stop the worker again and again, and with it everybody else's analysis."""
    feelings = {f"n{number:02}" + "x" * 29: 3.3333333333333335 for number in range(32)}
    limits = {topic.name: topic.max_message_bytes for topic in TOPICS}
    refused = 0
    for start in range(0, 5_000, 1_000):
        data = {"mood": 5, "affects": feelings}
        events = [made(raw("check-in.v1", 1 + at / 3_000, data)) for at in range(start, start + 1_000)]
        step = await bench.feed(*events)
        assert all(len(one.value or b"") < 0.9 * limits[one.topic] for one in step.outputs)
        refused += sum(one.topic == REJECTED for one in step.outputs)
    assert refused == 5_000 - MOST_OPEN
    shown = await bench.tick(NOW + timedelta(seconds=3))
    assert shown is not None
    assert all(len(one.value or b"") < 0.9 * limits[one.topic] for one in shown.outputs)
    assert all(len(row or b"") < 900_000 for row in bench.state.rows.values())


async def test_what_cannot_follow_goes_to_the_rejected_topic_with_its_reason_once(bench: Bench) -> None:
    await bench.feed(opened(0), check_in(1, 5))
    early = clinic("goal", 3, goal_id="g", what="rated", rating=5)
    step = await bench.feed(early)
    [rejected] = [output for output in step.outputs if output.topic == REJECTED]
    assert (rejected.key, rejected.value, rejected.partition) == (b"p-1", early.to_json(), PARTITION)
    assert dict(rejected.headers) == {
        "kind": b"refused",
        "field": b"data",
        "reason": b"the goal was not set yet",
        "topic": EVENTS.encode(),
        "partition": str(PARTITION).encode(),
    }
    again = await bench.feed(early, check_in(4, 5))
    healed = await bench.feed(clinic("goal", 2, goal_id="g", what="set"))
    assert [output for output in (*again.outputs, *healed.outputs) if output.topic == REJECTED] == []


async def test_the_view_tells_of_the_episode(bench: Bench) -> None:
    await bench.feed(opened(0), clinic("session", 1, session_id="se", status="held", on=1))
    step = await bench.tick(NOW + timedelta(minutes=1))
    assert step is not None
    [shown] = [output for output in step.outputs if output.topic == VIEWS]
    assert shown.value is not None
    view = PatientView.model_validate_json(shown.value)
    assert (view.phase, [episode.held for episode in view.episodes]) == ("initial", [1])
