"""How strongly do some days' mood reports say that mood fell? One formula, for one patient and for many at once.

Called by `mood` with numbers, and by `many` with arrays, so that what is evaluated is what runs.

A baseline B is shrunk towards the population, and the reports A since some day are held against it, in standard
deviations of the patient's own reports (k: `within_weight`, the others as in `MoodPolicy`):

    v = (k·s₀² + SS_B) / (k + n_B - 1)       κ = τ² / (τ² + v·c/n_B)        m = μ₀ + κ(mean_B - μ₀)
    d = (m - mean_A) / √v                      N = 1 / (c·(κ/n_B + 1/n_A))    Z = d·√N

N is how many independent reports the comparison is worth. A fall of δ standard deviations makes d a draw of N(δ, 1/N),
no fall one of N(0, 1/N): the logarithm of how many times likelier the fall makes it is δ·N·(d - δ/2).
"""

from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from streams.core.policy import MoodPolicy

Numbers = TypeVar("Numbers", float, NDArray[np.float64])

SOUGHT: Final = 0.85
"""δ: the fall that is to be seen soon, in standard deviations. Larger ones are seen sooner."""


def fall(
    after: tuple[Numbers, Numbers], before: tuple[Numbers, Numbers, Numbers], mood: MoodPolicy
) -> tuple[Numbers, Numbers]:
    """Z, and the evidence: the logarithm of how many times likelier a fall of `SOUGHT` makes what was reported.

    Args:
        after: reports in A, 1 or more, and the sum of their moods, in hundredths.
        before: the same of B, and the sum of the squares of the moods.
        mood: population values.
    """
    (n_after, total_after), (n_before, total_before, squares) = after, before
    # Never below 0 but by rounding: the sums are whole numbers.
    scatter = abs(squares - total_before * total_before / n_before) / 10_000
    variance = (mood.within_weight * mood.within**2 + scatter) / (mood.within_weight + n_before - 1)
    trust = mood.between**2 / (mood.between**2 + variance * mood.inflation / n_before)
    expected = mood.mean + trust * (total_before / n_before / 100 - mood.mean)
    fallen = (expected - total_after / n_after / 100) / variance**0.5
    worth = 1 / (mood.inflation * (trust / n_before + 1 / n_after))
    return fallen * worth**0.5, SOUGHT * worth * (fallen - SOUGHT / 2)
