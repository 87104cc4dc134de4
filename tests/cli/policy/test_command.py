"""`ipt-pulse policy`: faults are told with their place, and a change is told by what it changes."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import Result
from typer.testing import CliRunner

from streams.cli import app
from tests.core.builders import check_in, opened, safety

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


def test_a_team_that_the_rota_lacks_and_people_whom_nothing_reaches_are_told(folder: Path) -> None:
    rewrite(folder / "detection.yaml", "overrides: []", "overrides: [{care_team: north, eating: {chance: 0.01}}]")
    (folder / "care_teams.yaml").write_text("teams: [{id: south, name: South}, {id: clinic, name: Clinic}]")
    rotation = 'rotation: {people: [ada, ben], first: 2020-01-01, days: 7, hand_over: "08:00"}'
    rewrite(folder / "rota.yaml", "zone: UTC", f"zone: UTC\n    lead: lena\n    rota: {{{rotation}}}")
    rewrite(folder / "routes.yaml", "  on_call_second: [webhook]\n", "  ada: [email]\n  lena: [webhook]\n")
    said = run("check", str(folder)).stdout.splitlines()
    assert [line for line in said if "names the care team" in line] == [
        "detection.yaml names the care team north, rota.yaml does not: clinic is told of its alerts",
        "care_teams.yaml names the care team south, rota.yaml does not: clinic is told of its alerts",
    ]
    assert [line for line in said if " is on the way " in line or " by e-mail " in line] == [
        "ada is told by e-mail and has no address in routes.yaml: that is refused each time",
        "ben is on the way of critical alerts and has no channel in routes.yaml: the console's inbox alone",
    ]


def test_what_differs_from_the_defaults_is_told(tmp_path: Path) -> None:
    for_some = "[{phase: termination, mood: {threshold: 5.45}}, {care_team: north, eating: {chance: 0.01}}]"
    result = run("check", policy(tmp_path, "x", f"mood: {{threshold: 6}}\noverrides: {for_some}"))
    assert result.stdout.splitlines() == [
        "mood.threshold: 6.0, by default 5.45",
        "termination phase: mood.threshold: 5.45, elsewhere 6.0",
        "care team north: eating.chance: 0.01, elsewhere 0.003",
        "version x: well formed",
    ]


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("mood: {threshold: -1, inflaton: 3}", ["mood.threshold: ", "not -1", "mood.inflaton: "]),
        ("focus: {share: 1.5}\neating: {chance: 0}", ["focus.share: ", "not 1.5", "eating.chance: ", "not 0"]),
        (
            "overrides: [{phase: ending, mood: {threshold: 0}}, {care_team: n, mod: {}}]",
            [
                "overrides.0.phase: ",
                "not 'ending'",
                "overrides.0.mood.threshold: ",
                "not 0",
                "overrides.1.mod: nothing of this name",
            ],
        ),
        ("overrides: [{mood: {threshold: 3}}]", ["overrides.0: it names neither a care_team nor a phase\n"]),
        (
            "overrides: [{phase: middle, mood: {threshold: 3}}, {phase: middle, mood: {threshold: 4}}]",
            ["overrides: named more than once: middle phase\n"],
        ),
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


def of_two_teams(folder: Path, old: str, new: str, *more: str) -> tuple[dict[str, Any], str]:
    """Three patients with the same fall of mood: of team north, of team south, and of none."""
    days = [(day + slot, (8 if day < 80 else 5) + slot) for day in range(100) for slot in (0.2, 0.4, 0.8)]
    said = [check_in(*day, subject=patient) for patient in ("p-north", "p-south", "p-none") for day in days]
    said += [opened(0, subject=f"p-{team}", care_team=team) for team in ("north", "south")]
    events = folder / "events.ndjson"
    events.write_bytes(b"\n".join(event.to_json() for event in said))
    result = run("diff", policy(folder, "old", old), policy(folder, "new", new), "--events", str(events), *more)
    assert result.exit_code == 0, result.output
    return orjson.loads(result.stdout.splitlines()[-1]), result.stdout


def test_a_change_for_one_team_changes_its_alerts_alone_and_is_told_and_drawn_by_team(tmp_path: Path) -> None:
    picture = tmp_path / "weeks.svg"
    new = "overrides: [{care_team: north, mood: {threshold: 500}}]"
    told, text = of_two_teams(tmp_path, "", new, "--picture", str(picture))
    assert "care team north: mood.threshold: 5.45 → 500.0" in text
    by_team = {row["care_team"]: (row["both"], row["only_old"], row["only_new"]) for row in told["care_teams"]}
    alerts = by_team[None][0]
    assert alerts > 0
    assert by_team == {None: (alerts, 0, 0), "north": (0, alerts, 0), "south": (alerts, 0, 0)}
    [north] = [row for row in told["care_teams"] if row["care_team"] == "north"]
    assert (north["told_a_week"][0] > 0, north["told_a_week"][1]) == (True, 0)
    [everybody] = told["rules"]
    assert (everybody["both"], everybody["only_old"]) == (2 * alerts, alerts)
    assert [sum(week) for week in told["weeks"]] == [3 * alerts, 2 * alerts]
    assert picture.read_text().count("<!-- care team ") == 2


def test_without_teams_there_is_nothing_by_team(tmp_path: Path) -> None:
    told, text = compared(tmp_path, "3", "20")
    assert told["care_teams"] == []
    assert "care team" not in text


def test_what_is_likely_a_slip_is_told(tmp_path: Path) -> None:
    _, text = of_two_teams(tmp_path, "", "overrides: [{care_team: nroth, mood: {threshold: 40}}]")
    assert "care team nroth: in no episode of these events" in text
    assert "care team north" not in text
    folder = tmp_path / "same"
    folder.mkdir()
    (folder / "old.yaml").write_text("version: one\n")
    (folder / "new.yaml").write_text("version: one\nmood: {threshold: 5}\n")
    files = str(folder / "old.yaml"), str(folder / "new.yaml")
    result = run("diff", *files, "--events", str(tmp_path / "events.ndjson"))
    assert "both are version one" in result.stdout
    same = run("diff", files[0], files[0], "--events", str(tmp_path / "events.ndjson"))
    assert "both are version" not in same.stdout
