"""Every panel, mark and variable of every dashboard, on real InfluxDB 1.8 and 2.7, beside what is known."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any

import httpx
import pytest

from deploy.grafana.pages import BOARDS
from deploy.grafana.render import DASHBOARDS
from deploy.grafana.rules import RULES, WINDOW_S, Rule, rule_json
from deploy.local.influxdb import InfluxDB
from streams.adapters.influx_admin import admin_of
from streams.adapters.influx_admin.server import Server
from tests.deploy.grafana.cohort import END, PATIENTS, START, Point, known, lines, ms
from tests.deploy.grafana.expand import ALL, Chosen, Shown, expand
from tests.deploy.grafana.truth import DAY_MS, TRUTH, Seen, Values

pytestmark = pytest.mark.influxdb

BUCKET = "dashboards-north"
ALL_OF_IT = (ms(START) - DAY_MS, ms(END) + 60 * DAY_MS)
A_FORTNIGHT = (ms(START) + 28 * DAY_MS, ms(END) - 3_600_000)
INTERVALS = {"1d": DAY_MS, "7d": 7 * DAY_MS, "30d": 30 * DAY_MS}
SHORT = {"30s": 30_000, "1m": 60_000, "5m": 300_000}
CHOICES: dict[str, tuple[dict[str, Chosen], ...]] = {
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
MADE = {board.uid: json.loads((DASHBOARDS / f"{board.uid}.json").read_text()) for board in BOARDS}


@dataclass(frozen=True)
class Team:
    """The known cohort in a bucket, seen with the token that its data source would have."""

    reader: Server

    def ask(self, query: str) -> list[dict[str, Any]]:
        answer = self.reader.call("POST", "/query", params={"db": BUCKET, "epoch": "ms"}, data={"q": query})
        [result] = answer["results"]
        assert "error" not in result, (query, result)
        return list(result.get("series", ()))


@pytest.fixture(scope="module", params=["influxdb", "locked_influxdb18"])
def team(request: pytest.FixtureRequest) -> Iterator[Team]:
    server: InfluxDB = request.getfixturevalue(request.param)
    admin = admin_of(server.url, server.token, server.org)
    admin.ensure_bucket(BUCKET, keep_days=0)
    for _ in range(2):  # a repeat changes nothing
        httpx.post(
            f"{server.url}/api/v2/write",
            params={"org": server.org, "bucket": BUCKET},
            headers={"Authorization": f"Token {server.token}"},
            content="\n".join(lines()),
            timeout=60,
        ).raise_for_status()
    reader = Server(server.url, admin.reader(BUCKET, None))
    yield Team(reader)
    reader.close()
    admin.server.close()


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


def shown_for(uid: str) -> Iterator[Shown]:
    intervals = SHORT if uid == "ipt-pipeline" else INTERVALS
    spans = (ALL_OF_IT, A_FORTNIGHT)
    if uid == "ipt-pipeline":
        spans = ((ms(END) - 600_000, ms(END)), (ms(END) - 320_000, ms(END)))
    for number, chosen in enumerate(CHOICES[uid]):
        for place, (span, interval) in enumerate(product(spans, intervals)):
            if number == 0 or place % len(CHOICES[uid]) == number % len(CHOICES[uid]):
                yield Shown(*span, interval, intervals[interval], chosen)


PANELS = [
    (board.uid, panel["title"]) for board in BOARDS for panel in MADE[board.uid]["panels"] if panel["type"] != "row"
]
TIMED = {"timeseries"}


@pytest.mark.parametrize(("uid", "title"), PANELS, ids=[f"{uid}: {title}" for uid, title in PANELS])
def test_a_panel_shows_what_is_known(team: Team, uid: str, title: str) -> None:
    [panel] = [one for one in MADE[uid]["panels"] if one["title"] == title and one["type"] != "row"]
    single = title == "Open alerts, the worst first"
    something = False
    for shown in shown_for(uid):
        expected = TRUTH[uid, title](Seen(shown))
        found = [
            values(team.ask(expand(target["query"], shown)), timed=panel["type"] in TIMED or single)
            for target in panel["targets"]
        ]
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            assert one == pytest.approx(other), (shown, panel["title"])
        something = something or any(found)
    assert something, "a panel that is always empty proves nothing"


def test_every_panel_has_a_truth_and_every_truth_a_panel() -> None:
    assert set(PANELS) == set(TRUTH)
    assert len(PANELS) == len(set(PANELS))


MARKS = [(board.uid, mark["name"]) for board in BOARDS for mark in MADE[board.uid]["annotations"]["list"]]
MARKED = {
    "Sessions": ("session", lambda point: point.tags["status"] == "held"),
    "Life events": ("life_event", lambda _: True),
    "Phases": ("phase", lambda _: True),
    "Alerts": ("alert", lambda point: point.fields["raised"] == 1),
    "Unpleasant interactions": ("interaction", lambda point: point.fields["valence"] < 0),
}


@pytest.mark.parametrize(("uid", "name"), MARKS)
def test_marks_stand_where_things_happened(team: Team, uid: str, name: str) -> None:
    [mark] = [one["target"] for one in MADE[uid]["annotations"]["list"] if one["name"] == name]
    measurement, counts = MARKED[name]
    something = False
    for shown in shown_for(uid):
        points = [point for point in Seen(shown).of(measurement) if counts(point)]
        series = team.ask(expand(mark["query"], shown))
        rows = [dict(zip(one["columns"], row, strict=True)) for one in series for row in one["values"]]
        assert sorted(row["time"] for row in rows) == sorted(point.ms for point in points)
        columns = (mark["textColumn"], mark["tagsColumn"])
        told = sorted(str(row[column]) for row in rows for column in columns)
        known_words = sorted(str(_plain((point.fields | point.tags)[column])) for point in points for column in columns)
        assert told == known_words
        something = something or bool(rows)
    assert something


def _plain(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def options(team: Team, query: str, shown: Shown) -> list[str]:
    """What a variable offers: the second column of each row, as both of Grafana's parsers read it."""
    return sorted({str(row[1]) for series in team.ask(expand(query, shown)) for row in series["values"]})


