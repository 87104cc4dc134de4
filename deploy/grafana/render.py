"""Dashboards as Grafana's JSON, by way of its own types (`grafana-foundation-sdk`).

The types leave some things out: panels get no id, an annotation's query is dropped, and InfluxQL has no query type.
These are put in afterwards (`_finished`).
"""

import json
from collections.abc import Iterable
from typing import Any, Final

from grafana_foundation_sdk.builders import common, dashboard, stat, table, timeseries
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.variants import Dataquery
from grafana_foundation_sdk.models import common as common_models
from grafana_foundation_sdk.models import dashboard as models

from deploy.grafana.spec import CONSOLE, SOURCE, SOURCE_UID, Board, Column, Look, Mark, Panel, Query, Step, Variable

TAG: Final = "ipt-pulse"


class InfluxQuery(Dataquery):
    """A target in InfluxQL."""

    def __init__(self, query: Query, ref: str, form: str) -> None:
        self._json = {
            "refId": ref,
            "datasource": SOURCE,
            "rawQuery": True,
            "query": query.text,
            "resultFormat": form,
            "alias": query.alias,
        }

    def to_json(self) -> dict[str, object]:
        """As Grafana keeps it."""
        return self._json


class _Built(Builder[Any]):
    """Something that is built already, where a builder is asked for."""

    def __init__(self, made: Any) -> None:
        self._made = made

    def build(self) -> Any:
        """What it was made from."""
        return self._made


def rendered(board: Board) -> str:
    """The dashboard's JSON as text, the same for the same board."""
    made = (
        dashboard.Dashboard(board.title)
        .uid(board.uid)
        .description(board.about)
        .tags([TAG])
        .readonly()
        .timezone("browser")
        .week_start("monday")
        .time(board.since, "now")
        .refresh(board.refresh)
        .tooltip(models.DashboardCursorSync.CROSSHAIR)
        .variables([_source(), *map(_variable, board.variables), _console()])
        .annotations([_annotation(mark) for mark in board.marks])
    )
    for title, panels in board.rows:
        made.with_row(dashboard.Row(title))
        for panel in panels:
            made.with_panel(_panel(panel))
    return _finished(board, json.loads(JSONEncoder().encode(made.build())))


def _finished(board: Board, made: dict[str, Any]) -> str:
    for number, panel in enumerate(made["panels"], start=1):
        panel["id"] = number
    for annotation, mark in zip(made["annotations"]["list"], board.marks, strict=True):
        annotation["target"] = {
            "refId": "Anno",
            "datasource": SOURCE,
            "fromAnnotations": True,
            "rawQuery": True,
            "textEditor": True,
            "query": mark.query,
            "textColumn": mark.text,
            "tagsColumn": mark.tags,
        }
        if mark.panels:
            numbers = [panel["id"] for panel in made["panels"] if panel["title"] in mark.panels]
            annotation["filter"] = {"exclude": False, "ids": numbers}
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"


def _panel(panel: Panel) -> Any:
    make = {
        Look.NUMBER: _number,
        Look.LINES: _lines,
        Look.BARS: _bars,
        Look.TABLE: _table,
    }[panel.look]
    made = (
        make(panel)
        .title(panel.title)
        .description(panel.about)
        .unit(panel.unit)
        .no_value(panel.missing)
        .thresholds(_steps(panel.steps))
        .datasource(models.DataSourceRef(type_val=SOURCE["type"], uid=SOURCE["uid"]))
        .span(panel.width)
        .height(panel.height)
    )
    if panel.decimals is not None:
        made.decimals(panel.decimals)
    if panel.least is not None:
        made.min(panel.least)
    if panel.most is not None:
        made.max(panel.most)
    if panel.interval:
        made.interval(panel.interval)
    if panel.words:
        made.mappings([_words(panel.words)])
    form = "table" if panel.look is Look.TABLE else "time_series"
    for ref, query in zip("ABCDEFGH", panel.queries, strict=False):
        made.with_target(_Built(InfluxQuery(query, ref, form)))
    return made


def _number(panel: Panel) -> Any:
    """Of text, Grafana shows only fields that are named."""
    fields = f"/^{panel.queries[0].alias}$/" if panel.unit == "string" else ""
    reduce = common.ReduceDataOptions().calcs(["lastNotNull"]).fields(fields)
    return stat.Panel().reduce_options(reduce).graph_mode(common_models.BigValueGraphMode.NONE)


def _lines(panel: Panel) -> Any:
    dense = panel.interval.endswith("s")
    points = common_models.VisibilityMode.AUTO if dense else common_models.VisibilityMode.ALWAYS
    made = _time_series().line_width(2).fill_opacity(0).show_points(points).point_size(5)
    if panel.without:
        options = {"regex": f"^{panel.without}(.*)$", "renamePattern": "$1"}
        made.with_transformation(models.DataTransformerConfig(id_val="renameByRegex", options=options))
    if panel.areas:
        made.thresholds_style(common.GraphThresholdsStyleConfig().mode(common_models.GraphThresholdsStyleMode.AREA))
    if panel.band is not None:
        for name, properties in _band(*panel.band).items():
            made.override_by_name(name, [models.DynamicConfigValue(id_val=what, value=to) for what, to in properties])
    return made.draw_style(common_models.GraphDrawStyle.POINTS if panel.points else common_models.GraphDrawStyle.LINE)


