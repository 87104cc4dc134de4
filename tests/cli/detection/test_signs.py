import numpy as np
import orjson
import pytest
from typer.testing import CliRunner

from streams.cli.detection.signs import CASES, FALSE, clinic
from streams.cli.evaluate import app
from streams.simulate.detection_trial import Course


def test_a_clinic_has_so_many_of_each_scenario() -> None:
    heard = clinic(np.random.default_rng(1), 4, Course(20))
    assert heard.mood.shape == (20, 5, 12)
    assert {feeling.shape for feeling in heard.feelings} == {(20, 5, 12)}
    assert heard.totals.shape == heard.conflicts.shape == (20, 12)


@pytest.mark.slow
def test_the_command_ends_with_each_variant_by_scenario_as_json() -> None:
    options = ["signs", "--patients", "40", "--seeds", "2", "--variant", "with all three"]
    told = orjson.loads(CliRunner().invoke(app, options, catch_exceptions=False).stdout.splitlines()[-1])
    [(name, figures)] = told["variants"].items()
    assert name == "with all three"
    assert set(figures) == {FALSE, *CASES}
    assert np.shape(figures["falls"]) == (2, 3)
    assert np.mean(figures[FALSE]) == pytest.approx(1.0, abs=0.4)


def test_a_variant_that_is_none_is_told_so() -> None:
    result = CliRunner().invoke(app, ["signs", "--variant", "the moon"])
    assert result.exit_code == 2
    assert "with all three" in result.output
