"""The short way of a check-in ends where the long one does, and is taken where it may be."""
# ruff: noqa: S311 - made-up lives need no secrecy

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import Phase as Step
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from schemas.events import AnyEvent
from schemas.plain import PlainCheckIn, read_plain
from streams.core import moods
from streams.core.advance import Advanced, advance
from streams.core.analyse import analyse
from streams.core.arrival import Arrival, Arrived
from streams.core.calm import MOST_FRESH
from streams.core.front import Front, OtherVersionError
from streams.core.moments import DAY, Micros, micros
from streams.core.packed import Rows, due, pack, unpack
from streams.core.plain import columns
from streams.core.policy import Policy
from streams.core.state import EMPTY, MOST_OPEN, Record
from tests.core.builders import POLICY, check_in, interaction, opened
from tests.core.test_event_time import CARE, EAGER, VARIED, a_life, in_late_batches, in_time, journeys
from tests.core.test_order_free import a_history, arrival, in_order

QUICK = settings(deadline=None, max_examples=15, phases=(Step.explicit, Step.reuse, Step.generate))
SEEDS = st.integers(0, 2**32)


def arrivals(events: Sequence[AnyEvent], first: int) -> tuple[list[Arrival], list[PlainCheckIn]]:
    """As a batch is read, with the first event at the offset `first`."""
    raws = [event.to_json() for event in events]
    plain: list[PlainCheckIn] = []
    found = []
    for offset, (event, raw, narrow) in enumerate(zip(events, raws, read_plain(raws), strict=True), first):
        if narrow is None:
            found.append(Arrival(offset, event, raw))
        else:
            found.append(Arrival(offset, narrow, raw, len(plain)))
            plain.append(narrow)
    return found, plain


class Table(dict[bytes, Rows]):
    """What is kept of some patients."""

    def take(self, *told: tuple[bytes, Sequence[AnyEvent]], first: int, now: Micros, policy: Policy) -> list[Advanced]:
        arrived, plain = {}, []
        for patient, events in told:
            theirs, theirs_plain = arrivals(events, first)
            arrived[patient] = [one._replace(row=one.row + len(plain)) if one.row >= 0 else one for one in theirs]
            plain += theirs_plain
        fronts = [self[patient].front if patient in self else None for patient in arrived]
        ways = advance(Arrived(arrived, columns(plain), now), fronts, self.bodies, policy)
        found = [*ways.short, *ways.long]
        for one in found:
            self[one.patient] = Rows(one.front, one.body or self[one.patient].body)
            assert one.due == due(one.front)
        return found

    def bodies(self, patients: Sequence[bytes]) -> list[bytes | None]:
        return [self[one].body if one in self else None for one in patients]

    def record(self, patient: bytes) -> Record:
        return unpack(*self[patient])


def assert_same(batches: list[tuple[Micros, list[AnyEvent]]], policy: Policy = EAGER) -> int:
    """Let everything go both ways; how many events took the short one."""
    table, record, calm, offset = Table(), EMPTY, 0, 0
    for now, events in batches:
        if not events:
            continue
        [short] = table.take((b"p-1", events), first=offset, now=now, policy=policy)
        offset += len(events)
        long = analyse("p-1", record, events, policy, closes=None, now=now)
        record = replace(long.record, heard_through=offset - 1, heard_at=max(record.heard_at, now))
        assert table.record(b"p-1") == record
        assert sorted(short.points.splitlines()) == sorted(long.points)
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


@QUICK
@given(SEEDS, st.integers(5, 40), st.integers(2, 5))
def test_patients_of_one_batch_know_nothing_of_each_other(seed: int, days: int, patients: int) -> None:
    random, together, alone = Random(seed), Table(), Table()
    lives = {b"p-%d" % number: in_order(a_history(Random(seed + number), days)) for number in range(patients)}
    while any(lives.values()):
        told = [(one, life[: random.randint(1, 4)]) for one, life in lives.items() if life and random.random() < 0.7]
        if not told:
            continue
        now = max(micros(event.time) for _, events in told for event in events)
        together.take(*told, first=0, now=now, policy=EAGER)
        for patient, events in told:
            alone.take((patient, events), first=0, now=now, policy=EAGER)
            lives[patient] = lives[patient][len(events) :]
    assert together == alone


