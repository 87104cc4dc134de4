import pytest

from schemas.events import AnyEvent
from streams.core.analyse import analyse
from streams.core.fold import PASSING
from streams.core.moments import DAY, date_day, over_everywhere
from streams.core.state import EMPTY, HORIZON, State
from streams.core.weeks import MOST, session_days, weeks_over
from tests.core.builders import POLICY, START, heartbeat
from tests.core.group.members import joins, meets, moods, opens, told

P = "p-1"
DAY_40 = date_day(START.date()) + 40


def state_of(*events: AnyEvent, batches: int = 1) -> State:
    ordered = sorted(events, key=lambda event: (event.time, event.mark()))
    record, size = EMPTY, -(-len(ordered) // batches)
    for first in range(0, len(ordered), size):
        record = analyse(P, record, ordered[first : first + size], POLICY, closes=None, now=0).record
    return record.state


def a_member(last: int) -> list[AnyEvent]:
    return [opens(P), joins(P), meets(P, 40), *moods(P, range(last), 6)]


def test_a_week_becomes_sums_when_nothing_in_it_can_change_any_more() -> None:
    passes = -(-(over_everywhere(DAY_40 + 6) + HORIZON) // PASSING) * PASSING
    final = passes // DAY - date_day(START.date())
    for last, kept in ((final - 1, False), (final, True)):
        state = state_of(*a_member(40), heartbeat(last + 0.999, subject=P), heartbeat(last, subject=P))
        assert [week.day for week in state.weeks] == [DAY_40]
        assert (state.weeks[0].after is not None) is kept
        assert weeks_over(state)[DAY_40].before == (27 * 3, 27 * 3 * 600, 27 * (500**2 + 600**2 + 700**2))


@pytest.mark.parametrize("batches", [1, 7, 400])
def test_the_sums_stay_when_the_days_are_gone(batches: int) -> None:
    state = state_of(*a_member(420), batches=batches)
    assert state.days[0].day > DAY_40
    week = weeks_over(state)[DAY_40]
    assert week.before is not None
    assert week.after is not None
    assert (week.before[0], week.after[0]) == (84, 18)


@pytest.mark.parametrize(("noted", "judged"), [(180.0, True), (180.5, False)])
def test_a_session_that_is_noted_half_a_year_later_is_not_judged(noted: float, judged: bool) -> None:
    late = told("session", P, 40 + noted, session_id="s", status="held", on="2026-07-11", group_id="g-1")
    state = state_of(opens(P), joins(P), *moods(P, range(0, 240, 2), 6), late)
    assert (DAY_40 in weeks_over(state)) is judged


def test_only_sessions_held_with_a_group_and_not_to_come_have_a_week() -> None:
    alone = told("session", P, 40.8, session_id="s", status="held", on="2026-07-11")
    for other in (meets(P, 40, status="missed"), meets(P, 40, status="planned"), alone):
        assert weeks_over(state_of(opens(P), joins(P), *moods(P, range(60), 6), other)) == {}
    ahead = told("session", P, 38.8, session_id="s", status="held", on="2026-07-11", group_id="g-1")
    assert session_days(state_of(opens(P), joins(P), ahead).open) == []


def test_what_a_broken_sender_says_is_bounded() -> None:
    every_day = [meets(P, day) for day in range(MOST + 20)]
    state = state_of(*every_day, heartbeat(MOST + 60, subject=P), batches=9)
    assert len(state.weeks) == MOST
    assert state.weeks[-1].day == date_day(START.date()) + MOST + 19
