"""Solve one family's regression: what its cells do to the mood, given the sums and the population's prior."""

from dataclasses import dataclass

import numpy as np

from streams.core.links.before import carried_over
from streams.core.links.population import LinkPopulation, Prior
from streams.core.links.state import FAMILIES, MERGED, MOOD, Floats, Links, dense

LEVEL = Prior(mean=5.5, spread=3.0)
"""Prior of a patient's mean mood, in points."""
DAYTIME = Prior(mean=0.0, spread=1.0)
"""Prior of how much mood rises over 6 hours of the day, in points."""
NOISE_SD, NOISE_N = 1.5, 20.0
"""Mood's spread around the regression before a patient's own reports are heard, and how many reports it weighs."""
_ROUNDS = 3
"""The variance and the coefficients need each other; they settle in three rounds."""


@dataclass(frozen=True, slots=True)
class Posterior:
    """A family's cells: the whole change right after an event in mood points, and its standard deviation; (K,) each."""

    mean: Floats
    sd: Floats
    prior: tuple[Prior, ...]
    spread: float
    """Standard deviation of the patient's mood around the regression, in points."""


def posterior(links: Links, family: int, population: LinkPopulation) -> Posterior:
    """What `links` say of the cells of FAMILIES[family], without what low moods before the events carry over."""
    names = links.cells[family]
    cells = tuple(prior_of(population, family, name) for name in names)
    priors = (LEVEL, DAYTIME, *cells)
    sums = dense(np.frombuffer(links.sums, "<f8"), links.sizes, family)
    a = np.delete(np.delete(sums, MOOD, 0), MOOD, 1)
    seeming = np.concatenate([[0.0, 0.0], carried_over(links, family)])
    seen = np.delete(sums[MOOD], MOOD)
    r = seen - a @ seeming
    squares = sums[MOOD, MOOD] - seeming @ (seen + r)
    mean = np.array([prior.mean for prior in priors])
    precision = np.array([prior.spread**-2 for prior in priors])
    variance = NOISE_SD**2
    for _ in range(_ROUNDS):
        covariance = np.linalg.inv(a / variance + np.diag(precision))
        beta = covariance @ (r / variance + precision * mean)
        rest = max(squares - 2 * beta @ r + beta @ a @ beta, 0.0)
        used = np.trace(covariance @ a) / variance
        variance = (NOISE_N * NOISE_SD**2 + rest) / (NOISE_N + max(links.reports - used, 0.0))
    covariance = np.linalg.inv(a / variance + np.diag(precision))
    beta = covariance @ (r / variance + precision * mean)
    return Posterior(beta[2:], np.sqrt(np.diag(covariance)[2:]), cells, float(np.sqrt(variance)))


def prior_of(population: LinkPopulation, family: int, name: str) -> Prior:
    """The prior of a cell: that of its kind, or of its pattern, in its own family."""
    kind = name.rpartition("/")[2]
    return population.prior(FAMILIES[family], kind) if name != MERGED else Prior()
