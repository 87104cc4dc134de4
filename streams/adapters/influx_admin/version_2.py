"""InfluxDB 2.x: buckets, tokens that open single ones, and tasks that take daily means."""

import csv
import json
from io import StringIO
from typing import Any, Final

from streams.adapters.influx_admin.daily import FIELDS, REACH_DAYS, daily_bucket
from streams.adapters.influx_admin.erasure import FIRST, LAST, predicate
from streams.adapters.influx_admin.server import Server
from streams.errors import Misconfigured

DAY_S: Final = 86_400
WRITER: Final = "ipt-pulse writer"
MOST: Final = 100
"""Things of a kind that one page of the API lists."""


class Version2:
    """See `Admin`."""

    def __init__(self, server: Server, org: str, *, every: str = "1h") -> None:
        self.server = server
        self._org = org
        self._every = every

    def ensure_bucket(self, bucket: str, *, keep_days: int) -> None:
        """Two buckets, since each has a retention of its own."""
        there = self._by_name()
        for name, days in ((bucket, keep_days), (daily_bucket(bucket), 0)):
            rules = [{"type": "expire", "everySeconds": days * DAY_S}]  # 0: never; no rule at all changes nothing
            if name not in there:
                made = {"orgID": self._org_id(), "name": name, "retentionRules": rules}
                self.server.call("POST", "/api/v2/buckets", json=made)
            elif _keep_days(there[name]) != days:
                self.server.call("PATCH", f"/api/v2/buckets/{there[name]['id']}", json={"retentionRules": rules})

    def ensure_daily(self, bucket: str) -> None:
        """One task, and its work once over everything that is there."""
        name = _task(bucket)
        option = f"option task = {{name: {json.dumps(name)}, every: {self._every}}}\n"
        flux = option + _flux(bucket, f"-{REACH_DAYS + 1}d", f"-{REACH_DAYS}d")
        there = self._task_of(bucket)
        if there is None:
            self.server.call("POST", "/api/v2/tasks", json={"orgID": self._org_id(), "flux": flux, "status": "active"})
        elif there["flux"] != flux or there["status"] != "active":
            self.server.call("PATCH", f"/api/v2/tasks/{there['id']}", json={"flux": flux, "status": "active"})
        self._run(_flux(bucket, FIRST, FIRST))

    def reader(self, bucket: str, known: str | None) -> str:  # noqa: ARG002 -- 2.x tells its tokens
        """A token that reads the bucket and its daily means."""
        return self._token(f"{bucket} reader", "read", (bucket, daily_bucket(bucket)))

    def writer(self, buckets: tuple[str, ...], known: str | None) -> str:  # noqa: ARG002
        """A token that writes to all of them."""
        return self._token(WRITER, "write", buckets)

    def buckets(self) -> dict[str, int]:
        """Every bucket but InfluxDB's own and those of daily means."""
        there = self._by_name().items()
        return {name: _keep_days(one) for name, one in there if not name.startswith("_") and "/" not in name}

    def has_daily(self, bucket: str) -> bool:
        """Whether the task runs."""
        there = self._task_of(bucket)
        return there is not None and there["status"] == "active" and daily_bucket(bucket) in self._by_name()

    def series(self, bucket: str) -> int:
        """As the index has them, those of erased patients until it is compacted too."""
        flux = (
            'import "influxdata/influxdb"\n'
            f"influxdb.cardinality(bucket: {json.dumps(bucket)}, start: {FIRST}, stop: {LAST})"
        )
        return sum(int(row["_value"]) for row in self._run(flux))

    def open_to_all(self) -> bool:
        """Never: 2.x asks for a token."""
        return False

    def erase(self, bucket: str, patient: str) -> None:
        """Delete the patient's points from both buckets; their name stays in the index until it is compacted."""
        span = {"start": FIRST, "stop": LAST, "predicate": predicate(patient)}
        there = self._by_name()
        for name in (bucket, daily_bucket(bucket)):
            if name in there:
                params = {"orgID": self._org_id(), "bucketID": there[name]["id"]}
                self.server.call("POST", "/api/v2/delete", params=params, json=span)

    def _token(self, name: str, action: str, buckets: tuple[str, ...]) -> str:
        there = self._by_name()
        resources = [{"type": "buckets", "id": there[one]["id"], "orgID": self._org_id()} for one in buckets]
        wanted = {resource["id"] for resource in resources}
        known = self.server.call("GET", "/api/v2/authorizations", params={"orgID": self._org_id()})
        for one in known["authorizations"]:
            if one["description"] == name:
                opens = {(right["action"], right["resource"].get("id")) for right in one["permissions"]}
                if opens == {(action, bucket) for bucket in wanted} and one["status"] == "active":
                    return str(one["token"])
                self.server.call("DELETE", f"/api/v2/authorizations/{one['id']}")
        rights = [{"action": action, "resource": resource} for resource in resources]
        made = {"orgID": self._org_id(), "description": name, "permissions": rights}
        return str(self.server.call("POST", "/api/v2/authorizations", json=made)["token"])

    def _by_name(self) -> dict[str, Any]:
        """All buckets of the organisation."""
        found: dict[str, Any] = {}
        while True:
            page = {"orgID": self._org_id(), "limit": MOST, "offset": len(found)}
            listed = self.server.call("GET", "/api/v2/buckets", params=page)["buckets"]
            found |= {one["name"]: one for one in listed}
            if len(listed) < MOST:
                return found

    def _task_of(self, bucket: str) -> Any:
        """The task that takes a bucket's daily means, or None."""
        params = {"orgID": self._org_id(), "name": _task(bucket)}
        return next(iter(self.server.call("GET", "/api/v2/tasks", params=params)["tasks"]), None)

    def _run(self, flux: str) -> list[dict[str, str]]:
        params = {"orgID": self._org_id()}
        body = {"query": flux, "dialect": {"header": True, "annotations": []}}
        text = self.server.text("POST", "/api/v2/query", params=params, json=body)
        rows = list(csv.DictReader(StringIO(text.strip().replace("\r\n", "\n"))))
        if rows and "error" in rows[0]:
            raise Misconfigured(f"InfluxDB refused a query: {rows[0]['error']}")
        return rows

    def _org_id(self) -> str:
        found = self.server.call("GET", "/api/v2/orgs", params={"org": self._org})["orgs"]
        return str(found[0]["id"])


