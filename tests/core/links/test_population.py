import numpy as np
import pytest

from streams.core.links import LinkPopulation, Sufficient, fit_population
from streams.core.links.population import PATIENTS_MINIMUM, Prior


def drawn(patients: int, mean: float, spread: float, noise: float = 0.4) -> list[Sufficient]:
    chance = np.random.default_rng(7)
    return [
        Sufficient(f"p-{number}", "person", "conflict", chance.normal(mean, spread) + chance.normal(0, noise), noise**2)
        for number in range(patients)
    ]


def test_below_twenty_patients_the_default_stays() -> None:
    population = fit_population(drawn(PATIENTS_MINIMUM - 1, -1.5, 0.2))
    assert population.prior("person", "conflict") == Prior(0.0, 1.2)


def test_many_cells_of_few_patients_are_still_few_patients() -> None:
    same = [Sufficient("p-1", "kind", "support", 1.0, 0.1)] * 50
    assert fit_population(same) == LinkPopulation()


@pytest.mark.parametrize(("mean", "spread"), [(-1.0, 0.8), (0.5, 0.4), (0.0, 1.5)])
def test_mean_and_spread_are_found_again(mean: float, spread: float) -> None:
    prior = fit_population(drawn(600, mean, spread)).prior("person", "conflict")
    assert prior.mean == pytest.approx(mean, abs=0.12)
    assert prior.spread == pytest.approx(spread, abs=0.12)


def test_noise_alone_leaves_a_narrow_prior_around_nothing() -> None:
    prior = fit_population(drawn(300, 0.0, 0.0)).prior("person", "conflict")
    assert abs(prior.mean) < 0.1
    assert prior.spread < 0.35


def test_one_wild_patient_does_not_decide() -> None:
    wild = [*drawn(100, -1.0, 0.3), Sufficient("p-wild", "person", "conflict", 40.0, 45.0)]
    assert fit_population(wild).prior("person", "conflict").mean == pytest.approx(-1.0, abs=0.15)


def test_the_order_of_patients_does_not_show() -> None:
    patients = drawn(60, -1.0, 0.5)
    assert fit_population(patients) == fit_population(reversed(patients))


def test_families_and_kinds_are_fitted_apart() -> None:
    population = fit_population(drawn(40, -1.0, 0.3))
    assert population.prior("kind", "conflict") == Prior()
    assert population.prior("person", "support") == Prior()
