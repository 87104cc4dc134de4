"""The groups' part of the analysis agent, over two partitions in memory."""

from datetime import timedelta

import pytest

from schemas.alerts import AlertSignal
from schemas.events import AnyEvent
from schemas.groups import GroupView, MemberSignal
from streams.agents.keys import is_patient
from streams.core.group import unpack_group
from streams.topics import GROUP_SIGNALS, GROUP_VIEWS, SIGNALS
from streams.transport import Output, RecordBatch, Step
from tests.agents.test_analyse import NOW, PARTITION, Bench, MemoryRecord, values
from tests.core.builders import heartbeat
from tests.core.group.members import GROUP, life, member

Rows = list[tuple[bytes | None, bytes | None]]


@pytest.fixture
async def bench() -> Bench:
    bench = Bench()
    await bench.job.opened(PARTITION, bench.state)
    return bench


def words(step: Step | None) -> list[Output]:
    return [] if step is None else [output for output in step.outputs if output.topic == GROUP_SIGNALS]


def rows(outputs: list[Output]) -> Rows:
    return [(output.key, output.value) for output in outputs]


async def told(bench: Bench, said: Rows, start: int = 0) -> Step:
    """What the group's partition makes of these records."""
    made = [MemoryRecord(key, value, start + at, 0) for at, (key, value) in enumerate(said)]
    return bench.kept(
        await bench.job.batch(RecordBatch(GROUP_SIGNALS, PARTITION, made, start, start + len(made)), bench.state)
    )


async def of_members(bench: Bench, worse: int, of: int) -> list[Output]:
    """The words of so many members, `worse` of whom get worse after the session."""
    said: list[AnyEvent] = [event for at in range(of) for event in life(f"p-{at}", worse=at < worse)]
    await bench.feed(*said)
    ticks = [await bench.tick(NOW + timedelta(minutes=1, seconds=at)) for at in range(3)]  # a busy tick serves a few
    return [word for step in ticks for word in words(step)]


async def test_members_words_follow_with_their_view_to_the_groups_partition(bench: Bench) -> None:
    outputs = await of_members(bench, worse=0, of=2)
    assert [(one.key, one.partition) for one in outputs] == [(GROUP.encode(), None)] * 2
    assert {MemberSignal.model_validate_json(one.value or b"").patient for one in outputs} == {"p-0", "p-1"}
    await bench.feed(heartbeat(59.99, subject="p-0"))
    assert words(await bench.tick(NOW + timedelta(minutes=2))) == []


async def test_several_members_who_worsen_make_one_alert_signal_under_the_groups_key(bench: Bench) -> None:
    outputs = rows(await of_members(bench, worse=3, of=5))
    first = await told(bench, outputs[:2])
    assert values(first, SIGNALS) == []
    second = await told(bench, outputs[2:], 2)
    [signal] = [AlertSignal.model_validate_json(value) for value in values(second, SIGNALS)]
    assert (signal.rule, signal.patient, signal.change) == ("group.deterioration", GROUP, "raised")
    assert {(one.key, one.partition) for one in second.outputs} == {(GROUP.encode(), PARTITION)}
    [view] = [GroupView.model_validate_json(value) for value in values(second, GROUP_VIEWS)]
    assert (len(view.members), view.sessions[0].worse) == (5, 3)
    assert values(await told(bench, outputs, 5), SIGNALS) == []


async def test_a_crash_between_sending_and_keeping_repeats_the_same_words(bench: Bench) -> None:
    await bench.feed(*life("p-1", worse=True))
    lost = await bench.job.tick(PARTITION, (NOW + timedelta(minutes=1)).timestamp(), bench.state)
    await bench.restart()
    again = await bench.tick(NOW + timedelta(minutes=2))
    assert rows(words(lost)) == rows(words(again)) != []


async def test_a_group_of_a_patients_name_stands_beside_the_patient(bench: Bench) -> None:
    said = [event.model_copy(update={"subject": GROUP}) for event in life("p-1", worse=False)]
    await bench.feed(*said)
    outputs = words(await bench.tick(NOW + timedelta(minutes=1)))
    await told(bench, rows(outputs))
    assert sorted(map(is_patient, bench.state.rows)) == [
        False,
        False,
        False,
        True,
    ]  # group, receipt, body, and the front
    await bench.restart()
    await bench.feed(heartbeat(59.99, subject=GROUP))
    assert await bench.tick(NOW + timedelta(minutes=2)) is not None


POISON: dict[str, tuple[bytes | None, bytes | None]] = {
    "empty": (GROUP.encode(), None),
    "no bytes": (GROUP.encode(), b""),
    "no signal": (GROUP.encode(), b"{}"),
    "not UTF-8": (GROUP.encode(), b"\xff"),
    "no key": (None, member("p-9").model_dump_json().encode()),
    "another's key": (b"g-2", member("p-9").model_dump_json().encode()),
}


@pytest.mark.parametrize("name", POISON)
async def test_what_cannot_be_read_is_passed_over_and_its_neighbours_count(bench: Bench, name: str) -> None:
    good = [(GROUP.encode(), member(patient).model_dump_json().encode()) for patient in ("p-1", "p-2")]
    step = await told(bench, [good[0], POISON[name], good[1]])
    [packed] = step.state.values()
    assert list(unpack_group(packed).members) == ["p-1", "p-2"]
