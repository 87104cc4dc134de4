"""Draws a dashboard from its JSON and what its queries gave, laid out on Grafana's grid. Called by `pictures`.

Only what our dashboards use of Grafana is drawn: big numbers, lines, bars, tables, thresholds, a band, and annotations.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from matplotlib.ticker import MaxNLocator

COLOURS: Final = {
    "green": "#56a64b", "yellow": "#e0b400", "orange": "#ff780a", "red": "#e02f44", "dark-red": "#a01a2d",
    "blue": "#3274d9", "purple": "#8f3bb8", "text": "#24292e",
}  # fmt: skip
PALETTE: Final = (
    "#3274d9", "#e0752d", "#56a64b", "#b877d9", "#e02f44", "#0f8c8c", "#b58900", "#8e5a3c", "#5a7bb0", "#d683ce",
)  # fmt: skip
GREY, GROUND, EDGE = "#6e7377", "#f4f5f5", "#dfe1e3"
WIDE_IN, UNIT_IN, ROW_IN, HEAD_IN = 17.0, 0.40, 0.42, 0.75
LETTERS_IN: Final = 11.5
"""Letters of a legend to an inch."""
MINUTE_S, HOUR_S, DAY_S = 60, 3_600, 86_400


@dataclass
class Told:
    """One series: what it is called, its times in ms, and its values, None where nothing was said."""

    name: str
    times: list[int] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)


@dataclass(frozen=True)
class Answer:
    """What the queries of a panel gave: series for pictures over time, rows for tables."""

    series: Sequence[Told]
    tables: Sequence[Sequence[Mapping[str, Any]]]


@dataclass(frozen=True)
class Marked:
    """One annotation's moments."""

    name: str
    colour: str
    times: Sequence[int]
    panels: Sequence[int] | None
    """Ids of those it is drawn over; None: all."""

    def over(self, panel: Mapping[str, Any]) -> bool:
        """Whether it is drawn over this one."""
        return self.panels is None or panel["id"] in self.panels


@dataclass(frozen=True)
class Picture:
    """A dashboard with what its queries gave, in a time range in ms."""

    board: Mapping[str, Any]
    chosen: str
    since: int
    until: int
    answers: Mapping[int, Answer]
    marks: Sequence[Marked]
    step_ms: int

    def within(self, told: Told) -> Told:
        """What lies in the time range: the first interval may begin before it."""
        some = [(at, value) for at, value in zip(told.times, told.values, strict=True) if at >= self.since]
        return Told(told.name, [at for at, _ in some], [value for _, value in some])


def draw(picture: Picture, file: Path) -> None:
    """Draw it into `file`."""
    board = picture.board
    tops, height = _tops(board["panels"])
    figure = Figure(figsize=(WIDE_IN, height + HEAD_IN), facecolor=GROUND)
    figure.text(0.012, 1 - 0.28 / (height + HEAD_IN), board["title"], fontsize=17, fontweight="bold", va="center")
    said = f"{board['description']}  {picture.chosen}"
    figure.text(0.012, 1 - 0.57 / (height + HEAD_IN), said, fontsize=10, color=GREY, va="center")
    for panel in board["panels"]:
        grid, top = panel["gridPos"], tops[panel["id"]]
        whole = height + HEAD_IN
        bottom = (height - top - (ROW_IN if panel["type"] == "row" else grid["h"] * UNIT_IN)) / whole
        if panel["type"] == "row":
            figure.text(0.012, bottom + 0.12 / whole, panel["title"], fontsize=12, fontweight="bold", color=GREY)
            continue
        left, width = 0.008 + grid["x"] / 24 * 0.984, grid["w"] / 24 * 0.984
        _panel(figure, panel, picture, (left, bottom, width, grid["h"] * UNIT_IN / whole))
    figure.savefig(file, dpi=72, facecolor=GROUND)


def _tops(panels: Sequence[Mapping[str, Any]]) -> tuple[dict[int, float], float]:
    """Where each panel's upper edge is, in inches from the top, and how high all of them are."""
    rows = sorted(panel["gridPos"]["y"] for panel in panels if panel["type"] == "row")

    def inches(units: int) -> float:
        above = sum(row < units for row in rows)
        return above * ROW_IN + (units - above) * UNIT_IN

    lowest = max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in panels)
    return {panel["id"]: inches(panel["gridPos"]["y"]) for panel in panels}, inches(lowest) + 0.1


