import orjson
import pytest
from typer.testing import CliRunner

from streams.cli.evaluate import app
from streams.cli.evaluate_silence import Judged, _summary


def test_what_is_said_before_the_silence_is_false_and_the_delay_counts_the_days_of_it() -> None:
    judged = [
        Judged("none", 364, ("unanswered",), None),
        Judged("offline", 100, (), 3),
        Judged("unanswered", 100, ("dropping_off",), 6),
        Judged("dropping_off", 100, (), None),
    ]
    summary = _summary(judged)
    assert summary["patient_years"] == 1.8
    assert summary["false_by_kind"] == {"offline": 0.0, "unanswered": 0.55, "dropping_off": 0.55}
    assert summary["caught"] == {"offline": 1.0, "unanswered": 0.0, "dropping_off": 0.0}
    assert summary["met"] is False


@pytest.mark.slow
def test_the_command_meets_its_goals_and_ends_with_its_figures_as_json() -> None:
    result = CliRunner().invoke(app, ["silence", "--patients", "60", "--seed", "5"], catch_exceptions=False)
    summary = orjson.loads(result.stdout.splitlines()[-1])
    assert (summary["patients"], summary["seed"], summary["met"]) == (60, 5, True)
    assert 0.05 < summary["false_alarms_a_year"] <= 0.5
