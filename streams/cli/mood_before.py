"""How much likelier interactions are after a low mood: reverse causation, measured on real reports.

Called by `evaluate links --events`. A report and the next one, at most two hours later, are a pair; whether anything
pleasant (or unpleasant) happened in between is regressed on the mood of the first, patient by patient, and what they
say is put together as the studies of a meta-analysis are (DerSimonian and Laird).
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from math import isfinite

import numpy as np
from statsmodels.discrete.discrete_model import Logit
from statsmodels.stats.meta_analysis import combine_effects
from statsmodels.tools.sm_exceptions import PerfectSeparationError

from streams.core.entry import InteractionEntry, MoodEntry
from streams.core.moments import MINUTE

PAIR = 120 * MINUTE
"""How far apart two reports may be."""
FEWEST_EVENTS = 8
"""Pairs with and pairs without an event that a patient's own figure needs."""
_Z95 = 1.96


@dataclass(frozen=True, slots=True)
class Pull:
    """Log odds of an interaction for each standard deviation that the patient's mood was higher before."""

    mean: float
    low: float
    high: float
    """The 95 % interval of `mean`."""
    spread: float
    """How far patients differ, as a standard deviation, beyond what chance explains."""
    patients: int
    events: int
    reports: int

    def as_json(self) -> dict[str, float]:
        """For the summary."""
        return {name: round(value, 3) for name, value in asdict(self).items()}


def measure_pull(patients: Iterable[Sequence[MoodEntry | InteractionEntry]], sign: int) -> Pull | None:
    """How interactions whose valence has this `sign` follow the mood; None where too few patients tell.

    Args:
        patients: each one's entries, in the order of their time.
        sign: -1 for unpleasant ones, 1 for pleasant ones.
    """
    pairs = [_pairs(entries, sign) for entries in patients]
    own = [(pair, found) for pair in pairs if (found := _own_pull(pair)) is not None]
    if len(own) < 2:  # noqa: PLR2004 - a spread takes two
        return None
    estimates, variances = (np.array(side) for side in zip(*(found for _, found in own), strict=True))
    with np.errstate(all="ignore"):  # patients who agree to the last digit have a spread below 0, which it divides by
        spread = float(np.sqrt(max(combine_effects(estimates, variances, method_re="dl").tau2, 0.0)))
    weights = 1 / (variances + spread**2)
    mean, error = float(np.average(estimates, weights=weights)), float(weights.sum() ** -0.5)
    return Pull(
        mean,
        mean - _Z95 * error,
        mean + _Z95 * error,
        spread,
        patients=len(own),
        events=sum(int(happened.sum()) for (_, happened), _ in own),
        reports=sum(len(happened) for (_, happened), _ in own),
    )


Pair = tuple[np.ndarray, np.ndarray]
"""Mood of the first reports in the patient's own standard deviations, and whether it happened; both (pairs,)."""


def _pairs(entries: Sequence[MoodEntry | InteractionEntry], sign: int) -> Pair:
    reports = [known for known in entries if isinstance(known, MoodEntry)]
    times = np.array(
        [known.time for known in entries if isinstance(known, InteractionEntry) and known.valence * sign > 0]
    )
    at = np.array([known.time for known in reports])
    moods = np.array([known.mood for known in reports], dtype=float)
    near = np.diff(at) <= PAIR
    happened = np.diff(np.searchsorted(times, at, side="right")) > 0
    spread = float(moods.std()) if len(moods) else 0.0
    scaled = (moods - moods.mean()) / spread if spread else np.zeros(len(moods))
    return scaled[:-1][near], happened[near].astype(int)


def _own_pull(pair: Pair) -> tuple[float, float] | None:
    """One patient's figure and its variance, where there is enough for one."""
    mood, happened = pair
    if min(happened.sum(), len(happened) - happened.sum()) < FEWEST_EVENTS or np.ptp(mood) == 0:
        return None
    try:
        fitted = Logit(happened, np.column_stack([np.ones(len(mood)), mood])).fit(disp=False)
    except (PerfectSeparationError, np.linalg.LinAlgError):
        return None
    estimate, variance = float(fitted.params[1]), float(fitted.bse[1]) ** 2
    return (estimate, variance) if isfinite(variance) and 0 < variance < _USELESS else None


_USELESS = 4.0
"""A variance above which a patient's moods cannot tell their events apart at all."""
