"""`ipt-pulse policy`: faults are told with their place, and a change is told by what it changes."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import Result
from typer.testing import CliRunner

from streams.cli import app
from tests.core.builders import check_in, safety

SHIPPED = Path(__file__).parents[3] / "deploy" / "policy"


def policy(folder: Path, name: str, text: str) -> str:
    file = folder / f"{name}.yaml"
    file.write_text(f"version: {name}\n{text}\n")
    return str(file)


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["policy", *words])


def test_what_ships_is_well_formed_and_differs_from_no_default() -> None:
    result = run("check")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == ["version 3: well formed", "version routes-2, rota-1: well formed"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("detection", "routes", "rota", "silences"):
        (tmp_path / f"{name}.yaml").write_text((SHIPPED / f"{name}.yaml").read_text())
    return tmp_path


def rewrite(file: Path, old: str, new: str) -> None:
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))


def test_faults_of_all_files_are_told_together(folder: Path) -> None:
    rewrite(folder / "detection.yaml", "threshold: 5.45", "threshold: -1")
    rewrite(folder / "routes.yaml", "group_minutes: 30", "group_minutes: -30")
    rewrite(folder / "rota.yaml", "zone: UTC", "zone: Nowhere")
    rewrite(folder / "silences.yaml", "silences: []", "silences: [{}]")
    result = run("check", str(folder))
    assert result.exit_code == 1
    for place in ("mood.threshold", "group_minutes", "clinic.zone", "silences.0.reason"):
        assert place in result.output


def test_who_is_on_call_is_told(folder: Path) -> None:
    rotation = '{rotation: {people: [ada, ben], first: 2199-01-01, days: 7, hand_over: "08:00"}, '
    shifts = "shifts: [{who: zoe, from: 2020-01-01 08:00:00, until: 2190-01-01 08:00:00}]}"
    rewrite(folder / "rota.yaml", "zone: UTC", f"zone: UTC\n    lead: lena\n    rota: {rotation}{shifts}")
    said = "rota of clinic: zoe is on call until 2190-01-01 08:00, then nobody; lead lena"
    assert said in run("check", str(folder)).stdout


def test_shifts_ahead_that_nobody_has_and_silences_are_told_and_are_no_fault(folder: Path) -> None:
    shifts = "{shifts: [{who: ada, from: 2026-01-01 08:00:00, until: 2026-01-02 08:00:00}]}"
    rewrite(folder / "rota.yaml", "zone: UTC", f"zone: Europe/Berlin\n    rota: {shifts}")
    silence = "{rules: [silence], from: 2026-01-01T00:00:00Z, until: 2199-01-01T00:00:00Z, by: o, reason: r}"
    rewrite(folder / "silences.yaml", "silences: []", f"silences: [{silence}]")
    result = run("check", str(folder))
    assert result.exit_code == 0
    assert "rota of clinic: nobody is on call, then nobody; lead none" in result.stdout
    assert "rota of clinic: empty from 2026-01-02 08:00 with no end in sight" in result.stdout
    assert "silenced until 2199-01-01T00:00:00+00:00: silence, by o" in result.stdout


def test_what_differs_from_the_defaults_is_told(tmp_path: Path) -> None:
    result = run("check", policy(tmp_path, "x", "mood: {threshold: 6, threshold_by_phase: {termination: 4}}"))
    assert result.stdout.splitlines() == [
        "mood.threshold: 6.0, by default 5.45",
        "mood.threshold_by_phase.termination: 4.0, by default none",
        "version x: well formed",
    ]


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("mood: {threshold: -1, inflaton: 3}", ["mood.threshold: ", "not -1", "mood.inflaton: "]),
        ("focus: {share: 1.5}\neating: {chance: 0}", ["focus.share: ", "not 1.5", "eating.chance: ", "not 0"]),
        ("mood: {threshold_by_phase: {ending: 3}}", ["mood.threshold_by_phase.ending"]),
    ],
)
def test_every_fault_is_told_with_its_place_and_what_was_found(tmp_path: Path, text: str, faults: list[str]) -> None:
    result = run("check", policy(tmp_path, "x", text))
    assert result.exit_code == 1
    assert all(fault in result.output for fault in faults), result.output


def a_past() -> list[bytes]:
    """150 days with a small fall long ago, a small one and a large one of late, and a call for help."""
    moods = dict.fromkeys(range(150), 8.0) | dict.fromkeys(range(40, 46), 5) | dict.fromkeys(range(80, 86), 5)
    moods |= dict.fromkeys(range(120, 127), 0.5)
    said = [check_in(day + slot, mood + slot) for day, mood in moods.items() for slot in (0.2, 0.4, 0.8)]
    return [event.to_json() for event in (*said, safety(130.1, "crisis"))]


def compared(folder: Path, old: str, new: str, *more: str) -> tuple[dict[str, Any], str]:
    events = folder / "events.ndjson"
    events.write_bytes(b"\n".join(a_past()))
    files = policy(folder, "old", f"mood: {{threshold: {old}}}"), policy(folder, "new", f"mood: {{threshold: {new}}}")
    result = run("diff", *files, "--events", str(events), *more)
    assert result.exit_code == 0, result.output
    return orjson.loads(result.stdout.splitlines()[-1]), result.stdout


def test_the_same_thresholds_change_nothing(tmp_path: Path) -> None:
    told, _ = compared(tmp_path, "5.45", "5.45")
    assert all(row["only_old"] == row["only_new"] == row["sooner"] == row["later"] == 0 for row in told["rules"])
    assert told["told_a_week"][0] == told["told_a_week"][1]


def test_a_stricter_threshold_loses_the_small_falls_of_the_last_90_days_and_is_drawn(tmp_path: Path) -> None:
    picture = tmp_path / "weeks.svg"
    told, text = compared(tmp_path, "3", "20", "--picture", str(picture))
    [mood] = told["rules"]
    assert mood["rule"] == "deterioration.mood"
    assert mood["only_old"] >= 1
    assert mood["both"] >= 1
    assert mood["only_new"] == 0
    assert "mood.threshold: 3.0 → 20.0" in text
    assert "only under the old" in text
    assert told["told_a_week"][0] > told["told_a_week"][1] > 0
    assert (len(told["weeks"][0]), sum(told["weeks"][0])) == (13, mood["both"] + mood["only_old"])
    assert "<svg" in picture.read_text()


def test_more_days_see_more_of_the_past(tmp_path: Path) -> None:
    short, long = (compared(tmp_path, "3", "20", "--days", days)[0]["rules"][0]["only_old"] for days in ("90", "150"))
    assert long > short


def test_calls_for_help_are_no_matter_of_policy(tmp_path: Path) -> None:
    told, _ = compared(tmp_path, "3", "20")
    assert not any(row["rule"].startswith("safety.") for row in told["rules"])
