"""Room for a new cell: added while there is room, otherwise made by merging the two least used."""

import numpy as np

from streams.core.links.state import CELLS_MAXIMUM, MERGED, SHARED, Floats, Tally, dense, length, pairs

Arrays = tuple[Floats, Floats, Floats]
"""`now`, `last` and `sums` of Links."""


def add_cell(family: int, name: str, cells: list[list[str]], tallies: list[list[Tally]], arrays: Arrays) -> Arrays:
    """Make `name` a cell of `family`, in `cells` and `tallies` in place; return the arrays with room for it.

    A family that is full lets go of the least used cell first, which joins the merged ones: from then on they are one
    cell, as if they had always been one. Should the name come back, it is counted afresh.
    """
    sizes = tuple(map(len, cells))
    if sizes[family] < CELLS_MAXIMUM:
        cells[family].append(name)
        tallies[family].append(Tally())
        return _widen(sizes, family, arrays)
    keep, free = _least_used(cells[family], tallies[family])
    arrays = _merge(sizes, family, (keep, free), arrays)
    cells[family][keep], cells[family][free] = MERGED, name
    kept, gone = tallies[family][keep], tallies[family][free]
    tallies[family][keep] = Tally(kept.events + gone.events, kept.heard + gone.heard, kept.mood + gone.mood)
    tallies[family][free] = Tally()
    return arrays


def _widen(sizes: tuple[int, ...], family: int, arrays: Arrays) -> Arrays:
    """Zeros for one more cell at the end of `family`: nothing was ever heard of it."""
    now, last, sums = arrays
    column = SHARED + sum(sizes[: family + 1])
    place = length(sizes[: family + 1])
    zeros = np.zeros(SHARED + sizes[family] + 1)
    return (
        np.insert(now, column, 0.0),
        np.insert(last, column, 0.0),
        np.concatenate([sums[:place], zeros, sums[place:]]),
    )


def _least_used(names: list[str], tallies: list[Tally]) -> tuple[int, int]:
    """The cell to merge into, and the cell to merge: the merged one first, then by use, then the older."""
    order = sorted(range(len(names)), key=lambda cell: (names[cell] != MERGED, tallies[cell].events, cell))
    return order[0], order[1]


def _merge(sizes: tuple[int, ...], family: int, cells: tuple[int, int], arrays: Arrays) -> Arrays:
    """Add the second of `cells` to the first and empty it: traces add up, so rows and columns of products do."""
    now, last, sums = (array.copy() for array in arrays)
    keep, free = (SHARED + cell for cell in cells)
    start = sum(sizes[:family])
    for traces in (now, last):
        traces[start + keep] += traces[start + free]
        traces[start + free] = 0.0
    matrix = dense(sums, sizes, family)
    matrix[keep] += matrix[free]
    matrix[:, keep] += matrix[:, free]
    matrix[free] = 0.0
    matrix[:, free] = 0.0
    left, right = pairs((sizes[family],))
    sums[length(sizes[:family]) : length(sizes[: family + 1])] = matrix[left, right][length(()) :]
    return now, last, sums
