"""What `ipt-pulse evaluate detection` measures, and the goals that the product's rule is held against."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median
from typing import Final

import numpy as np

from streams.cli.detection.methods import OURS
from streams.cli.detection.questionnaires import LEAST_SEEN, MOST_STABLE
from streams.cli.detection.trials import CASES, SCENARIOS, SOON, Case
from streams.cli.goal import Goal

MOST_FALSE: Final = 1.15
"""False alarms a patient-year."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of one seed's patients."""

    seed: int
    rates: Mapping[str, Mapping[str, float]]
    """False alarms a patient-year, by scenario and method."""
    delays: Mapping[str, Mapping[str, Sequence[float]]]
    """By case and method, the days after which each fall was seen; infinite for never."""
    stable_flagged: float
    steps_seen: float

    @classmethod
    def pooled(cls, rounds: Sequence["Measured"]) -> "Measured":
        """All seeds as if they were one; they are of one size."""
        return cls(
            seed=rounds[0].seed,
            rates={
                scenario: {name: fmean(one.rates[scenario][name] for one in rounds) for name in rates}
                for scenario, rates in rounds[0].rates.items()
            },
            delays={case: together([one.delays[case] for one in rounds]) for case in rounds[0].delays},
            stable_flagged=fmean(one.stable_flagged for one in rounds),
            steps_seen=fmean(one.steps_seen for one in rounds),
        )


def soon(delays: Sequence[float]) -> float:
    """Share of falls that are seen within 14 days."""
    return float(np.mean(np.asarray(delays) <= SOON))


def together(parts: Sequence[Mapping[str, Sequence[float]]]) -> dict[str, list[float]]:
    """The delays of several parts, by method."""
    return {name: [delay for part in parts for delay in part[name]] for name in parts[0]}


def _false_alarms(scenario: str) -> Goal[Measured]:
    return Goal(f"{scenario}: false alarms", lambda one: one.rates[scenario][OURS], MOST_FALSE, most=True)


def _falls(case: Case, days: float, share: float) -> tuple[Goal[Measured], Goal[Measured]]:
    return (
        Goal(f"{case.name}: median days", lambda one: median(one.delays[case.name][OURS]), days, most=True),
        Goal(f"{case.name}: seen within {SOON} days", lambda one: soon(one.delays[case.name][OURS]), share, most=False),
    )


GOALS: Final = (
    *(_false_alarms(scenario) for scenario in SCENARIOS),
    *(goal for case in CASES if case.to_be_met for goal in _falls(case, *case.to_be_met)),
    Goal("PHQ-9, stable: ever flagged", lambda one: one.stable_flagged, MOST_STABLE, most=True),
    Goal("PHQ-9, steps of 8: flagged", lambda one: one.steps_seen, LEAST_SEEN, most=False),
)
