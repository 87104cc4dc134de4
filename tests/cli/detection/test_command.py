from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner

from streams.cli.detection.figures import GOALS
from streams.cli.detection.methods import OURS
from streams.cli.detection.trials import CASES
from streams.cli.evaluate import app


@pytest.mark.slow
def test_the_command_draws_and_ends_with_its_figures_as_json(tmp_path: Path) -> None:
    picture = tmp_path / "falls.svg"
    options = ["detection", "--patients", "250", "--seed", "5", "--seeds", "2", "--picture", str(picture)]
    result = CliRunner().invoke(app, options, catch_exceptions=False)
    told = orjson.loads(result.stdout.splitlines()[-1])
    assert (told["patients"], told["seed"], told["seeds"]) == (250, 5, 2)
    assert set(told["falls"]) == {case.name for case in CASES}
    assert told["falls"]["S4, 1.5 SD"][OURS]["within_14_days"] > 0.9
    assert all(rates[OURS] < 1.6 for rates in told["false_alarms"].values())
    assert {goal: len(figures) for goal, figures in told["by_seed"].items()} == {goal.name: 2 for goal in GOALS}
    assert all(len(set(figures)) == 2 for figures in told["by_seed"].values() if max(figures) < 1)
    assert "<svg" in picture.read_text()
