"""Write what is generated from code: docs/points.md, the dashboards, and files for Grafana's provisioning folder.

Run `python -m deploy.grafana.generate` after a change of the table of measurements or of a dashboard; a test fails
while a file is behind.
"""

from pathlib import Path

from deploy.grafana.files import provisioning
from deploy.grafana.pages import BOARDS
from deploy.grafana.render import rendered
from deploy.grafana.spec import DASHBOARDS
from streams.core.series.page import page

ROOT = Path(__file__).parents[2]
PROVISIONING = Path(__file__).parent / "provisioning"


def documents() -> dict[Path, str]:
    """File to text, as the files ought to be."""
    boards = {DASHBOARDS / f"{board.uid}.json": rendered(board) for board in BOARDS}
    files = {PROVISIONING / name: text for name, text in provisioning().items()}
    return {ROOT / "docs" / "points.md": page()} | boards | files


def main() -> None:
    """Write all files."""
    for file, text in documents().items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
