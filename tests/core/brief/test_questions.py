"""Every question, on both sides of where it begins to be asked."""

import pytest

from schemas.events import AnyEvent
from streams.core.brief.questions import questions
from tests.core.brief.of import held, known, met, questionnaire
from tests.core.builders import check_in, clinic, date_of, opened, person, phq9

ITEMS = {str(item): 1 for item in range(1, 10)}


def asked(*told: AnyEvent) -> list[str]:
    return [question.what for question in questions(known(*told, check_in(40, 5)))]


def without(*keys: str) -> dict[str, int]:
    return {key: answer for key, answer in ITEMS.items() if key not in keys}


@pytest.mark.parametrize(("day", "due"), [(25.9, True), (26, False), (40, False)])
def test_a_questionnaire_is_due_when_more_days_are_over_than_it_asks_about(day: float, due: bool) -> None:
    assert ("questionnaire_due" in asked(phq9(day, 5))) is due


def test_a_due_one_says_since_when() -> None:
    [question] = questions(known(phq9(20.5, 5), check_in(40, 5)))
    assert (question.about, question.on.isoformat() if question.on else "", question.n) == ("PHQ-9", date_of(20), 20)


def test_an_unfinished_one_says_what_was_left_out_until_a_whole_one_comes() -> None:
    unfinished = questionnaire(38, "PHQ-9", without("3", "9"))
    [question] = questions(known(unfinished, check_in(40, 5)))
    assert (question.what, question.items) == ("questionnaire_unfinished", ("3", "9"))
    assert asked(unfinished, phq9(39, 5)) == []
    assert asked(phq9(37, 5), unfinished) == ["questionnaire_unfinished"]


@pytest.mark.parametrize(("day", "there"), [(33.9, False), (34, True)])
def test_items_left_out_of_a_total_are_counted(day: float, there: bool) -> None:
    found = questions(known(questionnaire(day, "PHQ-9", without("3", "4")), check_in(40, 5)))
    assert [(one.what, one.n) for one in found] == ([("items_left_out", 2)] if there else [])


def test_in_care_somebody_ought_to_have_answered_once() -> None:
    assert asked() == []
    assert asked(opened(0)) == ["no_questionnaire"]
    assert asked(opened(0), phq9(39, 5)) == []


def test_who_was_met_and_never_entered() -> None:
    assert asked(met(33.9, "a")) == []
    assert asked(met(38, "a"), person(39, "a")) == []
    assert asked(met(38, "a", "violence")) == []
    [question] = questions(known(met(38, "a"), met(39, "b"), person(39.5, "b", merged_into="a"), check_in(40, 5)))
    assert (question.what, question.about, question.n) == ("person_unknown", "a", 2)


def in_care(*told: AnyEvent, **agreed: object) -> list[str]:
    return asked(opened(0, **agreed), phq9(39, 5), *told)


GOAL = clinic("goal", 1, goal_id="g", what="set")
STRATEGY = clinic("strategy", 26.5, strategy_id="s", what="set", goal_id="g", replaces_pattern="silence")


def test_problem_areas_and_goals_are_missed_once_the_initial_phase_is_over() -> None:
    middle = clinic("phase", 5, phase="middle", starts_on=date_of(5))
    assert in_care(problem_areas=[]) == []
    assert in_care(middle, problem_areas=[]) == ["no_problem_area", "no_goal"]
    assert in_care(middle) == ["no_goal"]
    assert in_care(middle, clinic("goal", 39, goal_id="g", what="set")) == []


@pytest.mark.parametrize(("day", "waits"), [(12, True), (13, False)])
def test_a_goal_waits_to_be_rated_after_four_weeks(day: int, waits: bool) -> None:
    set_then = clinic("goal", day, goal_id="g", what="set")
    rated_then = clinic("goal", day + 0.1, goal_id="h", what="rated", rating=3)
    told = in_care(set_then, clinic("goal", 1, goal_id="h", what="set"), rated_then)
    assert told == (["goal_unrated", "goal_unrated"] if waits else [])


@pytest.mark.parametrize("ended", ["met", "dropped"])
def test_a_goal_that_is_over_waits_for_nothing(ended: str) -> None:
    assert in_care(GOAL) == ["goal_unrated"]
    assert in_care(GOAL, clinic("goal", 30, goal_id="g", what=ended)) == []


def test_a_strategy_may_wait_a_fortnight_to_be_tried() -> None:
    rated = clinic("goal", 39, goal_id="g", what="rated", rating=3)
    later = clinic("strategy", 27, strategy_id="s", what="set", goal_id="g", replaces_pattern="silence")
    assert in_care(GOAL, rated, STRATEGY) == ["strategy_untried"]
    assert in_care(GOAL, rated, later) == []
    assert in_care(GOAL, rated, STRATEGY, met(30, "a", strategy_id="s"), person(31, "a")) == []
    assert in_care(GOAL, rated, STRATEGY, clinic("strategy", 30, strategy_id="s", what="dropped")) == []


@pytest.mark.parametrize(
    ("status", "on", "there"), [("planned", 39, True), ("moved", 39, True), ("planned", 40, False)]
)
def test_a_session_whose_day_is_over_wants_an_account(status: str, on: int, there: bool) -> None:
    told = in_care(clinic("session", 30, session_id="se", status=status, on=date_of(on)))
    assert told == (["session_unaccounted"] if there else [])


@pytest.mark.parametrize("status", ["missed", "cancelled"])
def test_one_that_was_missed_or_cancelled_is_accounted_for(status: str) -> None:
    assert in_care(clinic("session", 39.5, session_id="se", status=status, on=date_of(39))) == []
    assert in_care(held(39)) == []
