"""What the pictures of dashboards rest on: they can be drawn, and each dashboard has one in docs."""

from pathlib import Path

from tests.deploy.grafana.asking import MADE
from tests.deploy.grafana.draw import Answer, Marked, Picture, Told, draw
from tests.deploy.grafana.pictures import FOLDER

DAY_MS = 86_400_000


def test_a_dashboard_is_drawn(tmp_path: Path) -> None:
    board = MADE["ipt-patient"]
    some = [Told(name, [0, DAY_MS, 2 * DAY_MS], [1, None, 3]) for name in ("low", "high", "another")]
    panels = [panel for panel in board["panels"] if panel["type"] != "row"]
    answers = {panel["id"]: Answer(some if panel["id"] % 2 else [], [[{"patient": "p-1"}]]) for panel in panels}
    marks = [Marked(one["name"], one["iconColor"], [DAY_MS], None) for one in board["annotations"]["list"]]
    draw(Picture(board, "", 0, 3 * DAY_MS, answers, marks, DAY_MS), tmp_path / "picture.png")
    assert (tmp_path / "picture.png").read_bytes().startswith(b"\x89PNG")


def test_each_dashboard_has_its_picture() -> None:
    assert {file.stem for file in FOLDER.iterdir()} == set(MADE), "run python -m tests.deploy.grafana.pictures"
