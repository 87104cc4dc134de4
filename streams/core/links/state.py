"""What a patient's record keeps of everything that passed the horizon: sums without prior and without variance.

An event leaves a trace f = e^(-hours/6) in each of its cells. With z = [1, time of day, mood, f_1 … f_K], taken as the
difference z - g·z_prev between neighbouring reports, all that any later reading needs are the weighted sums of products
z_i·z_j: A, r and Σỹ² of the regression are parts of them. Families share the first three columns and no other product.
"""

from functools import lru_cache

import msgspec
import numpy as np
from numpy.typing import NDArray

FAMILIES = ("person", "kind", "pattern")
"""person: one person and one kind of event. kind: a kind with anyone. pattern: a communication pattern."""
CELLS_MAXIMUM = 24
"""Cells a family may have; beyond that the least used share the cell `MERGED`."""
MERGED = ""
"""Name of the cell that stands for all merged ones."""
SHARED = 3
"""Columns that all families share: 1, time of day, mood."""

Floats = NDArray[np.float64]
Names = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]


class Tally(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What was counted of one cell."""

    events: int = 0
    heard: int = 0
    """Of these, how many had a mood report in the 6 hours before."""
    mood: int = 0
    """Sum of those reports, in hundredths."""


class Links(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Everything up to `time`, folded. Equal sets of events give equal bytes."""

    cells: Names
    """Cell names by family, in the order of FAMILIES: `person/kind`, `kind`, `pattern`; MERGED for the merged."""
    tallies: tuple[tuple[Tally, ...], tuple[Tally, ...], tuple[Tally, ...]]
    reports: int
    moods: int
    """Sum of all reports, in hundredths."""
    time: float
    """Of the newest item; seconds since 1970 UTC."""
    heard: float | None
    """Time of the newest report."""
    now: bytes
    """1, the newest report's time of day and mood, and the trace of every cell at `time`; little-endian doubles."""
    last: bytes
    """The same at the newest report."""
    sums: bytes
    """Sums of products, laid out by `pairs`; doubles."""

    @classmethod
    def empty(cls) -> "Links":
        """Nothing happened yet."""
        zeros = np.zeros(SHARED, "<f8").tobytes()
        products = np.zeros(SHARED * (SHARED + 1) // 2, "<f8").tobytes()
        return cls(((), (), ()), ((), (), ()), 0, 0, 0.0, None, zeros, zeros, products)


@lru_cache(maxsize=4096)
def pairs(sizes: tuple[int, ...]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Which two columns each sum multiplies, for families of these sizes.

    First the six products of the shared columns, then family by family, cell by cell: its products with the shared
    columns, with the cells before it, and with itself. A new cell therefore adds at its family's end and moves nothing
    within it.
    """
    both = [(i, j) for j in range(SHARED) for i in range(j + 1)]
    start = SHARED
    for size in sizes:
        for cell in range(start, start + size):
            both += [(i, cell) for i in (*range(SHARED), *range(start, cell + 1))]
        start += size
    left, right = np.array(both, dtype=np.intp).T
    return np.ascontiguousarray(left), np.ascontiguousarray(right)


def length(sizes: tuple[int, ...]) -> int:
    """How many sums there are for families of these sizes."""
    return len(pairs(sizes)[0])


def dense(sums: Floats, sizes: tuple[int, ...], family: int) -> Floats:
    """One family's sums as a symmetric matrix over [1, time of day, mood, its cells]."""
    size = SHARED + sizes[family]
    own = slice(length(sizes[:family]), length(sizes[: family + 1]))
    packed = np.concatenate([sums[: length(())], sums[own]])
    left, right = pairs((sizes[family],))
    matrix = np.empty((size, size))
    matrix[left, right] = packed
    matrix[right, left] = packed
    return matrix
