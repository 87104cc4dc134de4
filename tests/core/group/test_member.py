"""What a patient's events come to say to a group."""

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from schemas.events import AnyEvent
from schemas.groups import MemberSignal
from schemas.vocabulary import SessionStatus, Skill
from streams.core.analyse import Analysis, analyse
from streams.core.episode.sessions import GROUPS_MOST
from streams.core.group.member import WEEKS, member_signals
from streams.core.state import EMPTY, Record
from tests.core.builders import POLICY, START, check_in, heartbeat, interaction, phq9
from tests.core.group.members import GROUP, joins, life, meets, moods, opens, told

P = "p-1"


def analysed(*events: AnyEvent, record: Record = EMPTY) -> Analysis:
    ordered = sorted(events, key=lambda event: (event.time, event.mark()))
    return analyse(P, record, ordered, POLICY, closes=None, now=0)


def signals(*events: AnyEvent, record: Record = EMPTY) -> list[MemberSignal]:
    return member_signals(P, analysed(*events, record=record).record)[1]


def of_group(*events: AnyEvent) -> MemberSignal:
    [signal] = signals(*events)
    return signal


def test_nobody_elses_state_says_anything() -> None:
    assert signals(check_in(1, 5), opens(P)) == []


def test_a_session_tells_of_the_care_team_on_its_day() -> None:
    signal = of_group(*life(P, worse=False), meets(P, 47), meets(P, 54), opens(P, 47.1, team="north"))
    assert [row.care_team for row in signal.sessions] == [None, "north", "north"]


def test_a_member_tells_who_leads_the_group() -> None:
    membership = told("membership", P, 0.1, group_id=GROUP, joined_on="2026-06-01", leaders=["th-2", "th-1"])
    assert [span.leaders for span in of_group(membership).spans] == [("th-1", "th-2")]


def test_a_member_tells_of_mood_and_sessions_and_of_nothing_else() -> None:
    said = [
        *life(P, worse=True),
        meets(P, 47, cohesion=7.5, skills=["role_play", "seeking_support"]),
        meets(P, 54, status="missed"),
        meets(P, 61, status="planned"),
        interaction(41, person="person-canary", subject=P),
    ]
    signal = of_group(*said)
    assert (signal.group, signal.patient, signal.spans[0].joined_on) == (GROUP, P, date(2026, 6, 1))
    assert [(row.on.isoformat(), row.status) for row in signal.sessions] == [
        ("2026-07-11", SessionStatus.HELD),
        ("2026-07-18", SessionStatus.HELD),
        ("2026-07-25", SessionStatus.MISSED),
    ]
    assert signal.sessions[1].cohesion == 7.5
    assert signal.sessions[1].skills == (Skill.ROLE_PLAY, Skill.SEEKING_SUPPORT)
    assert (signal.weeks[0].week, signal.weeks[0].n, signal.weeks[0].total) == (START.date(), 21, 21 * 700)
    told = signal.model_dump_json()
    for event in said:
        assert event.id not in told
    assert "canary" not in told


def test_the_week_after_a_session_stands_against_the_28_days_with_it() -> None:
    [row] = of_group(*life(P, worse=True)).sessions
    assert row.before is not None
    assert row.after is not None
    assert (row.before.n, row.before.total) == (28 * 3, 28 * 3 * 700)
    assert (row.after.n, row.after.total) == (6 * 3, 6 * 3 * 300)
    assert row.judged_at == START + timedelta(days=47)


@pytest.mark.parametrize(("last", "over"), [(46.999, False), (47, True)])
@pytest.mark.parametrize("offset", [0, 540, -300])
def test_a_week_is_judged_when_its_last_day_is_over_where_the_member_is(last: float, over: bool, offset: int) -> None:
    here = -offset / 1440
    events = [opens(P), joins(P), meets(P, 40), *moods(P, range(46), 6, offset=offset)]
    [row] = of_group(*events, heartbeat(last + here, subject=P)).sessions
    assert (row.judged_at is not None, row.before is not None, row.after is not None) == (over, over, over)


def test_the_clock_closes_a_week_too() -> None:
    events = [*life(P, worse=True, last=46), *moods(P, [46], 3)]
    record = analysed(*events).record
    closed = analyse(P, record, (), POLICY, closes=record.state.days[-1].day, now=0).record
    (before,), (after,) = (member_signals(P, one)[1] for one in (record, closed))
    assert (before.sessions[0].judged_at, after.sessions[0].judged_at) == (None, START + timedelta(days=47))
    assert before.revision < after.revision


def test_a_session_that_is_noted_after_its_week_is_known_when_it_is_noted() -> None:
    events = [one for one in life(P, worse=True) if one.type != "session.v1"]
    late = meets(P, 40).model_copy(update={"time": START + timedelta(days=55.5)})
    [row] = of_group(*events, late).sessions
    assert row.judged_at == START + timedelta(days=55.5)


