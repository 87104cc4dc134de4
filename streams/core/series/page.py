"""The table of measurements as the page docs/points.md; `python -m deploy.grafana.generate` writes it."""

from collections.abc import Iterator

from streams.core.series.measurements import MEASUREMENTS
from streams.core.series.table import Measurement

HEAD = """\
# Points

What InfluxDB holds. `python -m deploy.grafana.generate` writes this page from `streams/core/series/measurements.py`.

A point is a function of what it tells of: a repeat writes the same point, and rewriting changes nothing. Points of
single events stand at the event's own time, below the microsecond its identity decides; what tells of a day stands at
noon in UTC, which is on that day in every zone people live in. No name, note, answer or free text is in any point. A
field that is absent was not said; it is never 0.
"""

SERIES = """\
## How many series
InfluxDB's index holds every set of tag values it ever saw, so it grows with people and kinds and not with time. *Usual*
is what one expects of a patient, group or process, *at most* what closed lists and the room in a record allow.

| measurement | about each | usual | at most |
|---|---|---|---|
"""


def page() -> str:
    """The page as it ought to be."""
    parts = [HEAD, *map(_section, MEASUREMENTS), SERIES + "".join(map(_row, MEASUREMENTS)) + _total()]
    return "\n".join(parts)


def _section(measurement: Measurement) -> str:
    tags = "".join(f"| `{tag.name}` | tag | | {tag.meaning} |\n" for tag in measurement.tags)
    fields = "".join(
        f"| `{column.name}` | {column.kind} | {column.unit} | {column.meaning} |\n" for column in measurement.columns
    )
    return "".join(_opening(measurement)) + tags + fields


def _opening(measurement: Measurement) -> Iterator[str]:
    yield f"## `{measurement.name}`\n{measurement.meaning} Time: {measurement.time}.\n"
    if measurement.daily:
        yield f"Daily means of {', '.join(f'`{name}`' for name in measurement.daily)} outlive the single points.\n"
    yield "\n| name | kind | unit | what it is |\n|---|---|---|---|\n"


def _row(measurement: Measurement) -> str:
    return (
        f"| `{measurement.name}` | {measurement.about} | {measurement.usual_series:,} | {measurement.most_series:,} |\n"
    )


def _total() -> str:
    of_patients = [measurement for measurement in MEASUREMENTS if measurement.about == "patient"]
    usual = sum(measurement.usual_series for measurement in of_patients)
    most = sum(measurement.most_series for measurement in of_patients)
    return (
        f"\nA patient usually has {usual} series, {most:,} at the very most: the thousand patients of a care team have "
        f"{usual * 1_000:,}.\nInfluxDB 1.8 takes a million in one database as it ships, and each team has its own; "
        "`ipt-pulse influx check`\ntells how many there are.\n"
    )
