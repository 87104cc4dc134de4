import pytest

from streams.core.brief import formulation
from tests.core.brief.of import held, known
from tests.core.builders import check_in, clinic, date_of, life_event, opened, person, phq9


def test_outside_of_care_there_is_none() -> None:
    assert formulation(known(check_in(1, 5))) is None


@pytest.mark.parametrize(("sessions", "until", "complete"), [((3, 10, 17), 40, False), ((3, 10, 17, 24), 23, True)])
def test_it_is_of_the_last_day_of_the_initial_phase(sessions: tuple[int, ...], until: int, complete: bool) -> None:
    shown = formulation(known(opened(0), *map(held, sessions), check_in(40, 5)))
    assert shown
    assert (shown.until.isoformat(), shown.complete) == (date_of(until), complete)


def test_what_came_later_is_not_in_it() -> None:
    told = known(
        opened(0),
        opened(2, on=0, id="agreed", problem_areas=["grief", "role_dispute"]),
        opened(30, on=0, id="later", problem_areas=["role_transition"]),
        clinic("phase", 20, phase="middle", starts_on=date_of(20)),
        *(clinic("goal", day, goal_id=f"g{day}", what="set", problem_area="grief") for day in (5, 20)),
        clinic("goal", 30, goal_id="g5", what="rated", rating=4),
        person(1, "a", ring=2),
        person(25, "a", ring=1),
        life_event(3, "2025-01-01"),
        life_event(30, date_of(29), "move"),
        phq9(4, 12),
        phq9(18, 9),
        check_in(40, 5),
    )
    shown = formulation(told)
    assert shown
    assert [(one.area, one.since.isoformat()) for one in shown.areas] == [
        ("grief", date_of(2)),
        ("role_dispute", date_of(0)),
    ]
    assert [(one.goal, one.last) for one in shown.goals] == [("g5", None)]
    assert [(one.person, one.ring_now) for one in shown.inventory] == [("a", 2)]
    assert [one.kind for one in shown.life_events] == ["bereavement"]
    assert [(one.instrument, one.total, one.band, one.case) for one in shown.scores] == [
        ("PHQ-9", 12, "moderate", True)
    ]


@pytest.mark.parametrize(("total", "case"), [(9, False), (10, True)])
def test_first_scores_say_whether_they_are_a_case_and_begin_with_the_episode(total: int, case: bool) -> None:
    shown = formulation(known(check_in(0, 5), phq9(1, 24), opened(5), phq9(5, total), check_in(6, 5)))
    assert shown
    assert [(one.total, one.case) for one in shown.scores] == [(total, case)]


def test_areas_agreed_after_the_initial_phase_are_those_that_there_are() -> None:
    told = known(
        opened(0, problem_areas=[]),
        clinic("phase", 20, phase="middle", starts_on=date_of(20)),
        opened(25, on=0, id="agreed"),
        check_in(40, 5),
    )
    shown = formulation(told)
    assert shown
    assert [(one.area, one.since.isoformat()) for one in shown.areas] == [("role_dispute", date_of(25))]


@pytest.mark.parametrize(("day", "dropped_on"), [(19, date_of(19)), (20, None)])
def test_a_goal_that_was_dropped_in_the_initial_phase_is_not_told_of_as_if_it_stood(
    day: int, dropped_on: str | None
) -> None:
    told = known(
        opened(0),
        clinic("goal", 5, goal_id="g", what="set"),
        clinic("goal", day, goal_id="g", what="dropped"),
        clinic("phase", 20, phase="middle", starts_on=date_of(20)),
        check_in(40, 5),
    )
    shown = formulation(told)
    assert shown
    [goal] = shown.goals
    assert (goal.met_on, goal.dropped_on and goal.dropped_on.isoformat()) == (None, dropped_on)
