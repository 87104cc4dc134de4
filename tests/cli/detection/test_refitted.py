import numpy as np
import orjson
import pytest
from typer.testing import CliRunner

from streams.cli.detection.refitted import IN_CARE, SIZES, Pool, fit_and_measure
from streams.cli.detection.trials import SCENARIOS
from streams.cli.evaluate import app
from streams.core.policy import MoodPolicy

MOOD = MoodPolicy()


def measured(pool: Pool, mood: MoodPolicy = MOOD) -> tuple[float, float, float]:
    found = fit_and_measure(pool, 0, mood=mood, seed=3, patients=150)
    return found.inflation, found.false_alarms, found.seen


def test_without_a_pool_the_policys_values_stand_and_where_days_are_less_alike_alarms_are_rare() -> None:
    level, swinging = measured(Pool("S2")), measured(Pool("S5"))
    assert level[0] == swinging[0] == MOOD.inflation
    assert level[1] < 0.5
    assert swinging[1] > 1.5
    assert measured(Pool("S5"), MoodPolicy(threshold=9))[1] < swinging[1] / 2


def test_many_level_patients_give_what_the_scenario_has_and_few_hardly_move_the_policy() -> None:
    many, few = measured(Pool("S2", "level", IN_CARE[:1], 399))[0], measured(Pool("S2", "level", IN_CARE[:1], 21))[0]
    assert 1.9 < many < 2.4 < few < MOOD.inflation


def test_falls_and_rises_in_a_pool_look_like_swings() -> None:
    level, in_care = (measured(Pool("S2", "", courses, 99)) for courses in (IN_CARE[:1], IN_CARE))
    assert in_care[0] > level[0]
    assert in_care[2] <= level[2]


@pytest.mark.slow
def test_the_command_ends_with_its_rows_as_json() -> None:
    result = CliRunner().invoke(app, ["refit", "--patients", "100", "--pools", "1"], catch_exceptions=False)
    told = orjson.loads(result.stdout.splitlines()[-1])
    assert len(told["rows"]) == len(SCENARIOS) * (1 + 2 * len(SIZES))
    assert {row["scenario"] for row in told["rows"]} == set(SCENARIOS)
    for row in told["rows"]:
        assert np.all(np.diff([row["false_alarms"][at] for at in (1, 0, 2)]) >= 0)
