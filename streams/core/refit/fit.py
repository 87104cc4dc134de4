"""Fit population values over patients, with the policy's own values as the start that few patients hardly move."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from math import exp, log, sqrt

import numpy as np
from statsmodels.stats.meta_analysis import combine_effects

from schemas.population import LinkValues, MoodValues, Population
from streams.core.links import fit_population
from streams.core.policy import MoodPolicy
from streams.core.refit.hear import Heard, MoodSums

LEAST_REPORTS, LEAST_DAYS = 20, 14
"""A patient with less says nothing of the others."""
LEAST_PATIENTS = 5
"""Below this many the policy's values stand."""
START_PATIENTS = 20.0
"""Patients that the policy's values count for: a clinic of twenty is believed by half."""
REACH = 2.0
"""No value becomes more than so many times the policy's, or less than such a part of it: a clinician should look."""
_LEAST_SPREAD = 0.1
"""Points: what a spread that chance explains is taken for."""


def refit(heard: Iterable[Heard], policy: MoodPolicy, *, version: str, fitted_at: datetime) -> Population:
    """Population values of these patients.

    Args:
        heard: each patient once; their order does not matter.
        policy: the values to start from.
        version: of this fit.
        fitted_at: when.
    """
    every = sorted(heard, key=lambda one: one.patient)
    known = [one.mood for one in every if one.mood.n >= LEAST_REPORTS and one.mood.days >= LEAST_DAYS]
    priors = fit_population(estimate for one in every for estimate in one.links).priors
    return Population(
        version=version,
        fitted_at=fitted_at,
        patients=len(known),
        mood=_mood(known, policy) if len(known) >= LEAST_PATIENTS else None,
        kinship=_kinship(known) if len(known) >= LEAST_PATIENTS else None,
        links=tuple(
            LinkValues(family=family, kind=kind, mean=round(prior.mean, 4), spread=round(prior.spread, 4))
            for family, kinds in sorted(priors.items())
            for kind, prior in sorted(kinds.items())
        ),
    )


def _mood(known: Sequence[MoodSums], policy: MoodPolicy) -> MoodValues:
    within = sqrt(_weighted([one.variance for one in known], [one.n - 1 for one in known]))
    weeks = [one for one in known if one.week_pairs]
    changes, pairs = sum(one.week_changes for one in weeks), sum(one.week_pairs * one.variance for one in weeks)
    inflation = changes / pairs if pairs else policy.inflation
    means = np.array([one.mean for one in known])
    noise = np.array([max(one.variance, _LEAST_SPREAD**2) * inflation / one.n for one in known])
    together = combine_effects(means, noise, method_re="iterated")
    between = sqrt(max(float(together.tau2), 0.0))
    trust = len(known) / (len(known) + START_PATIENTS)
    mean = policy.mean + trust * (float(together.mean_effect_re) - policy.mean)
    return MoodValues(
        mean=round(min(max(mean, 0.0), 10.0), 3),
        between=_towards(policy.between, max(between, _LEAST_SPREAD), trust),
        within=_towards(policy.within, max(within, _LEAST_SPREAD), trust),
        inflation=_towards(policy.inflation, max(inflation, 1.0), trust),
    )


def _towards(start: float, fitted: float, trust: float) -> float:
    """Part of the way from `start` to `fitted`, as a ratio, and no further than `REACH`."""
    moved = start * exp(trust * log(fitted / start))
    return round(min(max(moved, start / REACH), start * REACH), 3)


def _weighted(values: Sequence[float], weights: Sequence[float]) -> float:
    return float(np.average(values, weights=weights))


def _kinship(known: Sequence[MoodSums]) -> float | None:
    near = [one for one in known if one.near_pairs and one.variance > 0]
    pairs = sum(one.near_pairs * one.variance for one in near)
    return round(sum(one.near_products for one in near) / pairs, 3) if pairs else None
