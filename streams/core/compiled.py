"""Loops over numbers, compiled: they run for each patient at each day's close, and Python would take 50 times longer.

Numba compiles a function when it is first called, and keeps what it made for the next process. It looks at the
function's own file to tell whether that still holds; but constants and functions of other files are compiled into it
too. So what it made is kept apart for each state of the whole core. Sums are added in the order in which they stand,
which a sum over many patients at once would not promise. Called by `calm`, `detect` and `links`.
"""

from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

import numba
from platformdirs import user_cache_path

_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")

_CORE: Final = Path(__file__).parent


def _state_of_the_core() -> str:
    digest = blake2b(digest_size=8)
    for file in sorted(_CORE.rglob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()


_KEPT_IN: Final = Path(numba.config.CACHE_DIR or user_cache_path("ipt-pulse", appauthor=False) / "compiled")
numba.config.CACHE_DIR = str(_KEPT_IN / _state_of_the_core())


def kept() -> bool:
    """Whether anything was compiled for this state of the core before."""
    return any(Path(numba.config.CACHE_DIR).rglob("*.nbi"))


def compiled(function: Callable[_Given, _Result]) -> Callable[_Given, _Result]:
    """`function`, compiled for the types that it is called with."""
    fast: Callable[_Given, _Result] = numba.njit(cache=True)(function)
    return fast
