"""How a made-up patient feels at each prompt: quick ups and downs, slow swings over days, rounding, missed prompts."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PROMPT_HOURS = (9, 12, 15, 18, 21)
"""Local hours at which the app asks."""
MOOD_SD = 1.5
"""A patient's own standard deviation, in points."""
ANSWERED = 0.6
"""Share of prompts that are answered."""
_SLOW_KINSHIP = 0.7
"""Correlation of the slow swing between one day and the next."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scenario:
    """What the ups and downs are made of; their variance is 1 in all."""

    name: str
    kinship: float
    """Correlation of neighbouring prompts in the quick part."""
    slow: float
    """Share of the variance that is a swing from day to day."""


SCENARIOS = {
    scenario.name: scenario
    for scenario in (Scenario("S2", 0.5, 0.0), Scenario("S4", 0.4, 0.25), Scenario("S5", 0.4, 0.35))
}


def swings(rng: np.random.Generator, days: int, scenario: Scenario) -> Floats:
    """Deviation from a patient's usual mood in their own standard deviations; shape (days, prompts a day)."""
    quick = _autoregression(rng, days * len(PROMPT_HOURS), scenario.kinship).reshape(days, -1)
    slow = _autoregression(rng, days, _SLOW_KINSHIP)[:, None]
    both: Floats = np.sqrt(1 - scenario.slow) * quick + np.sqrt(scenario.slow) * slow
    return both


def usual_mood(rng: np.random.Generator) -> float:
    """Where a patient's mood lies without all that, in points."""
    return round(float(np.clip(rng.normal(5.8, 1.0), 4.0, 7.5)), 2)


def answer(mood: Floats) -> Floats:
    """What is tapped on the phone for a mood: a whole number from 0 to 10."""
    return np.clip(np.rint(mood), 0, 10)


def _autoregression(rng: np.random.Generator, length: int, kinship: float) -> Floats:
    """A stationary AR(1) of variance 1; shape (length,)."""
    steps = rng.standard_normal(length) * np.sqrt(1 - kinship**2)
    steps[0] /= np.sqrt(1 - kinship**2)
    values = np.empty(length)
    value = 0.0
    for at, step in enumerate(steps):
        value = kinship * value + step
        values[at] = value
    return values
