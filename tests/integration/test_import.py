"""A small made-up CSV through real gateway, Kafka and workers: points as computed by hand, twice the same, no page."""

import json
import subprocess
from pathlib import Path

import pytest

from deploy.local.layout import Layout
from streams.adapters.segments import points_folder
from tests.integration.imports import bare_environment, expected_moods, import_command, processed, write_rows

pytestmark = [pytest.mark.kafka, pytest.mark.slow]


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_rows(tmp_path_factory.mktemp("import") / "small.csv", persons=5)


def run_import(stack: Layout, rows: Path) -> dict[str, object]:
    report = stack.home / "report.json"
    command, environment = import_command(rows, report), bare_environment(stack)
    subprocess.run(command, env=environment, check=True, capture_output=True, timeout=120)
    found: dict[str, object] = json.loads(report.read_text())
    return found


def mood_points(stack: Layout) -> set[tuple[str, int, float]]:
    """The same from the points that wait on disk for an InfluxDB."""
    found = set()
    for segment in points_folder(stack.home).iterdir():
        for line in segment.read_text().splitlines():
            if line.startswith("mood,"):
                series, fields, time = line.split(" ")
                mood = float(fields.removeprefix("mood=").split(",")[0])
                found.add((series.removeprefix("mood,patient="), int(time) // 1_000_000_000, round(mood, 6)))
    return found


def test_an_import_arrives_whole_and_a_second_one_changes_nothing(stack: Layout, rows: Path) -> None:
    report = run_import(stack, rows)
    assert report["answered"] == report["accepted"] + report["refused"]  # type: ignore[operator]
    assert {"row": 31, "part": "interaction event", "field": "event", "reason": "outside -3 to 3"} in report["refusals"]  # type: ignore[operator]
    assert [entry["row"] for entry in report["to_sign_off"]] == [79]  # type: ignore[attr-defined]

    first = processed(stack)
    assert first.accepted == first.analysed == sum(report["events"].values())  # type: ignore[attr-defined]
    assert first.rejected == 0
    assert mood_points(stack) == expected_moods(rows)
    assert len(expected_moods(rows)) == report["accepted"]

    assert run_import(stack, rows) == report
    second = processed(stack)
    assert second.summary() == first.summary()
    assert mood_points(stack) == expected_moods(rows)
    assert {alert_id: alert.version for alert_id, alert in second.alerts.items()} == {
        alert_id: alert.version for alert_id, alert in first.alerts.items()
    }

    assert "safety.item9" in {alert.rule for alert in second.alerts.values()}
    assert all(alert.imported for alert in second.alerts.values())
    assert second.notified == second.on_the_way == 0
