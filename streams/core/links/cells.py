"""Room for a new cell: added while there is room, otherwise made by merging the two least used."""

import numpy as np

from streams.core.links.state import (
    CELLS_MAXIMUM,
    MERGED,
    MOST_MERGED,
    SHARED,
    Floats,
    Sizes,
    Tally,
    dense,
    length,
    pairs,
)

Lists = tuple[list[list[str]], list[list[Tally]], list[list[str]]]
"""Names and tallies of the cells, and names of the merged ones, by family."""


def add_cell(family: int, name: str, lists: Lists, traces: Floats, sums: Floats) -> tuple[Floats, Floats]:
    """Make `name` a cell of `family`, in `lists` in place; return traces (rows, columns) and sums with room for it.

    A family that is full lets go of its least used cell first, which joins the merged ones: from then on they are one
    cell, as if they had always been one. Should the name come back, it is counted afresh.
    """
    names, tallies = lists[0][family], lists[1][family]
    sizes = tuple(map(len, lists[0]))
    if sizes[family] < CELLS_MAXIMUM:
        names.append(name)
        tallies.append(Tally())
        return _widen(sizes, family, traces, sums)
    keep, free = _least_used(names, tallies)
    lists[2][family] = _noted(lists[2][family], names[keep], names[free])
    kept, freed = tallies[keep], tallies[free]
    names[keep], names[free] = MERGED, name
    tallies[keep] = Tally(kept.events + freed.events, kept.heard + freed.heard, kept.mood + freed.mood)
    tallies[free] = Tally()
    return _merge_traces(sizes, family, (keep, free), traces), _merge_sums(sizes, family, (keep, free), sums)


def _widen(sizes: Sizes, family: int, traces: Floats, sums: Floats) -> tuple[Floats, Floats]:
    """Zeros for one more cell at the end of `family`: nothing was ever heard of it."""
    place = length(sizes[: family + 1])
    zeros = np.zeros(SHARED + sizes[family] + 1)
    return (
        np.insert(traces, SHARED + sum(sizes[: family + 1]), 0.0, axis=1),
        np.concatenate([sums[:place], zeros, sums[place:]]),
    )


def _least_used(names: list[str], tallies: list[Tally]) -> tuple[int, int]:
    """The cell to merge into, and the cell to merge: the merged one first, then by use, then the older."""
    order = sorted(range(len(names)), key=lambda cell: (names[cell] != MERGED, tallies[cell].events, cell))
    return order[0], order[1]


def _noted(merged: list[str], *names: str) -> list[str]:
    """`merged` with `names` as its newest."""
    new = [name for name in names if name != MERGED]
    return [*(name for name in merged if name not in new), *new][-MOST_MERGED:]


def _merge_traces(sizes: Sizes, family: int, cells: tuple[int, int], traces: Floats) -> Floats:
    """Add the second of `cells` to the first, and empty it."""
    traces = traces.copy()
    keep, free = (SHARED + sum(sizes[:family]) + cell for cell in cells)
    traces[:, keep] += traces[:, free]
    traces[:, free] = 0.0
    return traces


def _merge_sums(sizes: Sizes, family: int, cells: tuple[int, int], sums: Floats) -> Floats:
    """Traces add up, so rows and columns of their products do."""
    sums = sums.copy()
    keep, free = (SHARED + cell for cell in cells)
    matrix = dense(sums, sizes, family)
    matrix[keep] += matrix[free]
    matrix[:, keep] += matrix[:, free]
    matrix[free] = 0.0
    matrix[:, free] = 0.0
    left, right = pairs((sizes[family],))
    sums[length(sizes[:family]) : length(sizes[: family + 1])] = matrix[left, right][length(()) :]
    return sums