@QUICK
@given(SEEDS, st.integers(5, 40))
def test_a_body_that_was_kept_without_its_front_loses_nothing_and_counts_nothing_twice(seed: int, days: int) -> None:
    """A kill between the two rows, after which the step comes again with what followed, in other batches."""
    random, table, calm = Random(seed), Table(), Table()
    events = in_order(a_history(random, days))
    at, torn = 0, random.randint(0, len(events))
    while at < len(events):
        step = events[at : at + random.randint(1, 6)]
        before = table.get(b"p-1")
        table.take((b"p-1", step), first=at, now=0, policy=EAGER)
        calm.take((b"p-1", step), first=at, now=0, policy=EAGER)
        if before is not None and at <= torn < at + len(step):
            table[b"p-1"] = Rows(before.front, table[b"p-1"].body)
            torn = -1
        else:
            at += len(step)
    expected, found = calm.record(b"p-1"), table.record(b"p-1")
    assert replace(found.state, moods=b"") == replace(expected.state, moods=b"")
    assert list(moods.entries(found.state.moods)) == list(moods.entries(expected.state.moods))


RUNNING = [check_in(day + hour / 24, 6) for day in range(20) for hour in (9, 13)]


def calm(policy: Policy = POLICY) -> Table:
    table = Table()
    table[b"p-1"] = pack(analyse("p-1", EMPTY, RUNNING, policy, closes=None, now=0).record)
    return table


def calmly(table: Table, *events: AnyEvent) -> bool:
    [result] = table.take((b"p-1", events), first=0, now=0, policy=POLICY)
    return result.beyond is None


def test_the_next_check_in_takes_it() -> None:
    assert calmly(calm(), check_in(19.8, 5))
    assert calmly(calm(), check_in(19.8, 5), check_in(19.9, 5))


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
    assert not calmly(calm(), event)


def test_so_do_those_who_say_anything_else_with_it() -> None:
    assert not calmly(calm(), check_in(19.8, 5), interaction(19.85))
    assert not calmly(calm(), check_in(19.8, 5, id="x"), check_in(19.9, 6, id="x"))
    table = calm()
    assert calmly(table, check_in(19.8, 5, id="x"))
    assert not calmly(table, check_in(19.9, 6, id="x"))


def test_a_front_grows_so_far_and_no_further() -> None:
    table = calm()
    took = [calmly(table, check_in(19.8 + number / 1000, 5)) for number in range(MOST_FRESH + 2)]
    assert took == [True] * MOST_FRESH + [False, True]


def test_one_that_may_be_one_too_many_goes_the_long_way() -> None:
    many = [check_in(19.6 + number / 1e5, 5) for number in range(MOST_OPEN - len(RUNNING) - 1)]
    table = Table()
    table[b"p-1"] = pack(analyse("p-1", EMPTY, [*RUNNING, *many], POLICY, closes=None, now=0).record)
    left = MOST_OPEN - Front.of(table[b"p-1"].front).known
    went = [calmly(table, check_in(19.8 + number / 1e5, 5)) for number in range(left + 1)]
    assert went.count(True) > left // 2  # two bytes of a mark may be those of another: it goes the long way for nothing
    assert went[-1] is False


def test_a_front_of_another_version_is_not_gone_on_from() -> None:
    table = calm()
    table[b"p-1"] = table[b"p-1"]._replace(front=b"\x04" + table[b"p-1"].front[1:])
    with pytest.raises(OtherVersionError, match="version 4"):
        calmly(table, check_in(19.8, 5))
