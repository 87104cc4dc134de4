"""How strongly do some days' mood reports say that mood fell, and on which day? The formula of `mood`, and its sum.

`fall` is called with numbers here, and with arrays by `many`, so that what is evaluated is what runs.

A baseline B is shrunk towards the population, and the reports A since some day are held against it, in standard
deviations of the patient's own reports (k: `within_weight`, the others as in `MoodPolicy`):

    v = (k·s₀² + SS_B) / (k + n_B - 1)       κ = τ² / (τ² + v·c/n_B)        m = μ₀ + κ(mean_B - μ₀)
    d = (m - mean_A) / √v                      N = 1 / (c·(κ/n_B + 1/n_A))    Z = d·√N

N is how many independent reports the comparison is worth. A fall of δ standard deviations makes d a draw of N(δ, 1/N),
no fall one of N(0, 1/N): the logarithm of how many times likelier the fall makes it is δ·N·(d - δ/2).
"""

from math import exp, log
from typing import Any, Final, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from streams.core.compiled import compiled
from streams.core.moments import Day
from streams.core.policy import MoodPolicy

Numbers = TypeVar("Numbers", float, NDArray[np.float64])

SOUGHT: Final = 0.8
"""δ: the fall that is to be seen soon, in standard deviations. Larger ones are seen sooner."""
BASELINE: Final = 60
"""Days of B."""
LEAST_AFTER, LEAST_BEFORE = 3, 8
"""Reports that A and B must hold; A holds two days with a report at least."""


class Usual(NamedTuple):
    """What is usual over patients, as `MoodPolicy` has it."""

    mean: float
    between: float
    within: float
    within_weight: float
    inflation: float

    @classmethod
    def of(cls, mood: MoodPolicy) -> "Usual":
        """The population values of a policy."""
        return cls(mood.mean, mood.between, mood.within, mood.within_weight, mood.inflation)


class Likeliest(NamedTuple):
    """The day on which a fall is likeliest, and what was compared."""

    score: float
    """Logarithm of how many times likelier a fall on any of the days makes what was reported; -inf for no day."""
    z: float
    start: int
    """The row of that day."""
    n_after: int
    total_after: int
    n_before: int
    total_before: int


@compiled
def fall(  # noqa: PLR0917 - compiled functions take no keywords
    n_after: Numbers, total_after: Numbers, n_before: Numbers, total_before: Numbers, squares: Numbers, usual: Usual
) -> tuple[Numbers, Numbers]:
    """Z, and the evidence: the logarithm of how many times likelier a fall of `SOUGHT` makes what was reported.

    Args:
        n_after: reports of A, 1 or more.
        total_after: the sum of their moods, hundredths.
        n_before: reports of B, 1 or more.
        total_before: the sum of their moods.
        squares: the sum of the squares of those.
        usual: population values.
    """
    mean_after, mean_before = total_after / n_after / 100, total_before / n_before / 100
    # Never below 0 but by rounding: the sums are whole numbers.
    scatter = np.abs(squares - total_before * total_before / n_before) / 10_000
    variance = (usual.within_weight * usual.within**2 + scatter) / (usual.within_weight + n_before - 1)
    trust = usual.between**2 / (usual.between**2 + variance * usual.inflation / n_before)
    fallen = (usual.mean + trust * (mean_before - usual.mean) - mean_after) / variance**0.5
    worth = 1 / (usual.inflation * (trust / n_before + 1 / n_after))
    return fallen * worth**0.5, SOUGHT * worth * (fallen - SOUGHT / 2)


@compiled
def likeliest(days: NDArray[Any], last: int, earliest: Day, usual: Usual) -> Likeliest:
    """Look at every day from `earliest` on, up to the one before the row `last`, on which mood may have fallen.

    Args:
        days: the patient's days with a report, oldest first, as `days.columns` has them.
        last: the row of the day at whose close this is asked.
        earliest: no fall before this local day is looked for.
        usual: population values.
    """
    start = last
    n_after = total_after = 0
    while start >= 0 and days[start].day >= earliest:
        n_after += days[start].n
        total_after += days[start].total
        start -= 1
    found = Likeliest(-np.inf, 0.0, -1, 0, 0, 0, 0)
    evidences = np.empty(last - start)
    seen = first = row = 0
    n_before = total_before = squares = 0
    for begins in range(start + 1, last):
        while row < begins:
            n_before += days[row].n
            total_before += days[row].total
            squares += days[row].squares
            row += 1
        while days[first].day < days[begins].day - BASELINE:
            n_before -= days[first].n
            total_before -= days[first].total
            squares -= days[first].squares
            first += 1
        if n_after >= LEAST_AFTER and n_before >= LEAST_BEFORE:
            z, evidence = fall(n_after, total_after, n_before, total_before, squares, usual)
            evidences[seen] = evidence
            seen += 1
            if evidence >= found.score:
                found = Likeliest(evidence, z, begins, n_after, total_after, n_before, total_before)
        n_after -= days[begins].n
        total_after -= days[begins].total
    if seen == 0:
        return found
    likelier = 0.0
    for evidence in evidences[:seen]:
        likelier += exp(evidence - found.score)
    score = found.score + log(likelier)
    return Likeliest(score, found.z, found.start, found.n_after, found.total_after, found.n_before, found.total_before)