def test_variables_offer_what_there_is_points_of(team: Team) -> None:
    offered = {}
    for board in BOARDS:
        for variable in MADE[board.uid]["templating"]["list"]:
            if variable["type"] == "query":
                chosen = {"patient": "p.1"} if board.uid == "ipt-relationships" else {}
                query = variable["query"]["query"]
                offered[board.uid, variable["name"]] = options(team, query, Shown(*ALL_OF_IT, variables=chosen))
    everybody = sorted({point.tags["patient"] for point in known() if point.name == "standing"})
    assert everybody == sorted(PATIENTS)
    assert offered == {
        ("ipt-caseload", "patient"): everybody,
        ("ipt-patient", "patient"): everybody,
        ("ipt-on-call", "patient"): everybody,
        ("ipt-relationships", "patient"): everybody,
        ("ipt-relationships", "person"): ["a-b", "a.b", "axb"],
        ("ipt-group", "group"): ["g-1", "g.1"],
        ("ipt-pipeline", "process"): ["alerting.2", "analysis"],
    }


def grown(field: str, points: list[Point]) -> float:
    """How much a count grew within ten-second steps, over all processes."""
    total = 0.0
    for process in {point.tags["process"] for point in points}:
        counts = [float(p.fields[field]) for p in points if p.tags["process"] == process and field in p.fields]
        total += sum(after - before for before, after in pairwise(counts) if after >= before)
    return total


def known_of(rule: Rule, points: list[Point]) -> dict[tuple[str, ...], float]:
    """What a rule's query has to give; those of workers that are not in the cohort have nothing."""
    if rule.uid.startswith("ipt-silent-"):
        app = rule.uid.removeprefix("ipt-silent-")
        told = len([point for point in points if point.tags["process"].startswith(app)])
        return {("count",): -told} if told else {}
    if rule.uid == "ipt-messages-wait":
        return {("sum",): 2}
    if rule.uid == "ipt-behind":
        return {}
    return {("sum",): grown({"ipt-expired": "expired", "ipt-points-refused": "points_refused"}[rule.uid], points)}


@pytest.mark.parametrize("rule", RULES, ids=[rule.uid for rule in RULES])
def test_alert_rules_ask_what_is_known(team: Team, rule: Rule) -> None:
    [asked, *_] = rule_json(rule, 1)["data"]
    shown = Shown(ms(END) - WINDOW_S * 1000, ms(END))
    points = [point for point in known() if point.name == "pipeline"]
    series = team.ask(expand(asked["model"]["query"], shown))
    found = {key[-1:]: value for key, value in values(series, timed=False).items()}
    assert list(found.values()) == list(known_of(rule, points).values())
    fires = any(value > rule.limit for value in found.values()) or (not found and rule.no_data == "Alerting")
    assert fires is (rule.uid in {"ipt-messages-wait", "ipt-silent-timeseries"})
