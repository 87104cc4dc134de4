"""Which steps of care can follow which: every reason to set one aside, and that order of arrival is none of them."""

from itertools import permutations

import msgspec
import pytest

from schemas.events import AnyEvent
from streams.core.episode import Care, Course, Happening, Tried, advance, clinic_step
from streams.core.episode.advance import STEPS_MOST, TRIED_MOST
from streams.core.fold import take_in
from streams.core.moments import date_day, micros
from streams.core.state import State
from streams.core.therapy import newly_refused, present
from tests.core.builders import START, clinic, fold, opened

DAY_0 = date_day(START.date())


def walk(*events: AnyEvent) -> tuple[Course, list[str]]:
    state, taken = take_in(State(), events)
    return present(state), [one.reason for one in newly_refused(State(), state, taken.new)]


def care(*events: AnyEvent) -> Care:
    course, refused = walk(*events)
    assert refused == []
    return course.episodes["ep"]


def goal(day: float, what: str = "set", **data: object) -> AnyEvent:
    return clinic("goal", day, goal_id="g", what=what, **data)


def strategy(day: float, what: str = "set", **data: object) -> AnyEvent:
    if what == "set":
        data = {"goal_id": "g", "replaces_pattern": "silence"} | data
    return clinic("strategy", day, strategy_id="s", what=what, **data)


def phase(day: float, name: str, starts: int) -> AnyEvent:
    return clinic("phase", day, phase=name, starts_on=starts)


def session(day: float, status: str = "held", on: int | None = None, name: str = "se", **data: object) -> AnyEvent:
    return clinic("session", day, session_id=name, status=status, on=int(day) if on is None else on, **data)


def member(day: float, joined: int, left: int | None = None) -> AnyEvent:
    until = {} if left is None else {"left_on": left}
    return clinic("membership", day, group_id="gr", joined_on=joined, **until)


CLOSED = {"closed_on": "2026-06-11", "outcome": "completed"}
"""On day 10."""

ILLEGAL = [
    ("there is no such episode yet", [goal(1)]),
    ("there is no such episode yet", [phase(1, "middle", 1)]),
    ("there is no such episode yet", [session(1), opened(2, on=0)]),
    ("there is no such episode yet", [opened(0), clinic("goal", 1, episode_id="other", goal_id="g", what="set")]),
    ("the goal was not set yet", [opened(0), goal(1, "rated", rating=5), goal(2)]),
    ("the goal was not set yet", [opened(0), goal(1, "met")]),
    ("the goal was not set yet", [opened(0), goal(1, "dropped")]),
    ("the goal was dropped", [opened(0), goal(1), goal(2, "dropped"), goal(3, "rated", rating=5)]),
    ("the goal was dropped", [opened(0), goal(1), goal(2, "dropped"), goal(3, "met")]),
    ("that is before the episode opened", [opened(0, on=2), goal(1)]),
    ("that is after the episode closed", [opened(0, **CLOSED), goal(11)]),
    ("its goal was not set yet", [opened(0), strategy(1), goal(2)]),
    ("its goal was dropped", [opened(0), goal(1), goal(2, "dropped"), strategy(3)]),
    ("the strategy was not set yet", [opened(0), goal(1), strategy(2, "rated", rating=5)]),
    ("the strategy was not set yet", [opened(0), goal(1), strategy(2, "dropped")]),
    ("the strategy was dropped", [opened(0), goal(1), strategy(2), strategy(3, "dropped"), strategy(4, "dropped")]),
    ("that is after the episode closed", [opened(0, **CLOSED), strategy(11)]),
    ("that is before the episode opened", [opened(5), phase(6, "initial", 4)]),
    ("that is after the episode closed", [opened(0, **CLOSED), phase(1, "middle", 11)]),
    (
        "the initial phase comes before it, and does not begin on an earlier day",
        [opened(0), phase(1, "initial", 5), phase(2, "termination", 5)],
    ),
    (
        "the termination phase comes after it, and began before",
        [opened(0), session(1), phase(2, "termination", 5), phase(2.1, "middle", 5)],
    ),
    ("the initial phase comes before it, and does not begin on an earlier day", [opened(0), phase(1, "middle", 0)]),
    (
        "the initial phase comes before it, and does not begin on an earlier day",
        [opened(0), phase(0.2, "termination", 0), phase(0.5, "initial", 0)],
    ),
    (
        "the initial phase comes before it, and does not begin on an earlier day",
        [opened(0), session(0.1), phase(0.2, "maintenance", 0)],
    ),
    ("no phase was said to begin before it, and no session was held", [opened(0), phase(1, "termination", 1)]),
    ("no phase was said to begin before it, and no session was held", [opened(0), phase(9, "maintenance", 9)]),
    (
        "no phase was said to begin before it, and no session was held",
        [opened(0), session(5), session(6, "missed", name="b"), phase(7, "termination", 5)],
    ),
    (
        "no phase was said to begin before it, and no session was held",
        [opened(0), session(1, "missed"), phase(7, "termination", 7)],
    ),
    ("that is before the episode opened", [opened(5), session(6, on=4)]),
    ("that is after the episode closed", [opened(0, **CLOSED), session(11)]),
    ("a session cannot be held on a day that has not come", [opened(0), session(3, on=4)]),
    ("a session cannot be missed on a day that has not come", [opened(0), session(3, "missed", on=4)]),
    ("the session was held already", [opened(0), session(3), session(4, "planned")]),
    ("the session was held already", [opened(0), session(3), session(4, "moved", on=9)]),
    ("the session was held already", [opened(0), session(3), session(4, "cancelled")]),
    (
        "another session was held under that number",
        [opened(0), session(3, number=1, name="a"), session(4, number=1, name="b")],
    ),
    ("the patient was not in that group on that day", [opened(0), session(3, group_id="gr"), member(4, 0)]),
    ("the patient was not in that group on that day", [opened(0), member(1, 4), session(5, on=3, group_id="gr")]),
    ("the patient was not in that group on that day", [opened(0), member(1, 0, 3), session(4, group_id="gr")]),
    ("the patient belongs to that group in those days already", [member(1, 0, 3), member(2, 3)]),
    ("a session was held before the episode opened", [opened(0), session(3), opened(4)]),
    ("a session was held after the episode closed", [opened(0), session(11), opened(12, on=0, **CLOSED)]),
    ("a phase began before the episode opened", [opened(0), phase(1, "middle", 2), opened(4)]),
    ("a phase began before the episode opened", [opened(0), phase(1, "initial", 1), opened(3, on=2)]),
    ("a later phase began on the day the episode opened", [opened(0), phase(1, "middle", 2), opened(4, on=2)]),
    ("a phase began after the episode closed", [opened(0), phase(1, "middle", 11), opened(12, on=0, **CLOSED)]),
    ("a goal was set before the episode opened", [opened(0), goal(3), opened(4)]),
    ("a goal was set after the episode closed", [opened(0), goal(11), opened(12, on=0, **CLOSED)]),
    (
        "a strategy was set after the episode closed",
        [opened(0), goal(10), strategy(11), opened(12, on=0, **CLOSED)],
    ),
]


