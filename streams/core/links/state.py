"""What a patient's record keeps of everything that passed the horizon: sums without prior and without variance.

An event leaves a trace f = e^(-hours/6) in each of its cells. Of z = [1, time of day, mood, f_1 … f_K] at a report,
what earlier reports foretell is taken off; all that any later reading needs of the rest are the weighted sums of
products z_i·z_j: A, r and Σỹ² of the regression are parts of them. Families share the first three columns only.
"""

from functools import lru_cache

import msgspec
import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

FAMILIES = ("person", "kind", "pattern")
"""person: one person and one kind of event. kind: a kind with anyone. pattern: a communication pattern."""
CELLS_MAXIMUM = 24
"""Cells a family may have; beyond that the least used share the cell `MERGED`."""
MOST_MERGED = 100
"""Names of merged cells that a family keeps, the newest."""
MERGED = ""
"""Name of the cell that stands for all merged ones."""
SHARED = 3
"""Columns that all families share: 1, time of day, mood."""
MOOD = 2
"""The column of the mood."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int_]
Sizes = tuple[int, ...]
"""How many cells each family has."""


class Tally(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What was counted of one cell."""

    events: int = 0
    heard: int = 0
    """Of these, how many had a mood report in the 6 hours before."""
    mood: int = 0
    """Sum of those reports, in hundredths."""


class Links(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Everything up to `time`, folded. Equal sets of events give equal bytes."""

    cells: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
    """Cell names by family, in the order of FAMILIES: `person/kind`, `kind`, `pattern`; MERGED for the merged."""
    tallies: tuple[tuple[Tally, ...], tuple[Tally, ...], tuple[Tally, ...]]
    reports: int
    moods: int
    """Sum of all reports, in hundredths."""
    time: float
    """Of the newest item; seconds since 1970 UTC."""
    heard: float | None
    """Time of the newest report."""
    mood: int
    """The newest report, in hundredths."""
    unsure: tuple[float, float, float]
    """Variances of the quick and the slow forecast at `heard`, and their covariance, with the mood's variance as 1."""
    traces: bytes
    """Three rows of z: now (the cells at `time`; else 0), and the quick and the slow forecast at `heard`; doubles."""
    sums: bytes
    """Sums of products, laid out by `pairs`; doubles."""
    merged: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]] = ((), (), ())
    """Names that were merged for want of room, by family, in the order it happened; one may have come back since."""

    @classmethod
    def empty(cls) -> "Links":
        """Nothing happened yet."""
        traces = np.zeros((3, SHARED), "<f8").tobytes()
        sums = np.zeros(length(()), "<f8").tobytes()
        return cls(((), (), ()), ((), (), ()), 0, 0, 0.0, None, 0, (0.0, 0.0, 0.0), traces, sums)

    @property
    def sizes(self) -> Sizes:
        """How many cells each family has."""
        return tuple(map(len, self.cells))


def rounded(links: Links) -> Links:
    """With sums and traces rounded to singles, which is how they are kept.

    To be called where whole fortnights have passed and nowhere else: then equal sets of events still give equal bytes.
    What is lost, 6e-8 of each once a fortnight, is far below what a mood in hundredths can tell.
    """
    return doubled(halved(links))


def halved(links: Links) -> Links:
    """With sums and traces as singles, half as long: exact for what is `rounded`."""
    return replace(links, traces=_as(links.traces, "<f8", "<f4"), sums=_as(links.sums, "<f8", "<f4"))


def doubled(links: Links) -> Links:
    """What was `halved`, as it was."""
    return replace(links, traces=_as(links.traces, "<f4", "<f8"), sums=_as(links.sums, "<f4", "<f8"))


def _as(numbers: bytes, of: str, to: str) -> bytes:
    return np.frombuffer(numbers, of).astype(to).tobytes()


@lru_cache(maxsize=4096)
def pairs(sizes: Sizes) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
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


def length(sizes: Sizes) -> int:
    """How many sums there are for families of these sizes."""
    return len(pairs(sizes)[0])


def dense(sums: Floats, sizes: Sizes, family: int) -> Floats:
    """One family's sums as a symmetric matrix over [1, time of day, mood, its cells]."""
    own = slice(length(sizes[:family]), length(sizes[: family + 1]))
    left, right = pairs((sizes[family],))
    matrix = np.empty((SHARED + sizes[family],) * 2)
    matrix[left, right] = matrix[right, left] = np.concatenate([sums[: length(())], sums[own]])
    return matrix
