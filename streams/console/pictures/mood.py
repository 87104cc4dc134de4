"""The mood picture: day means over the own usual range, single reports, interactions and alerts on one time axis."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import groupby
from operator import itemgetter

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from schemas.alerts import Severity
from streams.console.figures import MoodFigure
from streams.console.pictures.style import Style
from streams.console.pictures.svg import calm, drawing
from streams.console.times import short_day
from streams.console.words import MINUS

DESK, PHONE = (1020, 420), (320, 380)
"""Width and height."""

NOON = 0.5
LABELLED_GAP = 5
"""Days without reports from which on a gap says so in words."""

DAYS_A_LABEL = {21: 3, 42: 7, 84: 7}
"""Days between two dates on the axis, by the days that the picture shows; a phone has room for a third."""

MARKS = {Severity.CRITICAL: "8", Severity.HIGH: "^", Severity.WARNING: "D", Severity.INFO: "o"}
"""Each severity has a shape besides its colour."""


def draw_mood(figure: MoodFigure, style: Style) -> Figure:
    """Draw it: mood above, interactions below, alerts through both; x is in days since the first midnight."""
    width, height = PHONE if style.on_phone else DESK
    drawn = drawing(width, height)
    above, below = drawn.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    drawn.subplots_adjust(left=30 / width, right=1 - 12 / width, top=1 - 34 / height, bottom=30 / height, hspace=0.34)
    for axes in (above, below):
        calm(axes, style)
    _mood(above, figure, style)
    _interactions(below, figure, style)
    _alerts(above, below, figure, style)
    _dates(below, figure, style)
    return drawn


def _mood(axes: Axes, figure: MoodFigure, style: Style) -> None:
    colours = style.colours
    axes.set_ylim(-0.3, 10.3)
    axes.set_yticks(range(0, 11, 2))
    _title(axes, "Mood, 0 to 10, higher is better", style)
    for first, last in _gaps(figure):
        _gap(axes, first, last, style)
    if figure.baseline is not None:
        axes.axhspan(figure.baseline.low, figure.baseline.high, color=colours.band, linewidth=0, zorder=0.6)
    times = [_place(report.time, figure) for report in figure.moods]
    axes.scatter(times, [report.mood for report in figure.moods], s=13, color=colours.mood, alpha=0.45, linewidths=0)
    means = [float("nan") if known is None else known.mean for _, known in figure.every_day]
    noons = [day + NOON for day in range(figure.length)]
    dots = 3.2 if style.on_phone else 4.5
    axes.plot(noons, means, color=colours.mood, linewidth=2, marker="o", markersize=dots)
    if figure.last == figure.today:
        # The running day is not over: an open ring.
        axes.plot(noons[-1], means[-1], marker="o", ms=dots + 2, color=colours.page, mec=colours.mood, mew=2)


def _interactions(axes: Axes, figure: MoodFigure, style: Style) -> None:
    colours = style.colours
    axes.set_ylim(-3.6, 3.6)
    axes.set_yticks((-3, 0, 3), (f"{MINUS}3", "0", "+3"))
    _title(axes, f"Interactions, {MINUS}3 unpleasant to +3 pleasant", style)
    axes.axhline(0, color=colours.faint, linewidth=1)
    _not_shown(axes, figure, style)
    for event in figure.interactions:
        at = _place(event.time, figure)
        colour = colours.good if event.valence > 0 else colours.bad if event.valence < 0 else colours.faint
        mark = "^" if event.valence > 0 else "v" if event.valence < 0 else "o"
        axes.plot((at, at), (0, event.valence), color=colour, linewidth=1.5)
        axes.plot(at, event.valence, marker=mark, color=colour, markersize=6)


def _alerts(above: Axes, below: Axes, figure: MoodFigure, style: Style) -> None:
    for alert in figure.alerts:
        colour = style.colours.severity[alert.severity]
        at = _place(alert.since, figure)
        width, line = (2.5, "solid") if alert == figure.marked else (1.5, (0, (4, 3)))
        for axes in (above, below):
            axes.axvline(at, color=colour, linewidth=width, linestyle=line, zorder=1.5)
        above.plot(at, 10.3, marker=MARKS[alert.severity], color=colour, markersize=10, clip_on=False, zorder=5)


def _dates(axes: Axes, figure: MoodFigure, style: Style) -> None:
    axes.set_xlim(0, figure.length)
    step = DAYS_A_LABEL[figure.length] * (3 if style.on_phone else 1)
    # Counted from the last day, which is the one that matters.
    days = range((figure.length - 1) % step, figure.length, step)
    axes.set_xticks([day + NOON for day in days], [short_day(figure.every_day[day][0]) for day in days])
    axes.get_xticklabels()[-1].set_horizontalalignment("right")  # or it would be cut off


def _gaps(figure: MoodFigure) -> Iterator[tuple[int, int]]:
    """The stretches of days without a report, from and to (excluded); a running day still silent is no gap."""
    missing = [known is None and day != figure.today for day, known in figure.every_day]
    for is_missing, stretch in groupby(enumerate(missing), key=itemgetter(1)):
        if is_missing:
            days = [day for day, _ in stretch]
            yield days[0], days[-1] + 1


def _gap(axes: Axes, first: int, after: int, style: Style) -> None:
    colours = style.colours
    axes.axvspan(first, after, facecolor=colours.gap, edgecolor=colours.grid, hatch="///", linewidth=0, zorder=0.5)
    if after - first >= LABELLED_GAP:
        axes.text((first + after) / 2, 0.2, "no reports", color=colours.faint, ha="center", va="bottom")


def _not_shown(axes: Axes, figure: MoodFigure, style: Style) -> None:
    """Cover the days whose interactions are not shown, so that they are not taken for days without any."""
    until = min(_place(figure.single_from, figure), figure.length)
    if until <= 0:
        return
    colours = style.colours
    axes.axvspan(0, until, color=colours.gap, linewidth=0, zorder=1.2)
    axes.axvline(until, color=colours.faint, linewidth=1)
    told = f"not shown\nbefore {short_day(figure.single_from)}"
    axes.text(until / 2, 0, told, color=colours.faint, ha="center", va="center", linespacing=1.4)


def _title(axes: Axes, text: str, style: Style) -> None:
    axes.set_title(text, loc="left", fontsize=style.font_size, color=style.colours.text, pad=10)


def _place(at: date | datetime, figure: MoodFigure) -> float:
    """A moment, by the clock on the patient's wall, or the start of a day."""
    local = at.replace(tzinfo=None) if isinstance(at, datetime) else datetime.combine(at, time())
    return (local - datetime.combine(figure.first, time())) / timedelta(days=1)
