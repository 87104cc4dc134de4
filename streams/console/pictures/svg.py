"""From a drawing to SVG, and what all drawings look like. Imports matplotlib; `serve` is what pages import."""

import io
import re
from collections.abc import Callable
from threading import Lock
from typing import TypeVar

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from streams.console.pictures.style import Style

Shown = TypeVar("Shown")

UNIT = 72.0
"""Units of an SVG in an inch of matplotlib; one unit is one pixel where the picture is shown at its own size."""

_ONE_AT_A_TIME = Lock()
"""matplotlib's settings belong to the whole process."""

_FONT = re.compile(r"'DejaVu Sans'[^;\"]*sans-serif")


def drawing(width: int, height: int) -> Figure:
    """An empty drawing of so many units."""
    return Figure(figsize=(width / UNIT, height / UNIT), dpi=UNIT)


def calm(axes: Axes, style: Style) -> None:
    """Take the frame away and leave a light grid."""
    axes.set_facecolor("none")
    for side in axes.spines.values():
        side.set_visible(False)
    axes.grid(axis="y", color=style.colours.grid, linewidth=1)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, colors=style.colours.faint, labelsize=style.font_size, pad=6)


def svg(draw: Callable[[Shown, Style], Figure], shown: Shown, style: Style) -> str:
    """Draw; the same input gives the same text."""
    with _ONE_AT_A_TIME, mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "", "font.size": style.font_size}):
        drawn = io.StringIO()
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        draw(shown, style).savefig(drawn, format="svg", transparent=True, metadata=nothing)
    # Letters stay letters, in the font of the reader's system.
    return _FONT.sub("system-ui, sans-serif", drawn.getvalue())
