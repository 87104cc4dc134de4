"""The picture of `ipt-pulse evaluate links`: the four figures of each seed beside their goals, and what is shown."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from streams.cli.goal import Goal
from streams.cli.link_figures import GOALS, Round
from streams.core.links.read import OVER_6_HOURS
from streams.simulate.link_trial import LIFTS, LOWERS

_TITLES = {
    "false_discovery": "false, of what is shown",
    "coverage": "95 % intervals that hold",
    "power": "shown, of 18 events of -1.8",
    "shuffled": "shuffled patients shown a card",
}
_TRUTHS = ((LOWERS, "tab:red"), (0.0, "tab:gray"), (LIFTS, "tab:blue"))
_EDGES = np.linspace(-2.5, 2.5, 61).tolist()


def draw(rounds: Sequence[Round], file: Path) -> None:
    """Draw into `file`; its ending says in which format."""
    figure = Figure(figsize=(11, 5.6), layout="constrained")
    places = figure.subplot_mosaic([[goal.name for goal in GOALS], ["shown"] * len(GOALS)])
    for goal in GOALS:
        _draw_goal(places[goal.name], goal, rounds)
    _draw_shown(places["shown"], rounds)
    figure.savefig(file)


def _draw_goal(axes: Axes, goal: Goal[Round], rounds: Sequence[Round]) -> None:
    values = [goal.of(one) for one in rounds]
    axes.plot(range(len(rounds)), values, "o", color="tab:blue")
    axes.axhline(goal.value, color="black", linestyle="--", linewidth=1)
    axes.axhline(goal.of(Round.pooled(rounds)), color="tab:blue", linewidth=1)
    axes.set_title(f"{_TITLES[goal.name]}\n(goal {'≤' if goal.most else '≥'} {goal.value})", fontsize=9)
    axes.set_xticks(range(len(rounds)), [str(one.seed) for one in rounds], fontsize=7)
    if goal.most:
        axes.set_ylim(0, max(1.6 * goal.value, 1.1 * max(values)))
    else:
        axes.set_ylim(min(goal.value - 0.05, *values) - 0.02, 1)


def _draw_shown(axes: Axes, rounds: Sequence[Round]) -> None:
    persons = Round.pooled(rounds).only("person").judged
    for truth, colour in _TRUTHS:
        ours = [one.link for one in persons if one.truth == truth]
        shown = [link.effect for link in ours if link.shown]
        axes.hist([link.effect for link in ours], _EDGES, histtype="step", color=colour, linestyle=":")
        label = f"truth {truth * OVER_6_HOURS:+.1f}: {len(shown)} of {len(ours)} shown"
        axes.hist(shown, _EDGES, color=colour, alpha=0.6, label=label)
    axes.set_xlabel("estimated change of mood over the 6 hours after, points (dotted: all cells; filled: those shown)")
    axes.set_ylabel("cells")
    axes.legend(fontsize=8)
