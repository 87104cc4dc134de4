import io

import numpy as np
import orjson
import pytest
from rich.console import Console

from streams.cli.detection.figures import GOALS, Measured
from streams.cli.detection.methods import METHODS, OURS, Population
from streams.cli.detection.report import show, summary
from streams.cli.detection.trials import CASES, SCENARIOS, Case, Tuned
from streams.core.policy import MoodPolicy

TUNED = dict.fromkeys(SCENARIOS, Tuned(Population(MoodPolicy(), 0.3), dict.fromkeys(METHODS, 3.0)))


def measured(*, false: float = 1.15, stable: float = 0.05, steps: float = 0.85, late: float = 0.0) -> Measured:
    """Figures that just meet every goal, unless told otherwise; `late` days are added to every delay."""

    def seen(case: Case) -> list[float]:
        days, share = case.to_be_met or (14, 0.5)
        soon = round(share * 100)
        return [days + late] * soon + [np.inf] * (100 - soon)

    return Measured(
        seed=7,
        rates={scenario: dict.fromkeys(METHODS, 9.0) | {OURS: false} for scenario in SCENARIOS},
        delays={case.name: dict.fromkeys(METHODS, seen(case)) for case in CASES},
        stable_flagged=stable,
        steps_seen=steps,
    )


def test_goals_are_met_at_their_limits() -> None:
    told = summary([measured()], TUNED)
    assert (told["met"], told["seeds_met"]) == (True, 1)


@pytest.mark.parametrize(
    "missed", [measured(false=1.16), measured(stable=0.051), measured(steps=0.849), measured(late=1)]
)
def test_a_goal_that_is_missed_is_told(missed: Measured) -> None:
    told = summary([missed], TUNED)
    assert (told["met"], told["seeds_met"]) == (False, 0)


def test_several_seeds_are_judged_together_and_counted_one_by_one() -> None:
    lucky, unlucky = measured(false=1.1, stable=0.04, steps=0.9), measured(false=1.2, stable=0.06, steps=0.8)
    told = summary([lucky, unlucky], TUNED)
    assert (told["met"], told["seeds_met"]) == (True, 1)
    by_seed = told["by_seed"]
    assert isinstance(by_seed, dict)
    assert by_seed["S4: false alarms"] == [1.1, 1.2]
    assert list(by_seed) == [goal.name for goal in GOALS]


def test_a_fall_that_most_never_see_has_no_median() -> None:
    told = orjson.loads(orjson.dumps(summary([measured(), measured()], TUNED)["falls"]))
    assert told["S4"][OURS] == {"median_days": 9, "within_14_days": 0.74}
    never = [*measured().delays["S4"][OURS], *[np.inf] * 50]
    rare = measured()
    told = summary([Measured(7, rare.rates, {**rare.delays, "S4": {OURS: never}}, 0.01, 0.9)], TUNED)["falls"]
    assert isinstance(told, dict)
    assert told["S4"][OURS] == {"median_days": None, "within_14_days": 0.4933}


def test_the_table_says_how_far_ours_goes_from_seed_to_seed() -> None:
    said = io.StringIO()
    show([measured(false=0.9), measured(false=1.2)], Console(file=said, width=120))
    [row] = [line.split() for line in said.getvalue().splitlines() if line.strip().startswith("S5: false alarms")]
    assert row == ["S5:", "false", "alarms", "≤", "1.15", "1.05", "0.9", "1.2", "1", "of", "2"]
