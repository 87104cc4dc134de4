"""A fitted population at work: the policy with its values and its version, and the priors of links.

Apart from `streams.core.refit`, which makes the fit, so that workers do not load what only fitting needs.
"""

from collections import defaultdict

from schemas.population import Population
from streams.core.links import LinkPopulation
from streams.core.links.population import Prior
from streams.core.policy import Policy


def with_population(policy: Policy, population: Population | None) -> Policy:
    """`policy` with the fitted values of mood and a version that names the fit; None is no fit yet."""
    if population is None or population.mood is None:
        return policy
    mood = policy.mood.model_copy(
        update={name: getattr(population.mood, name) for name in type(population.mood).model_fields}
    )
    return policy.model_copy(update={"mood": mood, "version": f"{policy.version}+{population.version}"})


def link_population(population: Population | None) -> LinkPopulation:
    """The priors of links; the defaults where there is no fit."""
    priors: defaultdict[str, dict[str, Prior]] = defaultdict(dict)
    for one in population.links if population else ():
        priors[one.family][one.kind] = Prior(one.mean, one.spread)
    return LinkPopulation(priors)