def _band(low: str, middle: str, high: str) -> dict[str, list[tuple[str, Any]]]:
    """A grey band with a dashed middle, so that what lies outside it is seen at a glance."""
    grey: list[tuple[str, Any]] = [
        ("color", {"mode": "fixed", "fixedColor": "#8e8e8e"}),
        ("custom.showPoints", "never"),
    ]
    edge: list[tuple[str, Any]] = [*grey, ("custom.lineWidth", 0)]
    dashed = ("custom.lineStyle", {"fill": "dash", "dash": [8, 6]})
    return {
        low: edge,
        middle: [*grey, ("custom.lineWidth", 1), dashed],
        high: [*edge, ("custom.fillBelowTo", low), ("custom.fillOpacity", 18)],
    }


def _bars(panel: Panel) -> Any:
    mode = common_models.StackingMode.NORMAL if panel.stacked else common_models.StackingMode.NONE
    stacked = common.StackingConfig().mode(mode).group("A")
    made = _time_series().draw_style(common_models.GraphDrawStyle.BARS).fill_opacity(70).line_width(1)
    return made.stacking(stacked)


def _time_series() -> Any:
    """Lines break where nothing was said: what is missing is shown as missing."""
    legend = common.VizLegendOptions().show_legend(True).placement(common_models.LegendPlacement.BOTTOM)
    lines = common.GraphThresholdsStyleConfig().mode(common_models.GraphThresholdsStyleMode.DASHED)
    legend = legend.display_mode(common_models.LegendDisplayMode.LIST)
    return timeseries.Panel().span_nulls(False).insert_nulls(False).legend(legend).thresholds_style(lines)


def _table(panel: Panel) -> Any:
    made = table.Panel().show_header(True)
    if panel.join:
        options = {"byField": panel.join, "mode": "outer"}
        made.with_transformation(models.DataTransformerConfig(id_val="joinByField", options=options))
    names = [column.name for column in panel.columns]
    times = dict.fromkeys(("Time", *(f"Time {number}" for number in range(1, 6))), True)
    shown = {
        "excludeByName": {name: hidden for name, hidden in times.items() if name not in names},
        "indexByName": {name: place for place, name in enumerate(names)},
        "renameByName": {column.name: column.title for column in panel.columns},
    }
    made.with_transformation(models.DataTransformerConfig(id_val="organize", options=shown))
    if panel.worst:
        title = next(column.title for column in panel.columns if column.name == panel.worst)
        order = {"sort": [{"field": title, "desc": panel.largest_first}]}
        made.with_transformation(models.DataTransformerConfig(id_val="sortBy", options=order))
    for column in panel.columns:
        made.override_by_name(column.title, list(_override(column)))
    return made


def _override(column: Column) -> Iterable[models.DynamicConfigValue]:
    yield models.DynamicConfigValue(id_val="unit", value=column.unit)
    if column.decimals is not None:
        yield models.DynamicConfigValue(id_val="decimals", value=column.decimals)
    if column.steps:
        yield models.DynamicConfigValue(id_val="thresholds", value=_steps(column.steps).build())
        yield models.DynamicConfigValue(id_val="custom.cellOptions", value={"type": "color-text"})
    if column.words:
        yield models.DynamicConfigValue(id_val="mappings", value=[_words(column.words)])
    if column.links:
        links = [{"title": title, "url": url} for title, url in column.links]
        yield models.DynamicConfigValue(id_val="links", value=links)


def _steps(steps: tuple[Step, ...]) -> Builder[models.ThresholdsConfig]:
    made = dashboard.ThresholdsConfig().mode(models.ThresholdsMode.ABSOLUTE)
    return made.steps([models.Threshold(value=step.start, color=step.colour) for step in steps])


def _words(words: tuple[tuple[str, str], ...]) -> models.ValueMap:
    options = {value: models.ValueMappingResult(text=text, index=place) for place, (value, text) in enumerate(words)}
    return models.ValueMap(options=options)


def _source() -> Builder[models.VariableModel]:
    current = models.VariableOption(selected=True, text=SOURCE_UID, value=SOURCE_UID)
    made = dashboard.DatasourceVariable("datasource").label("Data").type("influxdb").current(current)
    return made.hide(models.VariableHide.HIDE_VARIABLE)


def _console() -> Builder[models.VariableModel]:
    """Where links to the console lead; `grafana sync` puts the clinic's own address in."""
    made = dashboard.ConstantVariable("console").value(CONSOLE)
    return _Built(_with(made.build(), hide=models.VariableHide.HIDE_VARIABLE))


def _variable(variable: Variable) -> Builder[models.VariableModel]:
    if variable.values:
        chosen = variable.values[0]
        options = [models.VariableOption(selected=one == chosen, text=one, value=one) for one in variable.values]
        custom = dashboard.CustomVariable(variable.name).label(variable.title).values(",".join(variable.values))
        return custom.options(options).current(options[0])
    made = (
        dashboard.QueryVariable(variable.name)
        .label(variable.title)
        .datasource(models.DataSourceRef(type_val=SOURCE["type"], uid=SOURCE["uid"]))
        .query({"query": variable.query, "refId": variable.name})
        .refresh(models.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(models.VariableSort.ALPHABETICAL_ASC)
    )
    if variable.many:
        everything = models.VariableOption(selected=True, text="All", value="$__all")
        made.multi(True).include_all(True).all_value(".*").current(everything)
    return made


def _annotation(mark: Mark) -> Builder[models.AnnotationQuery]:
    source = models.DataSourceRef(type_val=SOURCE["type"], uid=SOURCE["uid"])
    return dashboard.AnnotationQuery().name(mark.name).datasource(source).enable(True).icon_color(mark.colour)


def _with(made: Any, **fields: object) -> Any:
    for name, value in fields.items():
        setattr(made, name, value)
    return made
