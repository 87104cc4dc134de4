"""How often stable patients' questionnaires are taken for worse, and how often a step that holds is seen. PHQ-9.

Called by the command. Noise is as large as reliable change says it is; what counts as worse is `course_of`'s to say.
"""

from typing import Final

import numpy as np

from schemas.questionnaires import INSTRUMENTS
from streams.core.course import course_of
from streams.core.detect.many import Floats
from streams.core.entry import ScoreEntry

INSTRUMENT: Final = INSTRUMENTS["PHQ-9"]
SCORES: Final = 26
STEP, STEP_AT, HELD = 8, 10, 4
"""Points, the number of the first score that is higher, and how many scores it holds."""
MOST_STABLE, LEAST_SEEN = 0.05, 0.85
_ERROR: Final = INSTRUMENT.reliable_change / (1.96 * 2**0.5)
"""Standard error of measurement, in points of total."""


def stable_flagged(seed: int, patients: int) -> float:
    """Share of stable patients who are ever flagged over 26 scores."""
    rng = np.random.default_rng([seed, 1])
    true = np.repeat(np.clip(rng.normal(12, 5, (patients, 1)), 0, INSTRUMENT.total_maximum), SCORES, axis=1)
    return float(np.mean([_flagged(totals, 0) for totals in _totals(rng, true)]))


def steps_seen(seed: int, patients: int) -> float:
    """Share of steps of 8 that are flagged by their fourth score."""
    rng = np.random.default_rng([seed, 2])
    low = np.clip(rng.normal(8, 3, (patients, 1)), 2, INSTRUMENT.total_maximum - STEP)
    true = np.repeat(low, STEP_AT + HELD, axis=1)
    true[:, STEP_AT:] += STEP
    return float(np.mean([_flagged(totals, STEP_AT) for totals in _totals(rng, true)]))


def _totals(rng: np.random.Generator, true: Floats) -> list[list[int]]:
    told = np.rint(true + _ERROR * rng.standard_normal(true.shape))
    totals: list[list[int]] = np.clip(told, 0, INSTRUMENT.total_maximum).astype(int).tolist()
    return totals


def _flagged(totals: list[int], first: int) -> bool:
    """Whether a score from number `first` on makes a deterioration known."""
    scores = [ScoreEntry(at, b"", b"", 0, INSTRUMENT.name, total * 100, 0, "") for at, total in enumerate(totals)]
    return any(standing.news for standing in course_of(scores, INSTRUMENT)[first:])
