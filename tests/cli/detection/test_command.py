from pathlib import Path

import numpy as np
import orjson
import pytest
from typer.testing import CliRunner

from streams.cli.detection import questionnaires
from streams.cli.detection.methods import METHODS, OURS, Population
from streams.cli.detection.report import Measured, summary
from streams.cli.detection.trials import CASES, SCENARIOS, Case, Tuned
from streams.cli.evaluate import app
from streams.core.policy import MoodPolicy


def measured(*, false: float = 1.15, stable: float = 0.05, steps: float = 0.85, late: float = 0.0) -> Measured:
    """Figures that just meet every goal, unless told otherwise; `late` days are added to every delay."""
    tuned = Tuned(Population(MoodPolicy(), 0.3), dict.fromkeys(METHODS, 3.0))

    def seen(case: Case) -> list[float]:
        days, share = case.to_be_met or (14, 0.5)
        soon = round(share * 100)
        return [days + late] * soon + [np.inf] * (100 - soon)

    return Measured(
        tuned=dict.fromkeys(SCENARIOS, tuned),
        rates={scenario: dict.fromkeys(METHODS, 9.0) | {OURS: false} for scenario in SCENARIOS},
        delays={case.name: dict.fromkeys(METHODS, seen(case)) for case in CASES},
        stable_flagged=stable,
        steps_seen=steps,
    )


def test_goals_are_met_at_their_limits() -> None:
    assert summary(measured())["met"] is True


@pytest.mark.parametrize(
    "missed", [measured(false=1.16), measured(stable=0.051), measured(steps=0.849), measured(late=1)]
)
def test_a_goal_that_is_missed_is_told(missed: Measured) -> None:
    assert summary(missed)["met"] is False


def test_a_fall_that_most_never_see_has_no_median() -> None:
    told = orjson.loads(orjson.dumps(summary(measured())["falls"]))
    assert told["S4"][OURS] == {"median_days": 9, "within_14_days": 0.74}
    never = measured().delays["S4"][OURS][-10:]
    assert np.isinf(never).all()


def test_stable_questionnaires_are_seldom_flagged_and_held_steps_mostly() -> None:
    assert 0.01 < questionnaires.stable_flagged(3, 1000) <= questionnaires.MOST_STABLE
    assert questionnaires.steps_seen(3, 1000) >= questionnaires.LEAST_SEEN


@pytest.mark.slow
def test_the_command_draws_and_ends_with_its_figures_as_json(tmp_path: Path) -> None:
    picture = tmp_path / "falls.svg"
    options = ["detection", "--patients", "250", "--seed", "5", "--picture", str(picture)]
    result = CliRunner().invoke(app, options, catch_exceptions=False)
    told = orjson.loads(result.stdout.splitlines()[-1])
    assert (told["patients"], told["seed"]) == (250, 5)
    assert set(told["falls"]) == {case.name for case in CASES}
    assert told["falls"]["S4, 1.5 SD"][OURS]["within_14_days"] > 0.9
    assert all(rates[OURS] < 1.6 for rates in told["false_alarms"].values())
    assert "<svg" in picture.read_text()
