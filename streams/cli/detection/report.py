"""What was measured, as tables and as one JSON object with whether the goals are met. Called by the command."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

import numpy as np
from rich.console import Console
from rich.table import Table

from streams.cli.detection.methods import METHODS, OURS
from streams.cli.detection.questionnaires import LEAST_SEEN, MOST_STABLE
from streams.cli.detection.trials import CASES, SOON, Tuned

MOST_FALSE: Final = 1.15
"""False alarms a patient-year: the goal."""


@dataclass(frozen=True, slots=True)
class Measured:
    """All figures of one run."""

    tuned: Mapping[str, Tuned]
    """By scenario."""
    rates: Mapping[str, Mapping[str, float]]
    """False alarms a patient-year, by scenario and method."""
    delays: Mapping[str, Mapping[str, Sequence[float]]]
    """By case and method, the days after which each fall was seen; infinite for never."""
    stable_flagged: float
    steps_seen: float


def show(measured: Measured, console: Console) -> None:
    """Print the tables: false alarms, then falls, then questionnaires."""
    alarms = Table("method", *measured.rates, box=None, title="False alarms a patient-year", title_justify="left")
    for name in METHODS:
        alarms.add_row(name, *(f"{rates[name]:.2f}" for rates in measured.rates.values()))
    alarms.add_row("goal", *(f"≤ {MOST_FALSE}" for _ in measured.rates))
    falls = Table("method", box=None, title=f"Median delay in days / seen within {SOON} days", title_justify="left")
    for case in CASES:
        falls.add_column(case.name)
    for name in METHODS:
        falls.add_row(name, *(_delay_and_share(measured.delays[case.name][name]) for case in CASES))
    falls.add_row("goal", *(f"≤ {goal[0]:.0f} / {goal[1]}" if (goal := case.to_be_met) else "" for case in CASES))
    console.print(alarms, "", falls, "")
    console.print(f"PHQ-9, stable patients ever flagged: {measured.stable_flagged:.3f} (goal ≤ {MOST_STABLE})")
    console.print(
        f"PHQ-9, steps of 8 held for four scores that are flagged: {measured.steps_seen:.3f} (≥ {LEAST_SEEN})"
    )


def summary(measured: Measured) -> dict[str, object]:
    """Everything as one object; `met` holds when ours meets every goal."""
    false = {scenario: _rounded(rates) for scenario, rates in measured.rates.items()}
    falls = {case: {name: _figures(delays) for name, delays in by.items()} for case, by in measured.delays.items()}
    goals = [(case.to_be_met, measured.delays[case.name][OURS]) for case in CASES if case.to_be_met]
    met = (
        all(rates[OURS] <= MOST_FALSE for rates in measured.rates.values())
        and all(median(delays) <= days and _soon(delays) >= share for (days, share), delays in goals)
        and measured.stable_flagged <= MOST_STABLE
        and measured.steps_seen >= LEAST_SEEN
    )
    return {
        "false_alarms": false,
        "falls": falls,
        "inflation": {name: round(tuned.population.mood.inflation, 2) for name, tuned in measured.tuned.items()},
        "thresholds": {name: _rounded(tuned.thresholds) for name, tuned in measured.tuned.items()},
        "stable_flagged": round(measured.stable_flagged, 4),
        "steps_seen": round(measured.steps_seen, 4),
        "met": met,
    }


def _figures(delays: Sequence[float]) -> dict[str, float | None]:
    middle = median(delays)
    return {"median_days": middle if np.isfinite(middle) else None, "within_14_days": round(_soon(delays), 4)}


def _delay_and_share(delays: Sequence[float]) -> str:
    return f"{median(delays):.0f} / {_soon(delays):.2f}"


def _soon(delays: Sequence[float]) -> float:
    return float(np.mean(np.asarray(delays) <= SOON))


def _rounded(figures: Mapping[str, float]) -> dict[str, float]:
    return {name: round(figure, 3) for name, figure in figures.items()}
