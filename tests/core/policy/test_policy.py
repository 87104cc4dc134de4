import pytest
from pydantic import ValidationError

from schemas.vocabulary import Phase
from streams.adapters.policy import read_policy
from streams.core.policy import EatingPolicy, MoodPolicy, MoodThreshold, Override, Policy

TEAM = Override(care_team="north", mood=MoodThreshold(threshold=2), eating=EatingPolicy(chance=0.02))
PHASE = Override(phase=Phase.MIDDLE, mood=MoodThreshold(threshold=3), eating=EatingPolicy(chance=0.03))
BOTH = Override(care_team="north", phase=Phase.MIDDLE, mood=MoodThreshold(threshold=4))
VARIED = Policy(version="t", mood=MoodPolicy(threshold=1, mean=6), overrides=(BOTH, TEAM, PHASE))


def test_what_ships_makes_no_difference_and_costs_no_look() -> None:
    shipped = read_policy()
    assert not any(shipped.varies(rule) for rule in Override.model_fields)
    assert shipped.on("north", Phase.MIDDLE) is shipped


@pytest.mark.parametrize(
    ("team", "phase", "threshold", "chance"),
    [
        ("", None, 1, 0.003),
        ("south", Phase.INITIAL, 1, 0.003),
        ("", Phase.MIDDLE, 3, 0.03),
        ("south", Phase.MIDDLE, 3, 0.03),
        ("north", None, 2, 0.02),
        ("north", Phase.TERMINATION, 2, 0.02),
        ("north", Phase.MIDDLE, 4, 0.02),
    ],
)
def test_each_number_is_the_most_specific_that_is_named(
    team: str, phase: Phase | None, threshold: float, chance: float
) -> None:
    ours = VARIED.on(team, phase)
    assert (ours.mood.threshold, ours.eating.chance) == (threshold, chance)
    assert (ours.mood.mean, ours.version) == (6, "t")


def test_the_order_in_the_file_does_not_matter() -> None:
    turned = VARIED.model_copy(update={"overrides": VARIED.overrides[::-1]})
    for team in ("", "north"):
        for phase in (None, *Phase):
            assert turned.on(team, phase).mood == VARIED.on(team, phase).mood


def test_where_nothing_covers_the_day_it_is_the_policy_itself() -> None:
    assert VARIED.on("south", None) is VARIED
    assert VARIED.varies("mood")
    assert not VARIED.varies("silence")


def test_the_same_team_and_phase_twice_are_told_by_name() -> None:
    with pytest.raises(ValidationError, match="named more than once: care team north; middle phase"):
        Policy(version="t", overrides=(TEAM, PHASE, TEAM, BOTH, PHASE))