def _panel(figure: Figure, panel: Mapping[str, Any], picture: Picture, box: tuple[float, float, float, float]) -> None:
    left, bottom, width, height = box
    tall, wide = figure.get_figheight(), figure.get_figwidth()
    gap_x, gap_y = 0.05 / wide, 0.05 / tall
    figure.add_artist(
        FancyBboxPatch(
            (left + gap_x, bottom + gap_y), width - 2 * gap_x, height - 2 * gap_y,
            boxstyle="square,pad=0", facecolor="white", edgecolor=EDGE, linewidth=1, zorder=-5,
        )
    )  # fmt: skip
    figure.text(
        left + 0.14 / wide, bottom + height - 0.2 / tall, panel["title"], fontsize=10.5, fontweight="bold", va="center"
    )
    answer = picture.answers[panel["id"]]
    inner = (left + 0.12 / wide, bottom + 0.1 / tall, width - 0.24 / wide, height - 0.45 / tall)
    if panel["type"] == "stat":
        _number(figure.add_axes(inner), panel, answer, picture)
    elif panel["type"] == "table":
        _table(figure.add_axes(inner), panel, answer, picture)
    else:
        sides = (0.85 / wide, 0.66 / tall)
        plot = (left + sides[0], bottom + sides[1], width - sides[0] - 0.2 / wide, height - sides[1] - 0.42 / tall)
        _over_time(figure.add_axes(plot), panel, answer, picture)


def _number(axes: Axes, panel: Mapping[str, Any], answer: Answer, picture: Picture) -> None:
    axes.set_axis_off()
    defaults = panel["fieldConfig"]["defaults"]
    found = [(told.name, _last(told)) for told in answer.series]
    shown = [(name, value) for name, value in found if value is not None]
    if not shown:
        axes.text(0.5, 0.5, defaults["noValue"], ha="center", va="center", fontsize=12, color=GREY)
        return
    many = len(shown) > 1
    for place, (name, value) in enumerate(shown):
        y = 0.5 if not many else 1 - (place + 0.5) / len(shown)
        text = _text(value, defaults, picture.until)
        colour = _colour(value, defaults["thresholds"]["steps"])
        if many:
            axes.text(0.04, y, name, va="center", fontsize=11, color=GREY)
        axes.text(
            0.96 if many else 0.5, y, text, ha="right" if many else "center", va="center",
            fontsize=15 if many else 25, fontweight="bold", color=colour,
        )  # fmt: skip


def _last(told: Told) -> Any:
    return next((value for value in reversed(told.values) if value is not None), None)


def _table(axes: Axes, panel: Mapping[str, Any], answer: Answer, picture: Picture) -> None:
    axes.set_axis_off()
    axes.set(xlim=(0, 1), ylim=(0, 1))
    steps = {one["id"]: one["options"] for one in panel["transformations"]}
    rows = _joined(answer.tables, steps.get("joinByField", {}).get("byField"))
    order, names = steps["organize"]["indexByName"], steps["organize"]["renameByName"]
    columns = [name for name in order if any(row.get(name) is not None for row in rows)]
    shown = [{names[name]: row.get(name) for name in columns} for row in rows]
    for sort in steps.get("sortBy", {}).get("sort", ()):
        known = [row for row in shown if row.get(sort["field"]) is not None]
        known.sort(key=lambda row: row[sort["field"]], reverse=bool(sort.get("desc")))
        shown = known + [row for row in shown if row.get(sort["field"]) is None]
    if not shown:
        axes.text(0.5, 0.5, panel["fieldConfig"]["defaults"]["noValue"], ha="center", va="center", color=GREY)
        return
    options = _overrides(panel)
    titles = [names[name] for name in columns]
    cells = [[_text(row[title], options.get(title, {}), picture.until) for title in titles] for row in shown]
    room = max(int(axes.get_position().height * axes.figure.get_figheight() / 0.25), 2)
    line = 1 / room
    longest = [max(len(title), *(len(row[at]) for row in cells)) + 2 for at, title in enumerate(titles)]
    edges = [sum(longest[:at]) / sum(longest) for at in range(len(titles))]
    for edge, title in zip(edges, titles, strict=True):
        axes.text(edge + 0.004, 1 - line / 2, title, va="center", fontsize=9, fontweight="bold", color=GREY)
    for number, (row, texts) in enumerate(zip(shown[: room - 1], cells, strict=False), start=1):
        y = 1 - (number + 0.5) * line
        axes.axhline(1 - number * line, color=EDGE, linewidth=0.8)
        for edge, title, text in zip(edges, titles, texts, strict=True):
            given = options.get(title, {})
            colour = _colour(row[title], given["thresholds"]["steps"]) if "thresholds" in given else COLOURS["text"]
            colour = COLOURS["blue"] if "links" in given else colour
            axes.text(edge + 0.004, y, text, va="center", fontsize=9, color=colour)
    if len(shown) > room - 1:
        more = f"{len(shown) - room + 1} more below"
        axes.text(0.996, 1 + line / 2, more, ha="right", va="center", fontsize=9, color=GREY)


