"""Draws each dashboard into docs/dashboards/ from what a real InfluxDB answers to its queries.

Run `python -m tests.deploy.grafana.pictures`. The patients are simulated (`clinic`). What is between their events and a
picture is real: the agents' points, InfluxDB 2.7, the queries as Grafana puts them together, and the panels' own units,
colours and order. What the pages around them look like is Grafana's.
"""

import asyncio
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from deploy.grafana.pages import BOARDS
from deploy.local.influxd import INFLUXDB_2
from deploy.local.influxdb import InfluxDB
from tests.deploy.grafana.asking import MADE, Team, load
from tests.deploy.grafana.clinic import NOW, Clinic, clinic
from tests.deploy.grafana.cohort import ms
from tests.deploy.grafana.draw import Answer, Marked, Picture, Told, draw
from tests.deploy.grafana.expand import ALL, Chosen, Shown, expand

FOLDER: Final = Path(__file__).parents[3] / "docs" / "dashboards"
SECONDS: Final = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800, "y": 31_536_000}
DAY_MS: Final = 86_400_000
AT_ONCE: Final = 5_000
"""Lines a write."""


def picture(team: Team, uid: str, made: Clinic) -> Picture:
    """What the dashboard `uid` shows in its own time range, of a patient or a group with something to see."""
    board = MADE[uid]
    since = ms(NOW) - _span_ms(board["time"]["from"])
    chosen: dict[str, Chosen] = {
        "patient": made.falling if uid in {"ipt-patient", "ipt-relationships"} else ALL,
        "person": ALL,
        "process": ALL,
        "group": made.group,
        "instrument": "PHQ-9",
    }
    panels = [panel for panel in board["panels"] if panel["type"] != "row"]
    step = 60_000 if uid == "ipt-pipeline" else DAY_MS

    def shown(interval: str) -> Shown:
        size = max(_span_ms(f"now-{interval}"), step) if interval else step
        return Shown(since, ms(NOW), f"{size // 1000}s", size, chosen)

    answers = {panel["id"]: _answer(team, panel, shown(panel.get("interval", ""))) for panel in panels}
    marks = [
        Marked(
            mark["name"],
            mark["iconColor"],
            sorted(_times(team.ask(expand(mark["target"]["query"], shown(""))))),
            mark.get("filter", {}).get("ids"),
        )
        for mark in board["annotations"]["list"]
    ]
    said = {"ipt-patient": made.falling, "ipt-relationships": made.falling, "ipt-group": made.group}.get(uid, "")
    if uid == "ipt-outcomes":
        said = "PHQ-9"
    return Picture(board, f"[{said}]" if said else "", since, ms(NOW), answers, marks, step)


def _answer(team: Team, panel: dict[str, Any], shown: Shown) -> Answer:
    asked = [(target, team.ask(expand(target["query"], shown))) for target in panel["targets"]]
    series = [told for target, found in asked for one in found for told in _series(one, target["alias"])]
    for step in panel.get("transformations", ()):
        if step["id"] == "renameByRegex":
            for told in series:
                told.name = re.sub(step["options"]["regex"], r"\1", told.name)
    tables = [
        [
            {**one.get("tags", {}), **dict(zip(one["columns"], row, strict=True)), "Time": row[0]}
            for one in found
            for row in one["values"]
        ]
        for _, found in asked
    ]
    return Answer(series, tables)


def _series(one: dict[str, Any], alias: str) -> Iterator[Told]:
    """One for each column, called as Grafana calls it."""
    tags = one.get("tags", {})
    for at, column in enumerate(one["columns"][1:], start=1):
        name = re.sub(r"\$tag_(\w+)", lambda found: str(tags.get(found[1], "")), alias).replace("$col", column)
        yield Told(name or column, [row[0] for row in one["values"]], [row[at] for row in one["values"]])


def _times(series: list[dict[str, Any]]) -> list[int]:
    return [row[0] for one in series for row in one["values"]]


def _span_ms(word: str) -> int:
    count, unit = re.fullmatch(r"now-(\d+)([smhdwy])", word).groups()  # type: ignore[union-attr]
    return int(count) * SECONDS[unit] * 1000


def main() -> None:
    """Draw all of them."""
    made = asyncio.run(clinic())
    FOLDER.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder, InfluxDB(Path(folder), INFLUXDB_2) as server:
        for first in range(0, len(made.lines), AT_ONCE):
            team = load(server, "pictures", made.lines[first : first + AT_ONCE], times=1)
        for board in BOARDS:
            draw(picture(team, board.uid, made), FOLDER / f"{board.uid}.png")
            sys.stderr.write(f"{board.uid}\n")


if __name__ == "__main__":
    main()
