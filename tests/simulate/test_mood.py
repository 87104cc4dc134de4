import numpy as np
import pytest

from streams.simulate.course import Course, Fall, Gain, lifted, lowered
from streams.simulate.mood import PROMPT_HOURS, SCENARIOS, answer, swings


@pytest.mark.parametrize("name", list(SCENARIOS))
def test_swings_have_the_variance_and_the_kinship_they_are_named_for(name: str) -> None:
    scenario = SCENARIOS[name]
    values = swings(np.random.default_rng(1), 6000, scenario)
    assert values.shape == (6000, len(PROMPT_HOURS))
    assert values.std() == pytest.approx(1, abs=0.03)
    neighbours = np.corrcoef(values[:, 0], values[:, 1])[0, 1]
    assert neighbours == pytest.approx(scenario.kinship * (1 - scenario.slow) + scenario.slow, abs=0.04)


def test_answers_are_whole_numbers_from_0_to_10() -> None:
    assert answer(np.array([-3.0, 0.4, 5.6, 14.0])).tolist() == [0, 0, 6, 10]


def test_a_step_is_down_at_once_and_a_ramp_within_ten_days() -> None:
    assert lowered(Fall("step", 3, 2.0), 6).tolist() == [0, 0, 0, 2, 2, 2]
    ramp = lowered(Fall("ramp", 3, 2.0), 20)
    assert ramp[:3].tolist() == [0, 0, 0]
    assert ramp[3] == pytest.approx(0.2)
    assert ramp[12:].tolist() == [2.0] * 8
    assert lowered(None, 3).tolist() == [0, 0, 0]


def test_a_gain_takes_six_weeks_and_a_setback_one() -> None:
    gain = lifted(Gain(7, 2.1), 60)
    assert gain[:7].tolist() == [0] * 7
    assert gain[7] == pytest.approx(0.05)
    assert gain[48:].tolist() == [2.1] * 12
    level = Course(6.0, None, None, 10).by_day(30)
    assert level.tolist() == [6.0] * 10 + [4.0] * 7 + [6.0] * 13
    assert Course(1.0, Fall("step", 0, 3.0), None, None).by_day(2).tolist() == [0, 0]
