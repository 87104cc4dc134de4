"""The trials: thresholds are set on some patients, and held against others. Each function here is one process's job."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from streams.cli.detection.methods import METHODS, OURS, Method, Population, population
from streams.core.detect.many import Flags, Floats
from streams.core.detect.mood import FIRST_DAYS
from streams.core.policy import MoodPolicy
from streams.simulate.course import Fall
from streams.simulate.detection_trial import Course, moods

YEAR: Final = 365
TUNED_ON: Final = 400
"""Patients, a year each, on whom the charts' thresholds and the population values are set, in each scenario."""
_TUNING, _MEASURING = 1, 2
"""What keeps the patients apart."""
_HALVINGS: Final = 13
_HIGHEST: Final = 80.0
SOON: Final = 14
"""Days within which a fall is to be seen."""


@dataclass(frozen=True, slots=True)
class Case:
    """A fall to be seen."""

    name: str
    scenario: str
    course: Course
    to_be_met: tuple[float, float] | None = None
    """The goal: at most so many days in the median, at least such a share within 14 days."""


SCENARIOS: Final = ("S2", "S4", "S5")
CASES: Final = (
    Case("S2", "S2", Course(120, 59), (6, 0.93)),
    Case("S4", "S4", Course(120, 59), (9, 0.74)),
    Case("S5", "S5", Course(120, 59), (13, 0.57)),
    Case("S4, 1.5 SD", "S4", Course(120, 59, fall=1.5), (14, 0.95)),
    Case("S4, ramp of 10 days", "S4", Course(120, 59, shape="ramp")),
    Case("S4, 1.5 SD after a rise", "S4", Course(180, 120, fall=1.5, rise=2.0)),
    Case("S4, 1.5 SD again", "S4", Course(210, 150, fall=1.5, earlier=Fall("step", 60, 2.25))),
)


@dataclass(frozen=True, slots=True)
class Tuned:
    """What was set on the tuning patients of one scenario."""

    population: Population
    thresholds: Mapping[str, float]


def tune(scenario: str, mood: MoodPolicy) -> Tuned:
    """Fit the population; set every threshold but ours, which is the policy's, to one false alarm a patient-year."""
    reports = moods(np.random.default_rng([_TUNING, SCENARIOS.index(scenario)]), scenario, TUNED_ON, Course(YEAR))
    known = population(reports, mood)
    years = patient_years(TUNED_ON)
    thresholds = {
        name: mood.threshold if name == OURS else threshold(partial(_raised, method, reports, known), years)
        for name, method in METHODS.items()
    }
    return Tuned(known, thresholds)


def false_alarms(scenario: str, part: int, *, tuned: Mapping[str, Tuned], seed: int, patients: int) -> dict[str, int]:
    """How often each method alarms in a year of so many stable patients."""
    reports = moods(_fresh(seed, part, SCENARIOS.index(scenario)), scenario, patients, Course(YEAR))
    return {name: int(flags.sum()) for name, flags in _alarms(reports, tuned[scenario]).items()}


def delays(number: int, part: int, *, tuned: Mapping[str, Tuned], seed: int, patients: int) -> dict[str, list[float]]:
    """After how many days each patient's fall is seen by each method, in case `number`; infinite when never.

    The first day that is lower, at its close, counts 1.
    """
    case = CASES[number]
    reports = moods(_fresh(seed, part, len(SCENARIOS) + number), case.scenario, patients, case.course)
    since = case.course.fall_day or 0
    return {name: _delays(flags[since:]).tolist() for name, flags in _alarms(reports, tuned[case.scenario]).items()}


def patient_years(patients: int) -> float:
    """Time in which `false_alarms` can alarm."""
    return patients * (YEAR - FIRST_DAYS) / YEAR


def threshold(raised: Callable[[float], int], years: float) -> float:
    """The threshold at which there is one alarm a patient-year; `raised` says how many there are at one."""
    low, high = 0.0, _HIGHEST
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if raised(middle) > years:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _alarms(reports: Floats, tuned: Tuned) -> dict[str, Flags]:
    return {name: method(reports, tuned.population, tuned.thresholds[name]) for name, method in METHODS.items()}


def _fresh(seed: int, part: int, what: int) -> np.random.Generator:
    return np.random.default_rng([_MEASURING, seed, part, what])


def _delays(after: Flags) -> Floats:
    return np.where(after.any(axis=0), after.argmax(axis=0) + 1.0, np.inf)


def _raised(method: Method, reports: Floats, known: Population, at: float) -> int:
    return int(method(reports, known, at).sum())
