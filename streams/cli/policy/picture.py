"""The picture of `ipt-pulse policy diff`: messages a week, under the old policy and under the new."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from streams.cli.policy.difference import WEEK


def draw(file: Path, old: Sequence[int], new: Sequence[int], last: date) -> None:
    """Write it; `old` and `new` count the weeks up to `last`. The file's name says in which format."""
    figure = Figure(figsize=(9, 3.5), layout="constrained")
    axes = figure.subplots()
    weeks = np.arange(len(old))
    axes.bar(weeks - 0.2, old, width=0.4, label="old policy", color="0.65")
    axes.bar(weeks + 0.2, new, width=0.4, label="new policy", color="tab:blue")
    ends = [last - timedelta(days=WEEK * (len(old) - 1 - int(week))) for week in weeks]
    axes.set_xticks(weeks, [end.strftime("%d %b") for end in ends], rotation=45)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set(xlabel="week up to", ylabel="alerts that go to somebody")
    axes.legend(frameon=False)
    figure.savefig(file)
