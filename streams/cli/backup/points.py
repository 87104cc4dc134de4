"""The points of InfluxDB in a backup, as line protocol; read by InfluxQL, which 1.8 and 2.x both answer.

Every place has a bucket, and beside it one of daily means that outlive single points; both are kept. Tokens and tasks
are made anew by `influx setup`.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Final

from streams.adapters.care_teams import read_care_teams
from streams.adapters.influx_admin import Admin
from streams.adapters.influx_admin.daily import POLICY, RAW, daily_bucket
from streams.adapters.places import bucket_of, places
from streams.cli.backup.folder import Folder, NewFolder
from streams.settings import Settings

INFLUXDB: Final = "influxdb"
CHUNK: Final = 10_000
"""Points that one answer or one write holds."""
PART: Final = 200_000
"""Lines of a file."""
POLICIES: Final = {RAW: "points", POLICY: "daily"}

Tell = Callable[[str], None]


def keep_points(admin: Admin, chosen: Settings, to: NewFolder, tell: Tell) -> dict[str, int]:
    """Write all points down; returns the buckets, and after how many days points leave them."""
    wanted = {bucket_of(chosen.influx_bucket, place) for place in places(read_care_teams(chosen.policy).ids)}
    there = {name: days for name, days in admin.buckets().items() if name in wanted}
    for bucket in sorted(there):
        known = {row["name"] for row in admin.server.influxql(f'SHOW RETENTION POLICIES ON "{bucket}"', bucket)}
        for policy, kind in POLICIES.items():
            count = part = 0
            lines = _lines(admin, bucket, policy) if policy in known else iter(())
            while some := list(islice(lines, PART)):
                to.add(f"{INFLUXDB}/{bucket}/{kind}/{part:06}.lp", "\n".join(some).encode(), len(some))
                count, part = count + len(some), part + 1
            tell(f"InfluxDB, {bucket}, {kind}: {count:,} points")
    return there


def bring_points(admin: Admin, chosen: Settings, backup: Folder, tell: Tell) -> None:
    """Make the buckets and write all points; to write one twice changes nothing."""
    for bucket, days in backup.manifest.buckets.items():
        admin.ensure_bucket(bucket, keep_days=days)
        for policy, kind in POLICIES.items():
            target = bucket if policy == RAW else daily_bucket(bucket)
            params = {"org": chosen.influx_org, "bucket": target, "precision": "ns"}
            count = 0
            for entry in backup.below(f"{INFLUXDB}/{bucket}/{kind}"):
                lines = iter(backup.read(entry).decode().split("\n"))
                while some := list(islice(lines, CHUNK)):
                    admin.server.call("POST", "/api/v2/write", params=params, content="\n".join(some).encode())
                count += entry.records
            tell(f"InfluxDB, {bucket}, {kind}: {count:,} points are back")


def _lines(admin: Admin, bucket: str, policy: str) -> Iterator[str]:
    types: dict[str, dict[str, str]] = {}
    for row in admin.server.influxql(f'SHOW FIELD KEYS FROM "{policy}"./.*/', bucket):
        types.setdefault(row["name"], {})[row["fieldKey"]] = row["fieldType"]
    for measurement in sorted(types):
        query = f'SELECT * FROM "{policy}"."{measurement}" GROUP BY *'  # noqa: S608 - names of our own
        for series in _series(admin.server.stream(query, bucket, chunk=CHUNK)):
            head = _escaped(measurement, ", ") + _tags(series.get("tags", {}))
            kinds = [(_escaped(name, ",= "), types[measurement][name]) for name in series["columns"][1:]]
            for at, *values in series["values"]:
                given = ((one, value) for one, value in zip(kinds, values, strict=True) if value is not None)
                fields = ",".join(f"{name}={_written(value, kind)}" for (name, kind), value in given)
                yield f"{head} {fields} {at}"


def _series(answers: Iterable[str]) -> Iterator[dict[str, Any]]:
    for answer in answers:
        for result in json.loads(answer)["results"]:
            yield from result.get("series", ())


def _tags(tags: Mapping[str, str]) -> str:
    """A tag without a value is none."""
    return "".join(f",{_escaped(name, ',= ')}={_escaped(value, ',= ')}" for name, value in tags.items() if value)


def _written(value: Any, kind: str) -> str:
    """A value as its field's type has it; JSON does not tell 6 from 6.0."""
    match kind:
        case "integer":
            return f"{value}i"
        case "float":
            return repr(float(value))
        case "boolean":
            return "true" if value else "false"
    return '"' + _escaped(str(value), '"\\') + '"'


def _escaped(text: str, special: str) -> str:
    return re.sub(f"([{re.escape(special)}])", r"\\\1", text)
