from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
from typer.testing import CliRunner

from streams.cli.evaluate import app
from tests.core.builders import check_in, raw


def people(count: int, days: int = 20) -> bytes:
    """They are calmer on half of the days, and in the morning; sadness is calm turned round, but for noise."""
    rng = np.random.default_rng(7)
    lines = []
    for number in range(count):
        lift = rng.normal(0, 1.5)
        for day in range(days):
            for hour in (8, 14, 20):
                calm = 5 + lift * (day >= days // 2) + (hour == 8) + rng.normal(0, 0.5)
                sad = 5 - lift * (day >= days // 2) + rng.normal(0, 0.5)
                affects = {"calm": float(np.clip(calm, 0, 10)), "sad": float(np.clip(sad, 0, 10))}
                mood = (affects["calm"] + 10 - affects["sad"]) / 2
                said = {"mood": mood, "affects": affects}
                lines.append(raw("check-in.v1", day + hour / 24, said, subject=f"p-{number}"))
                valence = -1 if rng.random() < 0.3 * 1.5 ** -(lift * (day >= days // 2) / 1.1) else 1
                met = {"person_id": "a", "kind": "other", "valence": valence}
                lines.append(raw("interaction.v1", day + (hour + 1) / 24, met, subject=f"p-{number}"))
    return b"\n".join(lines)


def told_of(file: Path, lines: bytes) -> Any:
    file.write_bytes(lines)
    result = CliRunner().invoke(app, ["signs", "--events", str(file)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return orjson.loads(result.stdout.splitlines()[-1])


def test_feelings_are_told_of_with_how_they_go_together(tmp_path: Path) -> None:
    told = told_of(tmp_path / "events", people(20))
    assert (told["patients"], told["reports"]) == (20, 1200)
    calm, sad = told["feelings"]["calm"], told["feelings"]["sad"]
    assert [sad["kinship"], calm["kinship"]] == pytest.approx([0.59, 0.59], abs=0.1)
    assert sad["others_move"] == pytest.approx(1.0, abs=0.25)
    assert calm["time_of_day"] > 0.08 > sad["time_of_day"]
    assert sad["alarms"] > 0
    assert told["more_unpleasant"] == pytest.approx(1.5, abs=0.2)


def test_a_file_without_feelings_is_told_so(tmp_path: Path) -> None:
    file = tmp_path / "events"
    file.write_bytes(b"\n".join(check_in(day, 5, subject=f"p-{day % 2}").to_json() for day in range(80)))
    result = CliRunner().invoke(app, ["signs", "--events", str(file)])
    assert result.exit_code == 2
    assert "feelings" in result.output
