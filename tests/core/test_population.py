from datetime import UTC, datetime

from schemas.population import LinkValues, MoodValues, Population
from streams.core.links import LinkPopulation
from streams.core.links.population import Prior
from streams.core.population import link_population, with_population
from tests.core.builders import POLICY

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
MOOD = MoodValues(mean=5.0, between=1.0, within=1.4, inflation=3.0)


def test_a_fit_gives_its_values_and_adds_its_version() -> None:
    policy = with_population(POLICY, Population(version="v7", fitted_at=NOW, patients=30, mood=MOOD))
    assert policy.version == "test+v7"
    assert (policy.mood.mean, policy.mood.between, policy.mood.within, policy.mood.inflation) == (5.0, 1.0, 1.4, 3.0)
    assert policy.mood.threshold == POLICY.mood.threshold
    assert policy.model_copy(update={"mood": POLICY.mood, "version": "test"}) == POLICY


def test_without_a_fit_of_mood_the_policy_stands_as_it_is() -> None:
    assert with_population(POLICY, None) is POLICY
    assert with_population(POLICY, Population(version="v1", fitted_at=NOW, patients=1)) is POLICY


def test_priors_of_links_come_by_family_and_kind() -> None:
    fit = Population(
        version="v1", fitted_at=NOW, patients=0, links=(LinkValues(family="kind", kind="loss", mean=-1.0, spread=0.5),)
    )
    assert link_population(fit).prior("kind", "loss") == Prior(-1.0, 0.5)
    assert link_population(fit).prior("person", "loss") == Prior()
    assert link_population(None) == LinkPopulation({})
