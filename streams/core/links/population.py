"""What is usual over patients: for each kind and pattern, the mean effect and how far patients spread around it.

Fitted by `refit` every night and by `rehearse` over its own patients; applied on reading, so that a new fit needs no
state to be recomputed.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

PATIENTS_MINIMUM = 20
"""Below this many patients a fit would say more about them than about the population."""


@dataclass(frozen=True, slots=True)
class Prior:
    """A patient's effect before their own events are heard: mood points, mean and standard deviation."""

    mean: float = 0.0
    spread: float = 1.2


@dataclass(frozen=True, slots=True)
class LinkPopulation:
    """Priors by family, then by kind or pattern; whatever is not listed has the default one."""

    priors: Mapping[str, Mapping[str, Prior]] = field(default_factory=lambda: MappingProxyType({}))

    def prior(self, family: str, kind: str) -> Prior:
        """The prior of one kind or pattern in one family."""
        return self.priors.get(family, {}).get(kind, Prior())


@dataclass(frozen=True, slots=True)
class Sufficient:
    """What one patient's own events say of one cell: an estimate without prior, and its variance."""

    patient: str
    family: str
    kind: str
    estimate: float
    variance: float


_SPREADS = np.linspace(0.25, 3.0, 56)
_MEAN_SPREAD = 1.0
"""How far the mean of a kind may lie from 0, and the scale of its spread, before any patient is heard."""


def fit_population(sufficient: Iterable[Sufficient]) -> LinkPopulation:
    """Fit mean and spread of each family's kinds over all patients; below 20 patients the default stays."""
    by_kind: dict[tuple[str, str], list[Sufficient]] = defaultdict(list)
    for one in sufficient:
        by_kind[one.family, one.kind].append(one)
    priors: dict[str, dict[str, Prior]] = defaultdict(dict)
    for (family, kind), members in sorted(by_kind.items()):
        if len({one.patient for one in members}) >= PATIENTS_MINIMUM:
            priors[family][kind] = _fit(members)
    return LinkPopulation(MappingProxyType({family: MappingProxyType(kinds) for family, kinds in priors.items()}))


def _fit(members: list[Sufficient]) -> Prior:
    """The mean over the posterior of (mean, spread), the spread on a grid and the mean in closed form."""
    members = sorted(members, key=lambda one: (one.patient, one.estimate, one.variance))
    estimate = np.array([one.estimate for one in members])
    variance = np.array([one.variance for one in members]) + _SPREADS[:, None] ** 2
    weight = 1 / variance
    total = weight.sum(axis=1) + _MEAN_SPREAD**-2
    mean = (weight * estimate).sum(axis=1) / total
    fit = -0.5 * (np.log(variance) + weight * estimate**2).sum(axis=1) + 0.5 * (mean**2 * total - np.log(total))
    fit -= 0.5 * (_SPREADS / Prior().spread) ** 2
    chance = np.exp(fit - fit.max())
    chance /= chance.sum()
    return Prior(float(chance @ mean), float(chance @ _SPREADS))
