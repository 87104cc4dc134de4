"""Which fields have daily means that outlive single points: those that the table of measurements says so of.

A day is one of UTC. The means lie in a bucket `<bucket>/daily`, which InfluxQL knows, on 1.8 and 2.x alike, as the
retention policy `daily` of the same database; a mean is called `mean_` and its field's name.
"""

from typing import Final

from streams.core.series.measurements import MEASUREMENTS

RAW: Final = "autogen"
"""What InfluxQL calls the policy of single points."""
POLICY: Final = "daily"
REACH_DAYS: Final = 16
"""So far back means are taken anew each time: reports may come 14 days late, from any zone."""
FIELDS: Final = {
    one.name: f"/^({'|'.join(name.replace('*', '.*') for name in one.daily)})$/" for one in MEASUREMENTS if one.daily
}
"""Measurement to a pattern of its fields, as InfluxQL and Flux both write it."""


def daily_bucket(bucket: str) -> str:
    """Where the daily means of a bucket lie."""
    return f"{bucket}/{POLICY}"
