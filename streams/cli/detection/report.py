"""What was measured, as tables and as one JSON object with whether the goals are met. Called by the command."""

from collections.abc import Mapping, Sequence
from statistics import median

import numpy as np
from rich.console import Console
from rich.table import Table

from streams.cli.detection.figures import GOALS, Measured, soon
from streams.cli.detection.methods import METHODS
from streams.cli.detection.trials import CASES, SOON, TUNED_ON, Tuned


def show(rounds: Sequence[Measured], console: Console) -> None:
    """Print the tables: false alarms, then falls, by method over all seeds; then ours and the goals, and the spread."""
    every = Measured.pooled(rounds)
    alarms = Table("method", *every.rates, box=None, title="False alarms a patient-year", title_justify="left")
    for name in METHODS:
        alarms.add_row(name, *(f"{rates[name]:.2f}" for rates in every.rates.values()))
    falls = Table("method", box=None, title=f"Median delay in days / seen within {SOON} days", title_justify="left")
    for case in CASES:
        falls.add_column(case.name)
    for name in METHODS:
        falls.add_row(name, *(_delay_and_share(every.delays[case.name][name]) for case in CASES))
    ours = Table("ours", "goal", "all seeds", "lowest", "highest", "met by", box=None)
    for goal in GOALS:
        each = [goal.of(one) for one in rounds]
        figures = (f"{figure:.3g}" for figure in (goal.of(every), min(each), max(each)))
        met = sum(goal.met(one) for one in rounds)
        ours.add_row(goal.name, goal.limit, *figures, f"{met} of {len(rounds)}")
    console.print(alarms, "", falls, "", ours, "")
    console.print(
        f"Population values, and thresholds of all but ours, were set on {TUNED_ON} other patients of each scenario. "
        "Ours is the policy's; the one that ships was chosen with seeds 2026 and 7001 to 7005 in view, no others."
    )


def summary(rounds: Sequence[Measured], tuned: Mapping[str, Tuned]) -> dict[str, object]:
    """Everything as one object; `met` holds when ours meets every goal over all seeds, `seeds_met` says on how many."""
    every = Measured.pooled(rounds)
    return {
        "false_alarms": {scenario: _rounded(rates) for scenario, rates in every.rates.items()},
        "falls": {case: {name: _figures(delays) for name, delays in by.items()} for case, by in every.delays.items()},
        "inflation": {name: round(one.population.mood.inflation, 2) for name, one in tuned.items()},
        "thresholds": {name: _rounded(one.thresholds) for name, one in tuned.items()},
        "stable_flagged": round(every.stable_flagged, 4),
        "steps_seen": round(every.steps_seen, 4),
        "by_seed": {goal.name: [round(goal.of(one), 4) for one in rounds] for goal in GOALS},
        "met": all(goal.met(every) for goal in GOALS),
        "seeds_met": sum(all(goal.met(one) for goal in GOALS) for one in rounds),
    }


def _figures(delays: Sequence[float]) -> dict[str, float | None]:
    middle = median(delays)
    return {"median_days": middle if np.isfinite(middle) else None, "within_14_days": round(soon(delays), 4)}


def _delay_and_share(delays: Sequence[float]) -> str:
    return f"{median(delays):.0f} / {soon(delays):.2f}"


def _rounded(figures: Mapping[str, float]) -> dict[str, float]:
    return {name: round(figure, 3) for name, figure in figures.items()}
