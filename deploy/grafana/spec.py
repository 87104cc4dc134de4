"""What a dashboard is made of, in our own words. `pages` says what each holds, `render` makes Grafana's JSON of it.

Queries are InfluxQL, the one language that InfluxDB 1.8, 2.x and 3 read. Nothing is filled in where nothing was said:
`fill(null)`, and lines break at gaps.
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

DASHBOARDS: Final = Path(__file__).parent / "dashboards"
"""Where the generated ones lie."""
SOURCE: Final = {"type": "influxdb", "uid": "${datasource}"}
SOURCE_UID: Final = "ipt-pulse"
"""The data source of every organisation is called so: the same dashboards serve all of them."""
CONSOLE: Final = "http://127.0.0.1:8081"
"""Where links to the console lead; `grafana sync` puts the clinic's own address in."""
MISSING: Final = "nothing was said"
"""What a panel shows where there is no data."""
NONE: Final = "none"
"""What it shows instead where no data means that there is none of what it counts."""


class Look(StrEnum):
    """How a panel looks."""

    NUMBER = "stat"
    LINES = "timeseries"
    BARS = "bars"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Step:
    """A threshold: from `start` on (None: from below everything) the panel has this colour."""

    start: float | None
    colour: str


PLAIN: Final = (Step(None, "blue"),)
"""Of numbers that are neither good nor bad."""


@dataclass(frozen=True, slots=True)
class Query:
    """One InfluxQL query; `alias` names its series, as Grafana expands it."""

    text: str
    alias: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: what it is called there, its unit, and where a click on it leads."""

    name: str
    title: str
    unit: str = "none"
    decimals: int | None = None
    steps: tuple[Step, ...] = ()
    words: tuple[tuple[str, str], ...] = ()
    """Values to what is shown for them."""
    links: tuple[tuple[str, str], ...] = ()
    """Titles and addresses."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel; tables join their queries on `join` and sort by `worst`, the smallest or largest first."""

    title: str
    about: str
    look: Look
    queries: tuple[Query, ...]
    unit: str = "none"
    steps: tuple[Step, ...] = PLAIN
    width: int = 12
    height: int = 8
    decimals: int | None = None
    least: float | None = None
    most: float | None = None
    interval: str = ""
    """The shortest time that is one point."""
    words: tuple[tuple[str, str], ...] = ()
    columns: tuple[Column, ...] = ()
    join: str = ""
    worst: str = ""
    largest_first: bool = False
    points: bool = False
    """Single points without lines between them."""
    stacked: bool = True
    """Bars stand on each other; otherwise in front of each other."""
    missing: str = MISSING
    without: str = ""
    """The beginning of series' names that is not shown."""
    areas: bool = False
    """Thresholds tint the ground behind the lines."""
    band: tuple[str, str, str] | None = None
    """Names of three series: the lower end of a band, its middle, and its upper end."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A choice on top of the dashboard: from a query, or from a closed list."""

    name: str
    title: str
    query: str = ""
    values: tuple[str, ...] = ()
    many: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """Events that are drawn over every panel with time: `text` and `tags` name columns of the query."""

    name: str
    query: str
    text: str
    tags: str
    colour: str
    panels: tuple[str, ...] = ()
    """Titles of the panels it is drawn over; none: all."""


@dataclass(frozen=True, slots=True)
class Board:
    """One dashboard; panels stand in rows of their own titles."""

    uid: str
    title: str
    about: str
    rows: tuple[tuple[str, tuple[Panel, ...]], ...]
    variables: tuple[Variable, ...] = ()
    marks: tuple[Mark, ...] = ()
    since: str = "now-6w"
    refresh: str = "5m"
    operations: bool = False
    """For those who run the pipeline, not for care teams."""

    @property
    def panels(self) -> tuple[Panel, ...]:
        """All panels, in their order."""
        return tuple(panel for _, panels in self.rows for panel in panels)
