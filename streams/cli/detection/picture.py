"""The picture of `ipt-pulse evaluate detection`: of each method, how many falls are seen within so many days."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from matplotlib.figure import Figure

from streams.cli.detection.methods import OURS
from streams.cli.detection.trials import SOON

MOST_DAYS: Final = 45


def draw(file: Path, found: Mapping[str, Mapping[str, Sequence[float]]]) -> None:
    """Write it.

    Args:
        file: where to; its name says in which format (svg, png, pdf).
        found: by case and method, the days after which each fall was seen, infinite for never.
    """
    rows = -(-len(found) // 2)
    figure = Figure(figsize=(10, 3 * rows), layout="constrained")
    panels = figure.subplots(rows, 2, sharex=True, sharey=True, squeeze=False).ravel()
    days = np.arange(1, MOST_DAYS + 1)
    for panel, (case, methods) in zip(panels, found.items(), strict=False):
        for name, delays in methods.items():
            seen = [np.mean(np.asarray(delays) <= day) for day in days]
            panel.plot(days, seen, label=name, linewidth=2.5 if name == OURS else 1.2)
        panel.axvline(SOON, color="0.7", linewidth=0.8)
        panel.set(title=case, ylim=(0, 1), xlabel="days since mood fell", ylabel="share seen")
    for panel in panels[len(found) :]:
        panel.set_axis_off()
    panels[0].legend(frameon=False, fontsize="small")
    figure.savefig(file)
