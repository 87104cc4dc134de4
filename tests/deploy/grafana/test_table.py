"""The page of what was verified is of the dashboards as they are now."""

from tests.deploy.grafana.table import FILE, rows


def written() -> list[list[str]]:
    lines = [line for line in FILE.read_text().splitlines() if line.startswith("| ")]
    return [[cell.strip(" `") for cell in line.split(" | ")] for line in lines[1:-1]]


def test_every_query_of_today_was_verified_on_both_versions() -> None:
    page = written()
    today = [[*row] for row in rows()]
    assert [[cells[0].removeprefix("| "), *cells[1:4]] for cells in page] == today, (
        "run python -m tests.deploy.grafana.table"
    )
    for cells in page:
        assert all("compared" in cell for cell in cells[4:6]), cells