@pytest.mark.parametrize(("reason", "events"), ILLEGAL)
def test_what_cannot_follow_is_set_aside_and_says_why(reason: str, events: list[AnyEvent]) -> None:
    assert reason in walk(*events)[1]
    assert len(walk(*events)[1]) == 1 or "yet" in reason


LEGAL = [
    [opened(0), goal(1), goal(2, "rated", rating=5), goal(3, "met"), goal(4, "rated", rating=9)],
    [opened(0), goal(1), goal(2, "dropped"), goal(3), goal(4, "rated", rating=1)],
    [opened(0), goal(1), strategy(2), strategy(3, "rated", rating=5), strategy(4, "dropped"), strategy(5)],
    [opened(0), phase(1, "initial", 0), phase(2, "middle", 1), phase(2.5, "termination", 2)],
    [opened(0), phase(0, "initial", 0), phase(1, "termination", 1), phase(2, "maintenance", 2)],
    [opened(0), phase(1, "middle", 1), phase(2, "termination", 2)],
    [opened(0), session(0.1), phase(1, "termination", 1), phase(2, "initial", 0)],
    [opened(0), session(0.1), phase(1, "maintenance", 1)],
    [opened(0), phase(1, "middle", 10), goal(10), strategy(10), session(10), opened(12, on=0, **CLOSED)],
    [opened(0), goal(9), goal(11, "rated", rating=5), goal(12, "met"), opened(13, on=0, **CLOSED)],
    [opened(0), phase(1, "initial", 4), goal(4), opened(5, on=4)],
    [opened(0), phase(1, "middle", 5), opened(6, on=4)],
    [opened(0), phase(1, "middle", 5), phase(2, "middle", 7)],
    [opened(0, **CLOSED), goal(10.9), session(10.9, on=10), phase(1, "middle", 10), session(20, on=10, name="b")],
    [opened(0, **CLOSED), opened(11, on=0), goal(12)],
    [opened(0), session(1, "planned", on=3), session(2, "moved", on=4), session(4)],
    [opened(0), session(3), session(4, "missed", on=3), session(5, on=3)],
    [opened(0), session(3, "missed"), session(4, "cancelled", on=3), session(5, on=3)],
    [opened(0), session(3, number=1, name="a"), session(4, number=2, name="b")],
    [opened(0), member(1, 0, 3), session(4, on=3, group_id="gr"), member(5, 4), session(6, group_id="gr", cohesion=5)],
    [member(1, 0), member(2, 0, 3)],
]


@pytest.mark.parametrize("events", LEGAL)
def test_what_can_follow_counts(events: list[AnyEvent]) -> None:
    assert walk(*events)[1] == []


def test_what_was_agreed_at_one_instant_counts_in_the_order_in_which_it_builds() -> None:
    events = [opened(0), goal(0), strategy(0), goal(0, "rated", rating=5), session(0), phase(0, "initial", 0)]
    courses = [care(*order) for order in permutations(events)]
    assert courses == [courses[0]] * len(courses)


