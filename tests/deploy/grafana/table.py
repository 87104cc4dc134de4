"""Writes docs/dashboards-verified.md: every panel, mark, variable and alert rule, and the InfluxDB it was verified on.

Run `python -m tests.deploy.grafana.table`; it starts both versions on loopback, puts the known cohort in, and asks each
query as Grafana would. A query that shows something else than what is known is told and marked, and the exit code is 1.
A test fails while the page is of other queries than those of today.
"""

import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from deploy.grafana.pages import BOARDS
from deploy.grafana.rules import RULES
from deploy.local.influxd import INFLUXDB_1, INFLUXDB_2
from deploy.local.influxdb import InfluxDB
from tests.deploy.grafana.asking import (
    MARKS,
    PANELS,
    VARIABLES,
    Compared,
    Team,
    cohort,
    mark_of,
    marks_stand_where_things_happened,
    panel_queries,
    panel_shows_what_is_known,
    rule_asks_what_is_known,
    rule_query,
    variable_offers_what_there_is,
    variable_query,
)
from tests.locked_influxdb import LockedInfluxDB

FILE: Final = Path(__file__).parents[3] / "docs" / "dashboards-verified.md"
HEAD: Final = """\
# What of the dashboards was verified

`python -m tests.deploy.grafana.table` writes this page; `make test` checks the same on every run. Each query was put
together as Grafana does it, with one, several and all patients, ids full of what regular expressions are made of, and
several intervals and time ranges, and asked of a real InfluxDB with the read token of the data source. Its answers were
compared with what plain Python finds in the points of a known cohort. A cell tells how many queries were asked and how
many values compared; *text* is a mark of the query's text, and the tests fail while it is not that of the dashboard.
That a worker is silent is what no data means: its rule fires on none.

| dashboard | | | text | InfluxDB {one} | InfluxDB {two} |
|---|---|---|---|---|---|
"""
Row = tuple[str, str, str, str]


def rows() -> Iterator[Row]:
    """Dashboard, what it is, its name, and a mark of its queries."""
    titles = {board.uid: board.title for board in BOARDS}
    yield from ((titles[uid], "panel", name, _mark(panel_queries(uid, name))) for uid, name in PANELS)
    yield from ((titles[uid], "annotation", name, _mark([mark_of(uid, name)["query"]])) for uid, name in MARKS)
    yield from ((titles[uid], "variable", name, _mark([variable_query(uid, name)])) for uid, name in VARIABLES)
    yield from (("Alert rules", "rule", rule.title, _mark([rule_query(rule)])) for rule in RULES)


def verified(team: Team) -> list[Compared | None]:
    """What was compared for each row; None where something else came back than what is known."""
    found: list[Compared | None] = []
    checks = (
        *((panel_shows_what_is_known, one) for one in PANELS),
        *((marks_stand_where_things_happened, one) for one in MARKS),
        *((variable_offers_what_there_is, one) for one in VARIABLES),
        *((rule_asks_what_is_known, (rule,)) for rule in RULES),
    )
    for check, arguments in checks:
        try:
            found.append(check(team, *arguments))  # type: ignore[operator]
        except AssertionError as error:
            sys.stderr.write(f"{arguments}: {error}\n")
            found.append(None)
    return found


def told(done: Compared | None) -> str:
    """A cell of the table."""
    return "**differs**" if done is None else f"{done.asked:,} asked, {done.values:,} compared"


def main() -> int:
    """Verify all of it and write the page."""
    with TemporaryDirectory() as folder:
        with LockedInfluxDB(Path(folder) / "one") as one:
            of_one = verified(cohort(one, "dashboards"))
        with InfluxDB(Path(folder) / "two", INFLUXDB_2) as two:
            of_two = verified(cohort(two, "dashboards"))
    lines = [
        f"| {' | '.join(row[:3])} | `{row[3]}` | {told(first)} | {told(second)} |"
        for row, first, second in zip(rows(), of_one, of_two, strict=True)
    ]
    sums = [sum(filter(None, done), Compared()) for done in (of_one, of_two)]
    head = HEAD.format(one=INFLUXDB_1.version, two=INFLUXDB_2.version)
    FILE.write_text(head + "\n".join([*lines, f"| all | | | | {told(sums[0])} | {told(sums[1])} |"]) + "\n")
    return int(None in of_one or None in of_two)


def _mark(queries: list[str]) -> str:
    return sha256("\n".join(queries).encode()).hexdigest()[:8]


if __name__ == "__main__":
    sys.exit(main())
