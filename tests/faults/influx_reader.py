"""What InfluxDB holds, point by point, beside what line protocol says it must hold."""

import re
from collections.abc import Iterable
from typing import NamedTuple

import httpx

from deploy.local.influxd import INFLUXDB_2, find
from deploy.local.influxdb import InfluxDB
from streams.core.series.measurements import OF_EVENTS

Value = float | str | bool
_PARTS = re.compile(r'((?:\\.|"(?:\\.|[^"])*"|[^ ])+)')
_FIELDS = re.compile(r'((?:\\.|[^=,])+)=("(?:\\.|[^"\\])*"|[^,]+)')


def no_influxdb() -> str:
    return "" if find(INFLUXDB_2) else "there is no InfluxDB: ipt-pulse prepare --influxdb builds one"


class Point(NamedTuple):
    """One field of one point."""

    series: str
    field: str
    time: int
    value: Value


def points_of(lines: Iterable[str]) -> Iterable[Point]:
    """The fields in lines of line protocol."""
    for line in lines:
        series, fields, time = _PARTS.findall(line)
        for name, value in _FIELDS.findall(fields):
            yield Point(_series(series), name, int(time), _value(value))


def points_in(influxdb: InfluxDB) -> Iterable[Point]:
    """The fields of all points that tell of single events."""
    answer = httpx.get(
        f"{influxdb.url}/query",
        params={"db": influxdb.bucket, "q": "SELECT * FROM /.*/ GROUP BY *", "epoch": "ns"},
        headers={"Authorization": f"Token {influxdb.token}"},
        timeout=300,
        trust_env=False,
    )
    [result] = answer.raise_for_status().json()["results"]
    told = (series for series in result.get("series", ()) if series["name"] in OF_EVENTS)
    for series in told:
        tags = "".join(f",{name}={value}" for name, value in sorted(series["tags"].items()) if value)
        for time, *values in series["values"]:
            for name, value in zip(series["columns"][1:], values, strict=True):
                if value is not None:
                    yield Point(series["name"] + tags, name, time, value)


def _series(text: str) -> str:
    measurement, *tags = text.split(",")
    return ",".join((measurement, *sorted(tags)))


def _value(text: str) -> Value:
    if text.startswith('"'):
        return text[1:-1]
    if text in {"true", "false", "t", "f"}:
        return text in {"true", "t"}
    return float(text.removesuffix("i"))
