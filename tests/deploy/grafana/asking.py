"""Asks every query of every dashboard as Grafana would, and holds what comes back against what is known.

Called by the tests, and by `python -m tests.deploy.grafana.table`, which writes down what was verified.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any, Final

import httpx
import pytest

from deploy.grafana.pages import BOARDS
from deploy.grafana.rules import WINDOW_S, Rule, rule_json
from deploy.grafana.spec import DASHBOARDS
from deploy.local.influxdb import InfluxDB
from streams.adapters.influx_admin import admin_of
from streams.adapters.influx_admin.server import Server
from tests.deploy.grafana.cohort import END, PATIENTS, START, Point, known, lines, ms
from tests.deploy.grafana.expand import ALL, Chosen, Shown, expand
from tests.deploy.grafana.truth import DAY_MS, TRUTH, Seen, Values

ALL_OF_IT: Final = (ms(START) - DAY_MS, ms(END) + 60 * DAY_MS)
A_FORTNIGHT: Final = (ms(START) + 28 * DAY_MS, ms(END) - 3_600_000)
INTERVALS: Final = {"1d": DAY_MS, "7d": 7 * DAY_MS, "30d": 30 * DAY_MS}
SHORT: Final = {"30s": 30_000, "1m": 60_000, "5m": 300_000}
CHOICES: Final[dict[str, tuple[dict[str, Chosen], ...]]] = {
    "ipt-caseload": (
        {"patient": ALL},
        {"patient": "p.1"},
        {"patient": ["p.1", "1.2"]},
        {"patient": ["p-1", "p~1", "1x2"]},
        {"patient": "nobody"},
    ),
    "ipt-patient": tuple({"patient": patient} for patient in ("p.1", "p-1", "1.2", "nobody")),
    "ipt-relationships": (
        {"patient": "p.1", "person": ALL},
        {"patient": "p.1", "person": "a.b"},
        {"patient": "1.2", "person": ["a-b", "axb"]},
    ),
    "ipt-group": ({"group": "g-1"}, {"group": "g.1"}, {"group": "gx1"}),
    "ipt-outcomes": ({"instrument": "PHQ-9"}, {"instrument": "GAD-7"}),
    "ipt-on-call": ({"patient": ALL}, {"patient": ["p-1", "1.2"]}, {"patient": "nobody"}),
    "ipt-pipeline": ({"process": ALL}, {"process": "alerting.2"}, {"process": ["analysis", "alerting.2"]}),
}
MADE: Final = {board.uid: json.loads((DASHBOARDS / f"{board.uid}.json").read_text()) for board in BOARDS}
PANELS: Final = [
    (board.uid, panel["title"]) for board in BOARDS for panel in MADE[board.uid]["panels"] if panel["type"] != "row"
]
MARKS: Final = [(board.uid, mark["name"]) for board in BOARDS for mark in MADE[board.uid]["annotations"]["list"]]
VARIABLES: Final = [
    (board.uid, one["name"])
    for board in BOARDS
    for one in MADE[board.uid]["templating"]["list"]
    if one["type"] == "query"
]
OFFERED: Final = {
    "patient": sorted(PATIENTS),
    "person": ["a-b", "a.b", "axb"],
    "group": ["g-1", "g.1"],
    "process": ["alerting.2", "analysis"],
}
"""What each variable has to offer; of a group with three members nothing is there."""
MARKED: Final = {
    "Sessions": ("session", lambda point: point.tags["status"] == "held"),
    "Life events": ("life_event", lambda _: True),
    "Phases": ("phase", lambda _: True),
    "Alerts": ("alert", lambda point: point.fields["raised"] == 1),
    "Unpleasant interactions": ("interaction", lambda point: point.fields["valence"] < 0),
}
FIRING: Final = {"ipt-messages-wait", "ipt-silent-timeseries"}


@dataclass(frozen=True)
class Team:
    """The known cohort in a bucket, seen with the token that its data source would have."""

    reader: Server
    bucket: str

    def ask(self, query: str) -> list[dict[str, Any]]:
        answer = self.reader.call("POST", "/query", params={"db": self.bucket, "epoch": "ms"}, data={"q": query})
        [result] = answer["results"]
        assert "error" not in result, (query, result)
        return list(result.get("series", ()))


@dataclass
class Compared:
    """How many queries were asked, and how many values were compared with what is known."""

    asked: int = 0
    values: int = 0

    def __add__(self, other: "Compared") -> "Compared":
        return Compared(self.asked + other.asked, self.values + other.values)


def load(server: InfluxDB, bucket: str, points: Sequence[str], *, times: int = 2) -> Team:
    """A bucket with these points, written more than once, since a repeat changes nothing."""
    admin = admin_of(server.url, server.token, server.org)
    admin.ensure_bucket(bucket, keep_days=0)
    for _ in range(times):
        httpx.post(
            f"{server.url}/api/v2/write",
            params={"org": server.org, "bucket": bucket},
            headers={"Authorization": f"Token {server.token}"},
            content="\n".join(points),
            timeout=60,
        ).raise_for_status()
    reader = Server(server.url, admin.reader(bucket, None))
    admin.server.close()
    return Team(reader, bucket)


def cohort(server: InfluxDB, bucket: str) -> Team:
    """A bucket with the known cohort."""
    return load(server, bucket, lines())


def shown_for(uid: str) -> Iterator[Shown]:
    """What is chosen on top of a dashboard: everything with the first choice, a share of it with each other."""
    intervals = SHORT if uid == "ipt-pipeline" else INTERVALS
    spans = (ALL_OF_IT, A_FORTNIGHT)
    if uid == "ipt-pipeline":
        spans = ((ms(END) - 600_000, ms(END)), (ms(END) - 320_000, ms(END)))
    for number, chosen in enumerate(CHOICES[uid]):
        for place, (span, interval) in enumerate(product(spans, intervals)):
            if number == 0 or place % len(CHOICES[uid]) == number % len(CHOICES[uid]):
                yield Shown(*span, interval, intervals[interval], chosen)


def panel_of(uid: str, title: str) -> dict[str, Any]:
    """A panel as Grafana gets it."""
    [panel] = [one for one in MADE[uid]["panels"] if one["title"] == title and one["type"] != "row"]
    return dict(panel)


def panel_queries(uid: str, title: str) -> list[str]:
    """The queries of a panel, before anything is put in."""
    return [target["query"] for target in panel_of(uid, title)["targets"]]


def mark_of(uid: str, name: str) -> dict[str, Any]:
    """What an annotation asks."""
    [mark] = [one["target"] for one in MADE[uid]["annotations"]["list"] if one["name"] == name]
    return dict(mark)


def variable_query(uid: str, name: str) -> str:
    """What a variable asks."""
    [query] = [one["query"]["query"] for one in MADE[uid]["templating"]["list"] if one["name"] == name]
    return str(query)


def rule_query(rule: Rule) -> str:
    """What an alert rule asks."""
    [asked, *_] = rule_json(rule, 1)["data"]
    return str(asked["model"]["query"])


def panel_shows_what_is_known(team: Team, uid: str, title: str) -> Compared:
    """Every query of a panel beside its truth."""
    panel = panel_of(uid, title)
    timed = panel["type"] == "timeseries" or title == "Open alerts, the worst first"
    done = Compared()
    for shown in shown_for(uid):
        expected = TRUTH[uid, title](Seen(shown))
        found = [values(team.ask(expand(query, shown)), timed=timed) for query in panel_queries(uid, title)]
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            assert one == pytest.approx(other), (shown, title)
            done += Compared(1, len(one))
    assert done.values, "a panel that is always empty proves nothing"
    return done


def marks_stand_where_things_happened(team: Team, uid: str, name: str) -> Compared:
    """Times, words and colours of an annotation."""
    mark = mark_of(uid, name)
    measurement, counts = MARKED[name]
    columns = (mark["textColumn"], mark["tagsColumn"])
    done = Compared()
    for shown in shown_for(uid):
        points = [point for point in Seen(shown).of(measurement) if counts(point)]
        series = team.ask(expand(mark["query"], shown))
        rows = [dict(zip(one["columns"], row, strict=True)) for one in series for row in one["values"]]
        assert sorted(row["time"] for row in rows) == sorted(point.ms for point in points)
        told = sorted(str(row[column]) for row in rows for column in columns)
        known_words = sorted(str(_plain((point.fields | point.tags)[column])) for point in points for column in columns)
        assert told == known_words
        done += Compared(1, 3 * len(rows))
    assert done.values
    return done


def variable_offers_what_there_is(team: Team, uid: str, name: str) -> Compared:
    """The choices of a variable."""
    chosen = {"patient": "p.1"} if name == "person" else {}
    offered = options(team, variable_query(uid, name), Shown(*ALL_OF_IT, variables=chosen))
    assert offered == OFFERED[name]
    return Compared(1, len(offered))


def rule_asks_what_is_known(team: Team, rule: Rule) -> Compared:
    """The query of an alert rule, and whether it would fire."""
    shown = Shown(ms(END) - WINDOW_S * 1000, ms(END))
    points = [point for point in known() if point.name == "pipeline"]
    series = team.ask(expand(rule_query(rule), shown))
    found = {key[-1:]: value for key, value in values(series, timed=False).items()}
    assert list(found.values()) == list(_known_of(rule, points).values())
    fires = any(value > rule.limit for value in found.values()) or (not found and rule.no_data == "Alerting")
    assert fires is (rule.uid in FIRING)
    assert found or rule.no_data == "Alerting", "a rule that never has a value proves nothing"
    return Compared(1, len(found))


def values(series: list[dict[str, Any]], *, timed: bool) -> Values:
    """What a query gave, by tags, time where it matters, and column; without what is missing."""
    found: Values = {}
    for one in series:
        tags = tuple(value for _, value in sorted(one.get("tags", {}).items()))
        for row in one["values"]:
            told = dict(zip(one["columns"], row, strict=True))
            at = told.pop("time")
            where = (*tags, at) if timed else tags
            found |= {(*where, name): value for name, value in told.items() if value is not None}
    return found


def options(team: Team, query: str, shown: Shown) -> list[str]:
    """What a variable offers: the second column of each row, as both of Grafana's parsers read it."""
    return sorted({str(row[1]) for series in team.ask(expand(query, shown)) for row in series["values"]})


def _plain(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _grown(field: str, points: list[Point]) -> float:
    """How much a count grew within ten-second steps, over all processes."""
    total = 0.0
    for process in {point.tags["process"] for point in points}:
        counts = [float(p.fields[field]) for p in points if p.tags["process"] == process and field in p.fields]
        total += sum(after - before for before, after in pairwise(counts) if after >= before)
    return total


def _known_of(rule: Rule, points: list[Point]) -> dict[tuple[str, ...], float]:
    """What a rule's query has to give; those of workers that are not in the cohort have nothing."""
    if rule.uid.startswith("ipt-silent-"):
        app = rule.uid.removeprefix("ipt-silent-")
        told = len([point for point in points if point.tags["process"].startswith(app)])
        return {("count",): -told} if told else {}
    if rule.uid == "ipt-messages-wait":
        return {("sum",): 2}
    if rule.uid == "ipt-behind":
        return {("max",): 190}
    return {("sum",): _grown({"ipt-expired": "expired", "ipt-points-refused": "points_refused"}[rule.uid], points)}
