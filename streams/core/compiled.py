"""Loops over numbers, compiled: they run for each patient at each day's close, and Python would take 50 times longer.

Numba compiles a function when it is first called, and keeps what it made for the next process. Sums are added in the
order in which they stand, which a sum over many patients at once would not promise. Called by `detect` and `links`.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import numba

_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")


def compiled(function: Callable[_Given, _Result]) -> Callable[_Given, _Result]:
    """`function`, compiled for the types that it is called with."""
    fast: Callable[_Given, _Result] = numba.njit(cache=True)(function)
    return fast
