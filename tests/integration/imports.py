"""A made-up CSV of the shape of real ones, its import as a user runs it, and what must come of it."""

import asyncio
import csv
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from deploy.demo.tally import Tally
from deploy.demo.watch import Watch
from deploy.local.layout import Layout
from streams.settings import settings

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


def write_rows(file: Path, persons: int) -> Path:
    """A CSV of 120 rows a person, its mapping beside it."""
    lines = ["who,day,beep,glad,sad,event,p9"]
    for row in range(120 * persons):
        answers = [cell(row, 1, 1, 7), cell(row, 2, 1, 7), cell(row, 3, -3, 3), "2" if row == 77 else "NA"]
        lines.append(",".join([f"{row // 120}", f"{row % 120 // 10 + 1}", f"{row % 10 + 1}", *answers]))
    lines[30] = lines[30].rsplit(",", 2)[0] + ",-4,NA"  # out of its range, as real input is
    file.write_text("\n".join(lines) + "\n")
    file.with_suffix(".yaml").write_text(MAPPING)
    return file


def import_command(rows: Path, report: Path) -> list[str]:
    """The command line of an import."""
    command = [sys.executable, "-P", "-m", "deploy.cli", "import", str(rows)]
    return [*command, "--mapping", str(rows.with_suffix(".yaml")), "--report", str(report)]


def bare_environment(stack: Layout) -> dict[str, str]:
    """Nothing but the home is named: commands find the stack that is up there, and its issuer."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("IPT_PULSE_")}
    return bare | {"IPT_PULSE_HOME": str(stack.home)}


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