def _flux(bucket: str, start: str, whole_from: str) -> str:
    """Daily means of a bucket, written beside it; a day is one of UTC.

    Of the day in which `start` lies, points are missing: only days that begin at `whole_from` or later are written.
    (What a task imports, as `date` that would cut to whole days, 2.7 loses from its script.)
    """
    parts = (
        f"from(bucket: {json.dumps(bucket)})\n"
        f"  |> range(start: {start}, stop: {LAST})\n"
        f"  |> filter(fn: (r) => r._measurement == {json.dumps(measurement)} and r._field =~ {pattern})\n"
        '  |> aggregateWindow(every: 1d, fn: mean, createEmpty: false, timeSrc: "_start")\n'
        f"  |> range(start: {whole_from}, stop: {LAST})\n"
        '  |> map(fn: (r) => ({r with _field: "mean_" + r._field}))\n'
        f"  |> to(bucket: {json.dumps(daily_bucket(bucket))})\n"
        f"  |> yield(name: {json.dumps(measurement)})"
        for measurement, pattern in FIELDS.items()
    )
    return "\n".join(parts)


def _task(bucket: str) -> str:
    return f"{bucket} daily means"


def _keep_days(bucket: Any) -> int:
    return sum(int(rule["everySeconds"]) for rule in bucket["retentionRules"] if rule["type"] == "expire") // DAY_S