def test_phases_said_at_one_instant_are_judged_one_after_the_other_and_after_the_sessions() -> None:
    plan = [phase(9, name, day) for name, day in (("initial", 0), ("middle", 4), ("termination", 7))]
    assert [len(care(opened(0), *order).phases) for order in permutations(plan)] == [3] * 6
    ending = [phase(9, "termination", 7), session(9, on=3)]
    assert [len(care(opened(0), *order).phases) for order in permutations(ending)] == [1] * 2


@pytest.mark.parametrize(("starts", "refused"), [(12, ["a phase began after the episode closed"]), (13, [])])
def test_a_phase_that_was_planned_and_never_came_keeps_no_episode_open(starts: int, refused: list[str]) -> None:
    """Closed as of day 10, which is told on day 12."""
    course, told = walk(opened(0), phase(1, "middle", starts), opened(12, on=0, **CLOSED))
    assert told == refused
    assert (course.episodes["ep"].terms.closed is None, bool(course.episodes["ep"].phases)) == (bool(refused),) * 2


def test_a_late_set_makes_an_early_rating_legal_again_and_a_late_closing_takes_it_away() -> None:
    state, _ = take_in(State(), [opened(0), goal(5, "rated", rating=7)])
    assert present(state).episodes["ep"].goals == {}
    healed, taken = take_in(state, [goal(4)])
    assert [rated.rating for rated in present(healed).episodes["ep"].goals["g"].ratings] == [700]
    assert newly_refused(state, healed, taken.new) == []
    closing = opened(1, on=0, closed_on="2026-06-04", outcome="ended_early")
    closed, taken = take_in(healed, [closing])
    assert present(closed).episodes["ep"].goals == {}
    refused = newly_refused(healed, closed, taken.new)
    assert [one.reason for one in refused] == ["that is after the episode closed"] * 2


def test_what_is_illegal_when_it_passes_the_horizon_is_gone() -> None:
    state = fold(opened(0), goal(5, "rated", rating=7), goal(40))
    assert state.course.episodes["ep"].goals == {}
    assert set(present(state).episodes["ep"].goals) == {"g"}


def test_a_corrected_session_counts_its_moves_and_stands_as_it_is_now() -> None:
    events = [opened(0)] + [session(day, "moved", on=9 + day) for day in (1, 2)]
    [known] = care(*events, session(2.5, "moved", on=11), session(12, on=11)).sessions.values()
    assert (known.moved, known.now.status, known.now.on - DAY_0) == (2, "held", 11)


def test_areas_stand_from_the_day_they_were_agreed() -> None:
    known = care(opened(0, problem_areas=[]), opened(3, on=0), opened(9, on=0, problem_areas=["grief"]))
    days = [known.areas_on(DAY_0 + day) for day in (2, 3, 8, 9)]
    assert days == [(), ("role_dispute",), ("role_dispute",), ("grief",)]


def test_a_care_team_stands_from_the_day_it_was_named_until_another_or_none_is() -> None:
    known = care(opened(0), opened(3, on=0, care_team="north"), opened(9, on=0, care_team="south"), opened(12, on=0))
    days = [known.team_on(DAY_0 + day) for day in (0, 2, 3, 8, 9, 11, 12)]
    assert days == ["", "", "north", "north", "south", "south", ""]


def test_what_was_kept_before_teams_could_be_named_still_reads() -> None:
    kept = msgspec.to_builtins(care(opened(0)))
    older = [kept[0][:-1], *kept[1:-1]]
    assert msgspec.convert(older, Care) == care(opened(0))


def test_of_two_episodes_a_day_lies_in_the_one_opened_last() -> None:
    course, _ = walk(opened(0, **CLOSED), opened(5, episode="next"))
    names = [course.care_on(DAY_0 + day) for day in (-1, 0, 4, 5, 10, 11)]
    assert [known and known.terms.episode for known in names] == [None, "ep", "ep", "next", "next", "next"]


def test_no_sender_can_fill_the_state() -> None:
    steps = [opened(0), *(clinic("goal", 1 + n / 1e5, goal_id=f"g-{n % 50}", what="set") for n in range(STEPS_MOST))]
    happenings = [happening(said) for said in steps]
    course, refused = advance(Course(), happenings)
    assert course.steps == STEPS_MOST
    assert [one.reason for one in refused] == ["4,000 steps are kept of this patient's care already"]
    tries = [Happening(n, b"", 0, Tried(f"s-{n}", "a", None)) for n in range(TRIED_MOST + 1)]
    assert len(advance(Course(), tries)[0].tried) == TRIED_MOST


def happening(said: AnyEvent) -> Happening:
    step = clinic_step(said)
    assert step is not None
    return Happening(micros(said.time), said.mark(), date_day(said.time.date()), step)


def test_nothing_happens_to_an_empty_course() -> None:
    assert advance(Course(), []) == (Course(), [])
