"""Grafana's own alert rules, for those who run the pipeline: clinical alerts come from the stream, never from here.

Each asks InfluxDB, takes the last value, and holds it against a limit. That a worker is silent is what no data means.
"""

from dataclasses import dataclass
from typing import Any, Final

from deploy.grafana.spec import SOURCE_UID

FOLDER: Final = "ipt-pulse"
GROUP: Final = "pipeline"
EVERY_S: Final = 60
WINDOW_S: Final = 600


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: it fires when the query's last value is above `limit` for `lasts`."""

    uid: str
    title: str
    query: str
    limit: float
    lasts: str
    summary: str
    severity: str = "warning"
    no_data: str = "OK"


def _grown(field: str) -> str:
    inner = (
        f'SELECT non_negative_difference(max("{field}")) AS "grown" FROM "pipeline" '  # noqa: S608 -- of constants
        'WHERE $timeFilter GROUP BY time(10s), "process" fill(previous)'
    )
    return f'SELECT sum("grown") FROM ({inner})'  # noqa: S608


def _silent(app: str) -> Rule:
    """A worker's points come every ten seconds; minus their number is above -1 once there are none, or no data."""
    return Rule(
        f"ipt-silent-{app}",
        f"{app} says nothing",
        f'SELECT -1 * count("memory") FROM "pipeline" WHERE $timeFilter AND "process" =~ /^{app}/',  # noqa: S608
        -1,
        "2m",
        f"No word of worker {app} for ten minutes, or none of timeseries, which would write it.",
        severity="critical",
        no_data="Alerting",
    )


RULES: Final = (
    *map(_silent, ("analysis", "alerting", "timeseries")),
    Rule(
        "ipt-behind",
        "A worker is behind",
        'SELECT max("behind") FROM (SELECT last("behind") AS "behind" FROM "pipeline" WHERE $timeFilter '
        'GROUP BY "process")',
        50_000,
        "10m",
        "Records wait faster than they are taken up, ten minutes long.",
    ),
    Rule(
        "ipt-expired",
        "Records were lost to retention",
        _grown("expired"),
        0,
        "0s",
        "Records left Kafka before they were read: keep them longer, or start workers.",
        severity="critical",
    ),
    Rule(
        "ipt-points-refused",
        "InfluxDB refuses points",
        _grown("points_refused"),
        0,
        "0s",
        "They are kept on the worker's disk.",
    ),
    Rule(
        "ipt-messages-wait",
        "Messages to clinicians wait",
        'SELECT sum("pending") FROM (SELECT last("pending") AS "pending" FROM "pipeline" WHERE $timeFilter '
        'GROUP BY "process")',
        0,
        "5m",
        "No channel has taken them for five minutes: is the pager up?",
        severity="critical",
    ),
)


def rule_json(rule: Rule, org: int) -> dict[str, Any]:
    """The rule as Grafana's provisioning API keeps it."""
    return {"orgID": org, "folderUID": FOLDER, "ruleGroup": GROUP, **_body(rule)}


def rules_file() -> dict[str, Any]:
    """All rules as a file for Grafana's provisioning folder."""
    group = {"orgId": 1, "name": GROUP, "folder": FOLDER, "interval": f"{EVERY_S}s", "rules": [*map(_body, RULES)]}
    return {"apiVersion": 1, "groups": [group]}


def _body(rule: Rule) -> dict[str, Any]:
    return {
        "uid": rule.uid,
        "title": rule.title,
        "condition": "C",
        "data": [_asked(rule.query), _reduced(), _above(rule.limit)],
        "noDataState": rule.no_data,
        "execErrState": "Error",
        "for": rule.lasts,
        "annotations": {"summary": rule.summary},
        "labels": {"severity": rule.severity, "of": "ipt-pulse"},
        "isPaused": False,
    }


def _asked(query: str) -> dict[str, Any]:
    model = {
        "refId": "A",
        "datasource": {"type": "influxdb", "uid": SOURCE_UID},
        "rawQuery": True,
        "query": query,
        "resultFormat": "time_series",
        "intervalMs": 10_000,
        "maxDataPoints": 1_000,
    }
    span = {"from": WINDOW_S, "to": 0}
    return {"refId": "A", "relativeTimeRange": span, "datasourceUid": SOURCE_UID, "model": model}


def _reduced() -> dict[str, Any]:
    model = {"refId": "B", "type": "reduce", "expression": "A", "reducer": "last", "settings": {"mode": "dropNN"}}
    return {"refId": "B", "datasourceUid": "__expr__", "model": model}


def _above(limit: float) -> dict[str, Any]:
    above = [{"evaluator": {"type": "gt", "params": [limit]}}]
    model = {"refId": "C", "type": "threshold", "expression": "B", "conditions": above}
    return {"refId": "C", "datasourceUid": "__expr__", "model": model}
