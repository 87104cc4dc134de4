"""The team and the phase of a day are what was said of them, now or by the end of that day."""

from schemas.vocabulary import Phase
from streams.core.fold import take_in
from streams.core.judged_by import judged_by, judged_then_by
from streams.core.policy import EatingPolicy, MoodThreshold, Override, Policy
from streams.core.state import State
from tests.core.builders import clinic, opened
from tests.core.test_therapy import DAY_0

TEAM = Override(care_team="north", mood=MoodThreshold(threshold=2))
PHASE = Override(phase=Phase.MIDDLE, mood=MoodThreshold(threshold=3))
VARIED = Policy(version="t", overrides=(TEAM, PHASE))
USUAL = VARIED.mood.threshold


def test_nothing_is_looked_up_for_a_rule_whose_numbers_are_the_same_everywhere() -> None:
    state = take_in(State(), [opened(0, care_team="north")])[0]
    for by in (judged_by, judged_then_by):
        assert by(state, VARIED, "eating")(DAY_0) is VARIED
    eats = VARIED.model_copy(update={"overrides": (Override(care_team="north", eating=EatingPolicy(chance=0.01)),)})
    assert judged_by(state, eats, "eating")(DAY_0).eating.chance == 0.01


def test_a_team_is_judged_by_its_numbers_from_the_day_it_was_named_to_the_day_it_no_longer_was() -> None:
    told = [opened(0), opened(3, on=0, care_team="north"), opened(9, on=0, care_team="south"), opened(12, on=0)]
    state = take_in(State(), told)[0]
    for by in (judged_by, judged_then_by):
        on = by(state, VARIED, "mood")
        assert [on(DAY_0 + day).mood.threshold for day in (2, 3, 8, 9, 12)] == [USUAL, 2, 2, USUAL, USUAL]


def test_outside_of_any_episode_everybodys_numbers_hold() -> None:
    closed = opened(8, on=0, care_team="north", closed_on="2026-06-09", outcome="completed")
    on = judged_by(take_in(State(), [opened(0, care_team="north"), closed])[0], VARIED, "mood")
    assert [on(DAY_0 + day).mood.threshold for day in (-1, 0, 8, 9)] == [USUAL, 2, 2, USUAL]


def test_a_phase_told_later_holds_now_and_did_not_when_the_days_before_were_over() -> None:
    told = [opened(0), clinic("phase", 10, phase="middle", starts_on=2)]
    state = take_in(State(), told)[0]
    now, then = judged_by(state, VARIED, "mood"), judged_then_by(state, VARIED, "mood")
    assert [now(DAY_0 + day).mood.threshold for day in (1, 2, 10)] == [USUAL, 3, 3]
    assert [then(DAY_0 + day).mood.threshold for day in (2, 8, 9, 10)] == [USUAL, USUAL, 3, 3]
