"""The picture of `ipt-pulse policy diff`: messages a week, under the old policy and under the new, by care team."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from streams.cli.policy.difference import WEEK

Weeks = Sequence[int]


def draw(file: Path, panels: Mapping[str, tuple[Weeks, Weeks]], last: date) -> None:
    """Write it; each panel counts the weeks up to `last`, old and new. The file's name says in which format."""
    figure = Figure(figsize=(9, 1 + 2.5 * len(panels)), layout="constrained")
    rows = figure.subplots(len(panels), sharex=True, squeeze=False)[:, 0]
    for axes, (title, (old, new)) in zip(rows, panels.items(), strict=True):
        weeks = np.arange(len(old))
        axes.bar(weeks - 0.2, old, width=0.4, label="old policy", color="0.65")
        axes.bar(weeks + 0.2, new, width=0.4, label="new policy", color="tab:blue")
        ends = [last - timedelta(days=WEEK * (len(old) - 1 - int(week))) for week in weeks]
        axes.set_xticks(weeks, [end.strftime("%d %b") for end in ends], rotation=45)
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_title(title, loc="left", fontsize="medium")
    figure.supxlabel("week up to")
    figure.supylabel("alerts that go to somebody")
    rows[0].legend(frameon=False)
    figure.savefig(file)
