from random import Random
from statistics import fmean

import numpy as np
import pytest

from streams.core.brief.effect import FEWEST, paired, pre_post, rate


def test_hedges_g_of_the_textbook_example() -> None:
    """Borenstein et al. 2009, p. 29: d .4225, r .7, n 50 gives g .4160 with variance .0127."""
    effect = paired(0.4225, 0.7, 50)
    assert effect.g == pytest.approx(0.4160, abs=0.0001)
    assert ((effect.high - effect.low) / 2 / 1.96) ** 2 == pytest.approx(0.0127, abs=0.0001)


def test_lower_last_totals_are_better() -> None:
    totals = [(15.0, 9.0), (12.0, 8.0), (20.0, 10.0), (9.0, 9.0), (14.0, 5.0)]
    better = pre_post(totals)
    worse = pre_post([(last, first) for first, last in totals])
    assert better
    assert worse
    assert better.g == -worse.g > 0


def test_too_few_and_those_who_do_not_differ_have_no_effect_size() -> None:
    totals = [(15.0 + at, 9.0 + at % 3) for at in range(FEWEST)]
    assert pre_post(totals) is not None
    assert pre_post(totals[1:]) is None
    assert pre_post([(15.0, last) for _, last in totals]) is None


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    chance, held = np.random.default_rng(7), []
    for _ in range(2_000):
        first, last = chance.multivariate_normal([16, 12], [[25, 12.5], [12.5, 25]], 40).T
        effect = pre_post(list(zip(first.tolist(), last.tolist(), strict=True)))
        assert effect
        held.append(effect.low <= 0.8 <= effect.high)
    assert 0.93 <= fmean(held) <= 0.97


def test_wilsons_interval() -> None:
    """Newcombe 1998, table I: 81 of 263 gives .2553 to .3662; 0 of 20 gives 0 to .1611."""
    some, none = rate([True] * 81 + [False] * 182), rate([False] * 20)
    assert (some.count, some.of, some.low, some.high) == (81, 263, 0.2553, 0.3662)
    assert (none.share, none.low, none.high) == (0, 0, 0.1611)


@pytest.mark.parametrize(("of", "told"), [(0, False), (FEWEST - 1, False), (FEWEST, True)])
def test_of_too_few_not_even_the_count_is_told(of: int, told: bool) -> None:
    found = rate([True] * of)
    assert (found.count is not None, found.share is not None, found.low is not None) == (told, told, told)
    assert found.of == (of if told else None)


def test_order_leaves_no_trace() -> None:
    totals = [(float(at), float(at * at % 11)) for at in range(20)]
    mixed = Random(1).sample(totals, len(totals))  # noqa: S311 - an order needs no secrecy
    one, other = pre_post(totals), pre_post(mixed)
    assert one
    assert other
    assert one.g == pytest.approx(other.g, abs=1e-4)