@pytest.mark.parametrize(("day", "worse"), [(40, False), (41, True), (46, True), (47, False)])
def test_a_reliable_deterioration_counts_on_the_day_that_it_is_known(day: int, worse: bool) -> None:
    scores = [phq9(5, 6), phq9(12, 6), phq9(day - 7, 14), phq9(day + 0.1, 14)]
    [row] = of_group(*life(P, worse=False), *(one.model_copy(update={"subject": P}) for one in scores)).sessions
    assert row.score_worse is worse


def test_mood_counts_for_the_trend_while_the_patient_is_a_member() -> None:
    signal = of_group(opens(P), joins(P, on=7, left=13), *moods(P, range(30), 6))
    assert [(week.week, week.n) for week in signal.weeks] == [(date(2026, 6, 8), 21)]
    assert signal.last_day == date(2026, 6, 14)


def test_the_trend_goes_back_half_a_year() -> None:
    signal = of_group(opens(P), joins(P), *moods(P, range(0, 250, 3), 6))
    assert len(signal.weeks) == WEEKS


def test_the_same_is_told_once_and_a_new_day_again() -> None:
    record, [first] = member_signals(P, analysed(*life(P, worse=False)).record)
    again, nothing = member_signals(P, record)
    assert (again, nothing) == (record, [])
    same_day = analysed(check_in(59.9, 5, subject=P), record=record).record
    assert member_signals(P, same_day)[1] == []
    [second] = member_signals(P, analysed(check_in(60.1, 5, subject=P), record=same_day).record)[1]
    assert second.last_day is not None
    assert first.last_day is not None
    assert second.last_day == first.last_day + timedelta(days=1)


def test_a_later_word_has_a_higher_revision_whatever_made_it_later() -> None:
    record = analysed(*life(P, worse=False)).record
    words = [
        member_signals(P, one)[1][0].revision
        for one in (
            record,
            replace(record, heard_through=5),
            replace(record, heard_at=10, heard_through=5),
            replace(record, heard_at=10, heard_through=6),
        )
    ]
    assert words == sorted(set(words))


def test_who_belonged_by_mistake_says_so_once() -> None:
    """Of two contents under one identity one stands; the membership that gives way was told already."""
    wrong, right = joins(P, group="g-wrong"), joins(P, group="g-right")
    if wrong.fingerprint() < right.fingerprint():
        wrong, right = right, wrong
    same = [one.model_copy(update={"id": "same"}) for one in (wrong, right)]
    same.sort(key=lambda one: one.fingerprint(), reverse=True)
    gives_way, stands = same
    record, [told] = member_signals(P, analysed(opens(P), gives_way).record)
    assert told.spans
    record, words = member_signals(P, analysed(stands, record=record).record)
    assert {word.group: bool(word.spans) for word in words} == {told.group: False, stands.data.group_id: True}  # type: ignore[union-attr]
    assert member_signals(P, record)[1] == []


# What can be wrong.


def test_a_group_that_nobody_has_heard_of_begins_with_its_first_member() -> None:
    assert of_group(joins(P, group="g-new")).group == "g-new"


def test_a_session_of_a_group_that_the_patient_is_no_member_of_is_set_aside() -> None:
    result = analysed(opens(P), joins(P, on=10, left=20), meets(P, 9), meets(P, 21), meets(P, 15, group="g-2"))
    assert [one.reason for one in result.refused] == ["the patient was not in that group on that day"] * 3
    [signal] = member_signals(P, result.record)[1]
    assert signal.sessions == ()


def test_two_groups_at_once_each_hear_of_their_own_sessions() -> None:
    events = [opens(P), joins(P), joins(P, group="g-2"), meets(P, 10), meets(P, 11, group="g-2")]
    told = {signal.group: signal for signal in signals(*events, *moods(P, range(30), 6))}
    assert {group: [row.session for row in one.sessions] for group, one in told.items()} == {
        GROUP: ["s-10"], "g-2": ["s-11"],
    }  # fmt: skip
    assert told[GROUP].weeks == told["g-2"].weeks


def test_a_membership_that_is_sent_twice_is_one() -> None:
    copy = joins(P).model_copy(update={"receivedat": START + timedelta(days=3)})
    assert of_group(joins(P), copy) == of_group(joins(P))


def test_one_patient_belongs_to_no_more_groups_than_can_be_told() -> None:
    result = analysed(*(joins(P, 0.1 + at / 1000, group=f"g-{at}") for at in range(GROUPS_MOST + 1)))
    assert [one.reason for one in result.refused] == [f"the patient belongs to {GROUPS_MOST} groups already"]
    assert len(member_signals(P, result.record)[1]) == GROUPS_MOST
