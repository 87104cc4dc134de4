"""A small made-up CSV through real gateway, Kafka and workers: points as computed by hand, twice the same, no page."""

import asyncio
import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deploy.demo.tally import Tally
from deploy.demo.watch import Watch
from deploy.local.layout import Layout
from deploy.local.pipeline import up
from deploy.local.stack import down
from streams.adapters.segments import points_folder
from streams.settings import settings

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

MAPPING = """\
name: small
person: {column: who, prefix: s-}
time:
  day: {column: day, starts: 2020-01-06}
  beep: {column: beep, from: "07:30", block_minutes: 90, count: 10}
missing: ["NA"]
answered: [glad, sad]
ranges: {glad: [1, 7], sad: [1, 7], event: [-3, 3], p9: [0, 3]}
check_in: {mood: [{column: glad}, {column: sad, reversed: true}]}
interactions: [{valence: event, kind: other, person_id: unspecified, minutes_before: 45}]
questionnaires: [{instrument: PHQ-9, items: {"9": p9}}]
"""


def cell(row: int, column: int, low: int, high: int) -> str:
    """A made-up answer, or none at every eleventh place."""
    number = row * 7 + column * 5
    return "NA" if number % 11 == 0 else str(low + number % (high - low + 1))


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("import") / "small.csv"
    lines = ["who,day,beep,glad,sad,event,p9"]
    for row in range(600):
        answers = [cell(row, 1, 1, 7), cell(row, 2, 1, 7), cell(row, 3, -3, 3), "2" if row == 77 else "NA"]
        lines.append(",".join([f"{row // 120}", f"{row % 120 // 10 + 1}", f"{row % 10 + 1}", *answers]))
    lines[30] = lines[30].rsplit(",", 2)[0] + ",-4,NA"  # out of its range, as real input is
    file.write_text("\n".join(lines) + "\n")
    file.with_suffix(".yaml").write_text(MAPPING)
    return file


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Layout]:
    home = tmp_path_factory.mktemp("stack")
    layout = up(home, influxdb=False)
    try:
        yield layout
    finally:
        down(home)


def run_import(stack: Layout, rows: Path) -> dict[str, object]:
    report = stack.home / "report.json"
    command = [sys.executable, "-P", "-m", "deploy.cli", "import", str(rows)]
    options = ["--mapping", str(rows.with_suffix(".yaml")), "--report", str(report)]
    # Nothing but the home is named: the command finds the stack that is up there, and its issuer.
    bare = {name: value for name, value in os.environ.items() if not name.startswith("IPT_PULSE_")}
    environment = bare | {"IPT_PULSE_HOME": str(stack.home)}
    subprocess.run([*command, *options], env=environment, check=True, capture_output=True, timeout=120)
    found: dict[str, object] = json.loads(report.read_text())
    return found


def processed(stack: Layout) -> Tally:
    """What is there once nothing is under way any more."""
    tally = Tally()

    async def look() -> None:
        watch = Watch(stack.kafka, settings().partitions, tally, lambda _: None)
        following = asyncio.create_task(watch.follow())
        await asyncio.sleep(1)
        await watch.settled(120)
        following.cancel()

    asyncio.run(look())
    return tally


def expected_moods(rows: Path) -> set[tuple[str, int, float]]:
    """Person, time in seconds, mood: what a reader of the CSV would compute."""
    moods = set()
    for row in csv.DictReader(rows.open()):
        if "NA" not in (row["glad"], row["sad"]):
            mood = ((int(row["glad"]) - 1) + (7 - int(row["sad"]))) / 12 * 10
            day = datetime(2020, 1, 6, 7, 30, tzinfo=UTC) + timedelta(days=int(row["day"]) - 1)
            moment = day + timedelta(minutes=90 * (int(row["beep"]) - 0.5))
            moods.add((f"s-{row['who']}", int(moment.timestamp()), round(mood, 6)))
    return moods


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
