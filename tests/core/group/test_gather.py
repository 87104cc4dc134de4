"""Whatever the order, repeats and grouping of members' signals: one record, one alert a session."""
# ruff: noqa: S311 - made-up signals need no secrecy

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from schemas.alerts import AlertSignal
from schemas.groups import MemberSignal, Span
from streams.core.group import GroupRecord, gather, pack_group, unpack_group
from streams.core.group.record import MEMBERS_MOST, with_signals
from tests.core.builders import POLICY
from tests.core.group.members import GROUP, OVER, SESSION, attended, member, members

WORSE, WELL = 4.0, 7.0
SEEDS = st.integers(0, 2**32)


def take(record: GroupRecord, *told: MemberSignal) -> tuple[GroupRecord, list[AlertSignal]]:
    """One step, with the record packed and unpacked on the way, as it is kept."""
    gathered = gather(GROUP, record, told, POLICY)
    packed = pack_group(gathered.record)
    assert pack_group(unpack_group(packed)) == packed
    return unpack_group(packed), list(gathered.signals)


def changes(signals: Sequence[AlertSignal]) -> list[str]:
    return [signal.change for signal in signals]


def some_words(random: Random) -> list[MemberSignal]:
    """Several words of each of some members, among them one that they never belonged, some under one revision."""
    words = []
    for at in range(random.randint(1, 8)):
        for revision in range(random.randint(1, 5)):
            days = [SESSION + timedelta(days=7 * week) for week in range(random.randint(0, 3))]
            rows = [attended(random.choice([WORSE, WORSE, WELL, None]), on=day) for day in days]
            gone = {"spans": ()} if random.random() < 0.1 else {}
            words.append(member(f"p-{at}", *([] if gone else rows), revision=revision // 2, **gone))
    return words


@settings(deadline=None, max_examples=100)
@given(SEEDS)
def test_order_repeats_and_grouping_of_signals_leave_no_trace(seed: int) -> None:
    random = Random(seed)
    words = some_words(random)
    expected, _ = take(GroupRecord(), *words)
    mixed = words * 2
    random.shuffle(mixed)
    record = GroupRecord()
    while mixed:
        size = random.randint(1, 4)
        record, _ = take(record, *mixed[:size])
        mixed = mixed[size:]
    assert pack_group(replace(record, raised=())) == pack_group(replace(expected, raised=()))
    again, signals = take(record, *words)
    assert (pack_group(again), signals) == (pack_group(record), [])


def test_of_one_member_the_word_of_the_highest_revision_stands() -> None:
    old, new = member("p-1", attended(), revision=1), member("p-1", revision=2)
    for order in ((old, new), (new, old)):
        assert with_signals({}, order) == {"p-1": new}


def test_of_two_words_under_one_revision_the_same_one_stands_in_any_order() -> None:
    one, other = member("p-1", attended()), member("p-1")
    assert with_signals({}, (one, other)) == with_signals({}, (other, one))


def test_of_a_crowd_the_same_fifty_count_in_any_order() -> None:
    crowd = [member(f"p-{at:03}") for at in range(MEMBERS_MOST + 10)]
    assert list(with_signals({}, crowd)) == [one.patient for one in crowd[:MEMBERS_MOST]]
    some = with_signals(with_signals({}, crowd[20:]), crowd[:20])
    assert some == with_signals({}, crowd)


def test_a_session_is_raised_once_updated_silently_and_taken_back() -> None:
    record, signals = take(GroupRecord(), *members(WORSE, WORSE, WELL, WELL))
    assert signals == []
    record, signals = take(record, member("p-2", attended(WORSE), revision=1))
    assert changes(signals) == ["raised"]
    raised = signals[0]
    assert (raised.patient, raised.policy_version, raised.history) == (GROUP, "test", False)
    record, signals = take(record, member("p-2", attended(WORSE), revision=2))
    assert signals == []
    record, signals = take(record, member("p-3", attended(WORSE), revision=1))
    assert [(one.change, one.alert_id, one.evidence["worse"]) for one in signals] == [("updated", raised.alert_id, 4)]
    record, signals = take(record, *(member(f"p-{at}", attended(WELL), revision=3) for at in (2, 3)))
    assert [(one.change, one.alert_id) for one in signals] == [("revised", raised.alert_id)]
    assert (signals[0].raised_at, signals[0].since, signals[0].evidence) == (raised.raised_at, SESSION, {})
    record, signals = take(record, member("p-1", attended(WORSE), revision=1))
    assert signals == []
    _, signals = take(record, member("p-2", attended(WORSE), revision=4))
    assert changes(signals) == ["updated"]


@pytest.mark.parametrize(("hours", "imported"), [(0, True), (-1, False)])
def test_what_rests_on_imported_events_is_history(hours: int, imported: bool) -> None:
    until = {"history_until": OVER + timedelta(hours=hours)}
    told = [*members(WORSE, WORSE, WELL, WELL), member("p-9", attended(WORSE), **until)]
    [signal] = take(GroupRecord(), *told)[1]
    assert signal.history is imported


def test_imports_of_somebody_who_belonged_by_mistake_make_nothing_history() -> None:
    stray = member("p-9", spans=(), history_until=OVER + timedelta(days=9))
    [signal] = take(GroupRecord(), *members(WORSE, WORSE, WORSE, WELL), stray)[1]
    assert not signal.history


@pytest.mark.parametrize(("later", "old"), [(30, False), (31, True)])
def test_a_session_of_long_ago_is_recorded_and_pages_nobody(later: int, old: bool) -> None:
    seen = member("p-9", last_day=SESSION + timedelta(days=later))
    [signal] = take(GroupRecord(), *members(WORSE, WORSE, WORSE, WELL), seen)[1]
    assert signal.history is old


def test_what_is_settled_is_not_taken_back() -> None:
    record, _ = take(GroupRecord(), *members(WORSE, WORSE, WORSE, WELL))
    seen = member("p-9", last_day=SESSION + timedelta(days=31))
    assert take(record, seen, member("p-1", revision=1))[1] == []


def test_a_group_without_a_day_of_anybody_has_nothing_to_say() -> None:
    nobody = [member(f"p-{at}", attended(WORSE), last_day=None) for at in range(4)]
    assert changes(take(GroupRecord(), *nobody)[1]) == ["raised"]
    assert take(GroupRecord())[1] == []


def test_the_view_is_of_all_members_that_stand() -> None:
    view = gather(GROUP, GroupRecord(), [member("p-1"), member("p-2", spans=())], POLICY).view
    assert [one.patient for one in view.members] == ["p-1"]
    assert date(2026, 7, 13) in {week.week for week in view.weeks}


@pytest.mark.parametrize(
    ("teams", "whose"),
    [(("north", None, "north"), "north"), (("north", "south", None), None), ((None, None, None), None)],
)
def test_an_alert_is_the_matter_of_the_team_that_those_who_came_share(
    teams: Sequence[str | None], whose: str | None
) -> None:
    told = [member(f"p-{at}", attended(WORSE, care_team=team)) for at, team in enumerate(teams)]
    [signal] = gather(GROUP, GroupRecord(), [*told, member("p-9", attended(WELL))], POLICY).signals
    assert signal.care_team == whose


@pytest.mark.parametrize(
    ("leaders", "whom"),
    [
        ((("th-1",), ("th-2", "th-1"), ()), "th-1"),
        ((("th-2",), ("th-1",), ()), "th-1"),
        (((), (), ()), None),
    ],
)
def test_an_alert_names_the_leader_whom_most_members_of_that_day_name(
    leaders: Sequence[tuple[str, ...]], whom: str | None
) -> None:
    joined = date(2026, 6, 1)
    left = Span(joined_on=joined, left_on=joined, leaders=("th-9",))
    told = [
        member(f"p-{at}", attended(WORSE), spans=(left, Span(joined_on=joined, left_on=None, leaders=named)))
        for at, named in enumerate(leaders)
    ]
    [signal] = gather(GROUP, GroupRecord(), [*told, member("p-9", attended(WELL))], POLICY).signals
    assert signal.leader == whom
