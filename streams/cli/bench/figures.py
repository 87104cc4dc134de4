"""Figures of many measurements."""

from collections.abc import Sequence


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` percent of `values` do not exceed: one of them, the nearest rank.

    >>> percentile([3, 1, 2, 4], 50), percentile([3, 1, 2, 4], 99)
    (2, 4)
    """
    ranked = sorted(values)
    return ranked[max(0, -int(-len(ranked) * share // 100) - 1)]


def milliseconds(seconds: float) -> float:
    """Rounded to what a clock on a shared machine can tell."""
    return round(seconds * 1000, 1)
