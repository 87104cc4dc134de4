"""How strongly do some days' mood reports say that mood fell? One formula, for one patient and for many at once.

Called by `mood` with numbers, and by `many` with arrays, so that what is evaluated is what runs.

A baseline B is shrunk towards the population, and the reports A since some day are held against it, in standard
deviations of the patient's own reports (k: `within_weight`, the others as in `MoodPolicy`):

    v = (k·s₀² + SS_B) / (k + n_B - 1)       κ = τ² / (τ² + v·c/n_B)        m = μ₀ + κ(mean_B - μ₀)
    d = (m - mean_A) / √v                      N = 1 / (c·(κ/n_B + 1/n_A))    Z = d·√N

N is how many independent reports the comparison is worth. A fall of δ standard deviations makes d a draw of N(δ, 1/N),
no fall one of N(0, 1/N): the logarithm of how many times likelier the fall makes it is δ·N·(d - δ/2).
"""

from typing import Final, Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from streams.core.policy import MoodPolicy

Numbers = TypeVar("Numbers", float, NDArray[np.float64])

SOUGHT: Final = 0.85
"""δ: the fall that is to be seen soon, in standard deviations. Larger ones are seen sooner."""


class Window(NamedTuple, Generic[Numbers]):
    """The reports of some days: how many, the sum of their moods (hundredths) and of the squares."""

    n: Numbers
    total: Numbers
    squares: Numbers

    @property
    def mean(self) -> Numbers:
        """Mean mood in points."""
        return self.total / self.n / 100


def fall(after: Window[Numbers], before: Window[Numbers], mood: MoodPolicy) -> tuple[Numbers, Numbers]:
    """Z, and the evidence: the logarithm of how many times likelier a fall of `SOUGHT` makes what was reported.

    Args:
        after: A, with 1 report or more.
        before: B, likewise.
        mood: population values.
    """
    # Never below 0 but by rounding: the sums are whole numbers.
    scatter = abs(before.squares - before.total * before.total / before.n) / 10_000
    variance = (mood.within_weight * mood.within**2 + scatter) / (mood.within_weight + before.n - 1)
    trust = mood.between**2 / (mood.between**2 + variance * mood.inflation / before.n)
    expected = mood.mean + trust * (before.mean - mood.mean)
    fallen = (expected - after.mean) / variance**0.5
    worth = 1 / (mood.inflation * (trust / before.n + 1 / after.n))
    return fallen * worth**0.5, SOUGHT * worth * (fallen - SOUGHT / 2)