def _overrides(panel: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """By series or column, what is said of it alone."""
    return {
        one["matcher"]["options"]: {told["id"]: told["value"] for told in one["properties"]}
        for one in panel["fieldConfig"]["overrides"]
    }


def _joined(tables: Sequence[Sequence[Mapping[str, Any]]], by: str | None) -> list[dict[str, Any]]:
    """The rows of all queries; those that share a value of `by` are one, as in an outer join."""
    if by is None:
        return [dict(row) for table in tables for row in table]
    found: dict[Any, dict[str, Any]] = {}
    for table in tables:
        for row in table:
            found.setdefault(row.get(by), {}).update({name: value for name, value in row.items() if name != "time"})
    return list(found.values())


def _over_time(axes: Axes, panel: Mapping[str, Any], answer: Answer, picture: Picture) -> None:
    defaults = panel["fieldConfig"]["defaults"]
    custom = defaults["custom"]
    overrides = _overrides(panel)
    series = [told for told in map(picture.within, answer.series) if any(value is not None for value in told.values)]
    axes.set_xlim(_when(picture.since), _when(picture.until))
    stacked = custom.get("stacking", {}).get("mode") == "normal"
    low, high = _range(series, defaults, stacked=stacked)
    axes.set_ylim(low, high)
    _thresholds(axes, defaults, custom["thresholdsStyle"]["mode"], low, high)
    if custom["drawStyle"] == "bars":
        _bars(axes, series, picture, stacked=stacked)
    else:
        _lines(axes, series, overrides, dots=custom["showPoints"] == "always")
    for mark in (mark for mark in picture.marks if mark.over(panel)):
        for at in mark.times:
            axes.axvline(
                _when(at), color=COLOURS[mark.colour], linewidth=0.9, linestyle=(0, (4, 3)), alpha=0.55, zorder=1
            )
            axes.plot([_when(at)], [low], "^", color=COLOURS[mark.colour], markersize=6, clip_on=False, zorder=4)
    locator = AutoDateLocator(minticks=3, maxticks=max(4, int(panel["gridPos"]["w"] * 0.6)))
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=False))
    if all(isinstance(value, int) for told in series for value in told.values if value is not None):
        axes.yaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axes.yaxis.set_major_formatter(lambda value, _: _text(value, {**defaults, "decimals": None}, picture.until))
    axes.tick_params(labelsize=8.5, colors=GREY, length=0)
    axes.grid(visible=True, color=EDGE, linewidth=0.7)
    axes.set_axisbelow(True)
    for spine in axes.spines.values():
        spine.set_visible(False)
    if not series:
        axes.text(0.5, 0.5, defaults["noValue"], transform=axes.transAxes, ha="center", va="center", color=GREY)
        return
    _legend(axes, panel, picture)


