"""The short way of a check-in ends where the long one does, and is taken where it may be."""
# ruff: noqa: S311 - made-up lives need no secrecy

from random import Random

import pytest
from hypothesis import Phase as Step
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from schemas.events import AnyEvent
from streams.core.analyse import advance, analyse
from streams.core.calm import plain_check_in, take_in_calmly
from streams.core.moments import DAY, Micros, micros
from streams.core.packed import Front, pack, pack_front, unpack_front
from streams.core.policy import Policy
from streams.core.state import EMPTY, MOST_OPEN
from tests.core.builders import POLICY, check_in, interaction, opened
from tests.core.test_event_time import CARE, EAGER, VARIED, a_life, in_late_batches, in_time, journeys
from tests.core.test_order_free import a_history, arrival, in_order

QUICK = settings(deadline=None, max_examples=15, phases=(Step.explicit, Step.reuse, Step.generate))
SEEDS = st.integers(0, 2**32)


def assert_same(batches: list[tuple[Micros, list[AnyEvent]]], policy: Policy = EAGER) -> int:
    """Let everything go both ways; how many events took the short one."""
    packed, record, calm, offset = None, EMPTY, 0, 0
    for now, events in batches:
        if not events:
            continue
        offsets = list(range(offset, offset + len(events)))
        offset += len(events)
        short = advance("p-1", packed, events, policy, offsets=offsets, now=now)
        packed = pack_front(short.front)
        long = analyse("p-1", record, events, policy, closes=None, now=now)
        record = replace(long.record, heard_through=offsets[-1], heard_at=max(record.heard_at, now))
        assert packed == pack(record)
        assert sorted(short.points) == sorted(long.points)
        assert (short.beyond.signals if short.beyond else []) == long.signals
        calm += len(events) if short.beyond is None else 0
    return calm


@QUICK
@given(SEEDS, st.integers(1, 40))
def test_in_any_order_the_short_way_ends_where_the_long_one_does(seed: int, days: int) -> None:
    random = Random(seed)
    batches = arrival(random, a_history(random, days))
    assert_same([(at * DAY, list(events)) for at, events in enumerate(batches)])


@QUICK
@given(SEEDS, st.integers(5, 40), st.booleans())
def test_in_time_and_late_and_on_journeys_too(seed: int, days: int, late: bool) -> None:
    random = Random(seed)
    events = a_life(random, days, journeys(random, days))
    arrivals = (in_late_batches(random, events) if late else in_time(events)) if events else []
    assert_same([(now, list(batch)) for now, batch in arrivals])


@QUICK
@given(SEEDS, st.integers(20, 70))
def test_one_by_one_and_at_home_too(seed: int, days: int) -> None:
    events = in_order(a_history(Random(seed), days))
    assert_same([(micros(event.time), [event]) for event in events])


@QUICK
@given(SEEDS, st.integers(20, 70))
def test_where_days_close_by_check_ins_alone_too(seed: int, days: int) -> None:
    random = Random(seed)
    level, said = 7, []
    for day in range(days):
        level = random.choice([level] * 9 + [2, 5, 8])
        hours = sorted(random.sample(range(24), random.choice([0, 1, 2, 3, 3, 3])))
        said += [check_in(day + hour / 24, min(10, max(0, level + random.randint(-2, 2)))) for hour in hours]
        if random.random() < 0.1:
            said.append(interaction(day + 0.99, kind=random.choice(["conflict", "support"])))
    assert_same([(micros(event.time), [event]) for event in said])


def test_most_check_ins_take_it() -> None:
    events = [check_in(day + hour / 24, 6) for day in range(30) for hour in (9, 13, 18)]
    assert assert_same([(micros(event.time), [event]) for event in events], POLICY) == 71


@QUICK
@given(SEEDS, st.integers(20, 60))
def test_where_numbers_differ_by_care_team_and_phase_too(seed: int, days: int) -> None:
    random = Random(seed)
    moods = [(day + hour / 24, random.choice([1, 6, 7, 8])) for day in range(days) for hour in (9, 13, 18)]
    said = [check_in(*one) for one in moods if random.random() < 0.9]
    care = [step for step in CARE if micros(step.time) < micros(said[-1].time)]
    assert_same([(micros(event.time), [event]) for event in sorted([*said, *care], key=lambda one: one.time)], VARIED)


def test_who_is_in_care_under_numbers_that_differ_has_the_long_way_once_a_day() -> None:
    said = [check_in(day + hour / 24, 6) for day in range(30) for hour in (9, 13, 18)]
    policy = POLICY.model_copy(update={"overrides": VARIED.overrides})
    assert assert_same([(micros(event.time), [event]) for event in said], policy) == 71
    assert assert_same([(micros(event.time), [event]) for event in [opened(0), *said]], policy) == 60


RUNNING = [check_in(day + hour / 24, 6) for day in range(20) for hour in (9, 13)]


def calm(**changes: object) -> Front:
    front = unpack_front(pack(analyse("p-1", EMPTY, RUNNING, POLICY, closes=None, now=0).record))
    return replace(front, running=replace(front.running, **changes))


def calmly(front: Front, event: AnyEvent) -> Front | None:
    new = plain_check_in(event)
    return None if new is None else take_in_calmly(front, new, POLICY, now=0)


def test_the_next_check_in_takes_it() -> None:
    assert calmly(calm(), check_in(19.8, 5))


@pytest.mark.parametrize(
    "event",
    [
        pytest.param(RUNNING[-1], id="a copy"),
        pytest.param(check_in(19.6, 5, id=RUNNING[-3].id), id="another under a known identity"),
        pytest.param(check_in(19.5, 5), id="earlier than the newest"),
        pytest.param(check_in(20.1, 5), id="of the next day"),
        pytest.param(check_in(19.8, 5, offset=60), id="in another offset"),
        pytest.param(check_in(19.8, 5, symptoms={"binge": 1}), id="that counts symptoms"),
        pytest.param(check_in(19.8, 5).model_copy(update={"history": True}), id="imported"),
        pytest.param(interaction(19.8), id="no check-in"),
    ],
)
def test_others_go_the_long_way(event: AnyEvent) -> None:
    assert calmly(calm(), event) is None


def test_so_does_what_may_be_one_too_many() -> None:
    moods = b"x" * (MOST_OPEN - len(calm().marks) // 8) * 28
    assert calmly(calm(moods=moods), check_in(19.8, 5)) is None
    assert calmly(calm(moods=moods[28:]), check_in(19.8, 5)) is not None
