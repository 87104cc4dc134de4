"""What every dashboard has to keep to, whatever it shows."""

import json
import re
from itertools import combinations, pairwise
from typing import Any

import pytest
from grafana_foundation_sdk.models import units

from deploy.grafana.pages import BOARDS
from deploy.grafana.rules import RULES
from deploy.grafana.spec import DASHBOARDS, MISSING, NONE, SOURCE, SOURCE_UID
from streams.core.series.measurements import BY_NAME

UNITS = {value for name, value in vars(units).items() if name.isupper() or isinstance(value, str)} | {"none", "string"}
UIDS = [board.uid for board in BOARDS]
NOT_IN_TIME = {"Open alerts", "Critical and open", "Unanswered", "Open", "Shifts to be filled",
               "Open alerts, the worst first",
               "Open alerts of the group", "People by closeness", "People", "Patients, the worst first"}  # fmt: skip
"""Panels with a query about what stands, whenever it began."""
RESULTS = {"last", "sum", "count", "mean", "max", "share", "of", "grown", "median"}


def made(uid: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DASHBOARDS / f"{uid}.json").read_text())
    return found


def panels(uid: str) -> list[dict[str, Any]]:
    return [panel for panel in made(uid)["panels"] if panel["type"] != "row"]


def queries(uid: str) -> list[str]:
    variables = [one["query"]["query"] for one in made(uid)["templating"]["list"] if one["type"] == "query"]
    marks = [mark["target"]["query"] for mark in made(uid)["annotations"]["list"]]
    return [*(target["query"] for panel in panels(uid) for target in panel["targets"]), *variables, *marks]


def test_each_dashboard_has_a_file_and_each_file_a_dashboard() -> None:
    assert {file.stem for file in DASHBOARDS.glob("*.json")} == set(UIDS)
    assert len(set(UIDS)) == len(UIDS)


@pytest.mark.parametrize("uid", UIDS)
def test_a_dashboard_says_what_it_is_and_cannot_be_changed_in_grafana(uid: str) -> None:
    board = made(uid)
    assert re.fullmatch(r"ipt-[a-z-]{1,36}", board["uid"])
    assert board["uid"] == uid
    assert board["title"]
    assert board["description"].endswith(".")
    assert board["editable"] is False
    assert "id" not in board
    assert board["schemaVersion"] >= 39


@pytest.mark.parametrize("uid", UIDS)
def test_every_panel_has_what_a_reader_needs(uid: str) -> None:
    titles = [panel["title"] for panel in panels(uid)]
    assert len(set(titles)) == len(titles)
    for panel in panels(uid):
        defaults = panel["fieldConfig"]["defaults"]
        assert panel["title"]
        assert panel["description"].endswith("."), panel["title"]
        assert defaults["unit"] in UNITS, (panel["title"], defaults["unit"])
        assert defaults["noValue"] in {MISSING, NONE, "none was answered", "no link can be shown yet"}
        assert panel["targets"]
        limits = [step["value"] for step in defaults["thresholds"]["steps"]]
        assert limits[0] is None
        assert all(earlier < later for earlier, later in pairwise(limits[1:])), panel["title"]


@pytest.mark.parametrize("uid", UIDS)
def test_what_is_missing_is_shown_as_missing(uid: str) -> None:
    for panel in panels(uid):
        if panel["type"] == "timeseries":
            assert panel["fieldConfig"]["defaults"]["custom"]["spanNulls"] is False
    for query in queries(uid):
        assert "fill(0)" not in query
        assert "fill(linear)" not in query
        if "GROUP BY time" in query:
            # An interval without anything counts 0, which `fill(null)` leaves as it is.
            wanted = "fill(none)" if re.match(r"SELECT count\(", query) else "fill(null)"
            assert wanted in query or "non_negative_difference" in query, query


