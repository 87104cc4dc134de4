"""Two ids that turned out to be one person: their cells become one, as if the events had named one person throughout.

Called on reading, since a merge may be taken back: what is kept stays as it was logged.
"""

from collections.abc import Mapping

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from streams.core.links.state import MERGED, SHARED, Floats, Links, Tally, length, pairs

Places = NDArray[np.intp]

_PERSON = 0
"""The family of person and kind."""


def as_one_person(links: Links, same: Mapping[str, str]) -> Links:
    """`links` with each person's cells under the id that their events count for.

    Traces add up, and so do rows and columns of their products, which makes this exact. What joined the least used
    cells before stays there.

    Args:
        links: what was folded.
        same: merged id to the id it counts for.
    """
    old = links.cells[_PERSON]
    named = [_renamed(name, same) for name in old]
    merged = dict.fromkeys(_renamed(name, same) for name in links.merged[_PERSON])
    if named == list(old) and tuple(merged) == links.merged[_PERSON]:
        return links
    names = list(dict.fromkeys(named))
    place = np.array([names.index(name) for name in named], dtype=np.intp)
    sizes, new_sizes = links.sizes, (len(names), *links.sizes[1:])
    columns = np.concatenate(
        [np.arange(SHARED), SHARED + place, SHARED + len(names) + np.arange(sum(sizes[1:]))]
    ).astype(np.intp)
    return replace(
        links,
        cells=(tuple(names), *links.cells[1:]),
        merged=(tuple(merged), *links.merged[1:]),
        tallies=(_tallies(links.tallies[_PERSON], place, len(names)), *links.tallies[1:]),
        traces=_traces(np.frombuffer(links.traces, "<f8"), columns).astype("<f8").tobytes(),
        sums=_sums(np.frombuffer(links.sums, "<f8"), sizes, new_sizes, columns).astype("<f8").tobytes(),
    )


def _renamed(name: str, same: Mapping[str, str]) -> str:
    person, _, kind = name.rpartition("/")
    return name if name == MERGED else f"{same.get(person, person)}/{kind}"


def _tallies(old: tuple[Tally, ...], place: Places, cells: int) -> tuple[Tally, ...]:
    new = [Tally()] * cells
    for tally, at in zip(old, place, strict=True):
        so_far = new[at]
        new[at] = Tally(so_far.events + tally.events, so_far.heard + tally.heard, so_far.mood + tally.mood)
    return tuple(new)


def _traces(old: Floats, columns: Places) -> Floats:
    rows = old.reshape(3, -1)
    new = np.zeros((3, int(columns.max()) + 1))
    for row, kept in zip(new, rows, strict=True):
        np.add.at(row, columns, kept)
    return new


def _sums(old: Floats, sizes: tuple[int, ...], new_sizes: tuple[int, ...], columns: Places) -> Floats:
    """Each product belongs to two columns; of two cells that become one, the product counts twice in the square."""
    left, right = (columns[side] for side in pairs(sizes))
    was_left, was_right = pairs(sizes)
    size = SHARED + sum(new_sizes)
    matrix = np.zeros((size, size))
    np.add.at(matrix, (np.minimum(left, right), np.maximum(left, right)), old)
    crossed = (left == right) & (was_left != was_right)
    np.add.at(matrix, (left[crossed], right[crossed]), old[crossed])
    new_left, new_right = pairs(new_sizes)
    return np.asarray(matrix[np.minimum(new_left, new_right), np.maximum(new_left, new_right)])[: length(new_sizes)]