def _legend(axes: Axes, panel: Mapping[str, Any], picture: Picture) -> None:
    """Names of series below, as in Grafana, as many as fit; on the widest panel those of the annotations with them."""
    if panel["gridPos"]["w"] == 24:
        for mark in (mark for mark in picture.marks if mark.over(panel)):
            axes.plot([], [], "^", color=COLOURS[mark.colour], label=mark.name.lower(), markersize=6)
    handles, names = axes.get_legend_handles_labels()
    room = panel["gridPos"]["w"] / 24 * WIDE_IN * LETTERS_IN
    rows = 1 if sum(len(name) + 5 for name in names) < room else 2
    columns = -(-len(names) // rows)
    while columns > 1 and columns * (max(map(len, names[: columns * rows])) + 5) > room and rows > 1:
        columns -= 1
    shown = columns * rows
    titles = names[:shown]
    if shown < len(names):
        titles[-1] += f"  and {len(names) - shown} more"
    below = -0.27 / (axes.get_position().height * axes.figure.get_figheight())
    axes.legend(
        handles[:shown], titles, loc="upper left", bbox_to_anchor=(-0.01, below), ncols=columns,
        fontsize=8.5, frameon=False, handlelength=1.2, columnspacing=1.2, borderpad=0, labelspacing=0.25,
    )  # fmt: skip


def _lines(axes: Axes, series: Sequence[Told], overrides: Mapping[str, Mapping[str, Any]], *, dots: bool) -> None:
    by_name = {told.name: told for told in series}
    plain = 0
    for told in series:
        given = overrides.get(told.name, {})
        colour = given.get("color", {}).get("fixedColor")
        if colour is None:
            colour, plain = PALETTE[plain % len(PALETTE)], plain + 1
        values = [float("nan") if value is None else value for value in told.values]
        times = [_when(at) for at in told.times]
        below = by_name.get(given.get("custom.fillBelowTo", ""))
        if below is not None:
            floor = [float("nan") if value is None else value for value in below.values]
            axes.fill_between(
                times, floor, values, color=colour, alpha=0.18, linewidth=0, label="usual range", zorder=1
            )
        if given.get("custom.lineWidth") == 0:
            continue
        dashed = "--" if "custom.lineStyle" in given else "-"
        marker = "o" if dots and given.get("custom.showPoints") != "never" else ""
        width = given.get("custom.lineWidth", 2) * 0.8
        style = {"marker": marker, "markersize": 3.5, "clip_on": False}
        axes.plot(times, values, dashed, color=colour, linewidth=width, label=told.name, zorder=3, **style)


def _bars(axes: Axes, series: Sequence[Told], picture: Picture, *, stacked: bool) -> None:
    bottoms: dict[int, float] = {}
    apart = [after - before for told in series for before, after in zip(told.times, told.times[1:], strict=False)]
    wide = min([*apart, 7 * DAY_S * 1000]) if apart else picture.step_ms
    for number, told in enumerate(series):
        some = [(at, value) for at, value in zip(told.times, told.values, strict=True) if value is not None]
        floors = [bottoms.get(at, 0.0) if stacked else 0.0 for at, _ in some]
        times, heights = [_when(at) for at, _ in some], [value for _, value in some]
        look = {"color": PALETTE[number % len(PALETTE)], "alpha": 0.8 if stacked else 1, "zorder": 2}
        axes.bar(times, heights, bottom=floors, width=0.8 * wide / 1000 / DAY_S, label=told.name, **look)
        for (at, value), floor in zip(some, floors, strict=True):
            bottoms[at] = floor + value


def _range(series: Sequence[Told], defaults: Mapping[str, Any], *, stacked: bool) -> tuple[float, float]:
    values = [value for told in series for value in told.values if value is not None]
    tops = list(values)
    if stacked:
        sums: dict[int, float] = {}
        for told in series:
            for at, value in zip(told.times, told.values, strict=True):
                sums[at] = sums.get(at, 0) + (value or 0)
        tops = list(sums.values())
    low, high = min([*values, 0.0]), max([*tops, 1.0])
    return defaults.get("min", low * 1.08), defaults.get("max", high * 1.08)


def _thresholds(axes: Axes, defaults: Mapping[str, Any], mode: str, low: float, high: float) -> None:
    steps = defaults["thresholds"]["steps"]
    starts = [low if step["value"] is None else step["value"] for step in steps]
    for step, start, end in zip(steps, starts, [*starts[1:], high], strict=True):
        if mode == "area" and start < high:
            axes.axhspan(start, min(end, high), color=COLOURS[step["color"]], alpha=0.13, linewidth=0, zorder=0)
        elif step["value"] is not None and start < high:
            axes.axhline(start, color=COLOURS[step["color"]], linestyle="--", linewidth=1, zorder=1)


def _colour(value: Any, steps: Sequence[Mapping[str, Any]]) -> str:
    if not isinstance(value, int | float):
        return COLOURS["text"]
    reached = [step["color"] for step in steps if step["value"] is None or value >= step["value"]]
    return COLOURS[reached[-1]] if reached else COLOURS["text"]


def _text(value: Any, given: Mapping[str, Any], now: int) -> str:
    """A value as Grafana writes it in its unit."""
    if value is None:
        return ""
    for mapping in given.get("mappings", ()):
        if found := mapping["options"].get(str(value)):
            return str(found["text"])
    if isinstance(value, str):
        return value.replace("_", " ")
    unit, decimals = given.get("unit", "none"), given.get("decimals")
    if unit in _WORDED:
        return _WORDED[unit](value, now)
    number = f"{value:,.{decimals}f}" if decimals is not None else f"{value:,.10g}"
    return number + _AFTER.get(unit, "")


_AFTER: Final = {"h": " h", "rps": " rec/s", "wps": " wr/s", "ops": " ops/s"}
_WORDED: Final[dict[str, Callable[[float, int], str]]] = {
    "dateTimeAsLocal": lambda value, _: f"{datetime.fromtimestamp(value / 1000, UTC):%Y-%m-%d %H:%M}",
    "dateTimeFromNow": lambda value, now: f"{_span((now - value) / 1000)} ago",
    "s": lambda value, _: _span(value),
    "percentunit": lambda value, _: f"{100 * value:.0f} %",
    "bytes": lambda value, _: f"{value / 2**20:,.0f} MiB",
}


def _span(seconds: float) -> str:
    for size, word in ((DAY_S, "day"), (HOUR_S, "hour"), (MINUTE_S, "minute"), (1, "second")):
        if seconds >= size:
            count = round(seconds / size) if size != 1 else int(seconds)
            return f"{count} {word}{'' if count == 1 else 's'}"
    return "a moment"


def _when(at: int) -> float:
    return float(date2num(datetime.fromtimestamp(at / 1000, UTC)))