@pytest.mark.parametrize("uid", UIDS)
def test_all_data_come_from_the_data_source_that_is_chosen(uid: str) -> None:
    board = made(uid)
    [source] = [one for one in board["templating"]["list"] if one["type"] == "datasource"]
    assert (source["name"], source["query"], source["current"]["value"]) == ("datasource", "influxdb", SOURCE_UID)
    sources = [panel["datasource"] for panel in panels(uid)]
    sources += [target["datasource"] for panel in panels(uid) for target in panel["targets"]]
    sources += [one["datasource"] for one in board["templating"]["list"] if one["type"] == "query"]
    for mark in board["annotations"]["list"]:
        sources += [mark["datasource"], mark["target"]["datasource"]]
    assert all(one == SOURCE for one in sources)


@pytest.mark.parametrize("uid", UIDS)
def test_panels_have_ids_and_do_not_overlap(uid: str) -> None:
    board = made(uid)["panels"]
    assert [panel["id"] for panel in board] == list(range(1, len(board) + 1))
    assert all(panel["gridPos"]["x"] >= 0 and panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24 for panel in board)
    for one, other in combinations([panel["gridPos"] for panel in board], 2):
        beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        below = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
        assert beside or below, (one, other)


@pytest.mark.parametrize("uid", UIDS)
def test_queries_name_measurements_tags_and_fields_that_exist(uid: str) -> None:
    for query in queries(uid):
        assert query.startswith("SELECT ")
        [measurement] = {BY_NAME[name] for name in re.findall(r'FROM "(\w+)"', query)}
        known = {tag.name for tag in measurement.tags} | {column.name for column in measurement.columns}
        known |= set(re.findall(r'AS "(\w+)"', query)) | {measurement.name}
        named = set(re.findall(r'"(\w+)"', query))
        assert named - known - RESULTS == set(), query


@pytest.mark.parametrize("uid", UIDS)
def test_queries_keep_to_the_time_shown_unless_they_are_about_what_stands(uid: str) -> None:
    for panel in panels(uid):
        timed = ["$timeFilter" in target["query"] for target in panel["targets"]]
        assert all(timed) or panel["title"] in NOT_IN_TIME, panel["title"]
        assert not all(timed) or panel["title"] not in NOT_IN_TIME, panel["title"]
        assert panel["type"] != "timeseries" or all(timed)


@pytest.mark.parametrize("uid", UIDS)
def test_no_query_asks_the_index_and_every_variable_says_how_it_goes_in(uid: str) -> None:
    for query in queries(uid):
        assert "SHOW " not in query.upper()
        for name in re.findall(r"\$\{?(\w+)", query):
            own = {"timeFilter", "__interval", "__to"}
            assert name in own or re.search(rf"\$\{{{name}:(raw|regex)\}}", query), query


def test_annotations_are_drawn_over_panels_that_exist() -> None:
    for board in BOARDS:
        titles = {panel["id"]: panel["title"] for panel in panels(board.uid)}
        for mark, written in zip(board.marks, made(board.uid)["annotations"]["list"], strict=True):
            assert tuple(titles[number] for number in written.get("filter", {}).get("ids", ())) == mark.panels


@pytest.mark.parametrize("uid", UIDS)
def test_links_lead_to_dashboards_that_exist_and_to_the_console(uid: str) -> None:
    text = (DASHBOARDS / f"{uid}.json").read_text()
    assert set(re.findall(r"/d/([a-z-]+)/", text)) <= set(UIDS)
    for address in re.findall(r'"url": "([^"]+)"', text):
        assert address.startswith(("/d/ipt-", "${console}/patients/"))
    assert [one["query"] for one in made(uid)["templating"]["list"] if one["name"] == "console"]


def test_operations_see_nothing_of_patients_and_teams_nothing_of_the_pipeline() -> None:
    for board in BOARDS:
        measurements = {name for query in queries(board.uid) for name in re.findall(r'FROM "(\w+)"', query)}
        assert {BY_NAME[name].about == "process" for name in measurements} == {board.operations}


def test_alert_rules_are_about_the_pipeline_alone() -> None:
    for rule in RULES:
        assert set(re.findall(r'FROM "(\w+)"', rule.query)) == {"pipeline"}, rule.uid
