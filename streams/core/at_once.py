"""The short way for all patients of a batch: their rows become arrays, `calm` goes over them, and they are rows again.

Called by `advance` with those who said nothing but plain check-ins.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from schemas.plain import PlainCheckIn
from streams.core import days, moods
from streams.core.arrival import Arrival, Arrived
from streams.core.calm import Bodies, Fronts, Rule, Said, closing, take_in_calmly
from streams.core.front import FRONT, MARK, VERSION, check_version
from streams.core.front import SIZE as FRONT_SIZE
from streams.core.moments import Micros
from streams.core.packed import BODY, decompress
from streams.core.packed import SIZE as BODY_SIZE
from streams.core.plain import Columns, points_of
from streams.core.policy import Policy

ReadBodies = Callable[[Sequence[bytes]], Sequence[bytes | None]]
"""Gives the body rows of some patients."""


class Plain(NamedTuple):
    """A patient who said nothing but plain check-ins."""

    patient: bytes
    arrivals: Sequence[Arrival]
    front: bytes


class Short(NamedTuple):
    """How far the short way led one patient."""

    taken: int
    """How many of their check-ins took it: those before the first that cannot."""
    front: bytes
    due: Micros
    """When something is due for them next; 0 for never."""
    points: str
    """Line protocol."""


def go_the_short_way(some: Sequence[Plain], batch: Arrived, read_bodies: ReadBodies, policy: Policy) -> list[Short]:
    """How far it leads each of those patients."""
    if not some:
        return []
    arrivals = [one for plain in some for one in plain.arrivals]
    check_ins = batch.plain.rows(np.array([one.row for one in arrivals]))
    fronts, said = _fronts([plain.front for plain in some]), _said(check_ins, arrivals, some)
    asked = np.flatnonzero(closing(fronts, said)).tolist()
    bodies = _bodies(len(some), asked, read_bodies([some[one].patient for one in asked]) if asked else ())
    taken = take_in_calmly(fronts, said, bodies, Rule.of(policy), batch.now)
    events = [one.event for one in arrivals if isinstance(one.event, PlainCheckIn)]
    lines = list(map(points_of, events, check_ins.stamps().tolist()))
    return _rows(some, fronts, taken, check_ins, lines)


def _rows(
    some: Sequence[Plain], fronts: Fronts, taken: NDArray[np.int64], check_ins: Columns, lines: Sequence[str]
) -> list[Short]:
    """What became of each, once the loop has been over them; `lines` are those of each check-in."""
    begins, fresh = fronts.begins.tobytes(), moods.rows(check_ins)
    ways, first = [], 0
    for begin, (plain, count, due) in enumerate(zip(some, taken.tolist(), _dues(fronts.begins), strict=True)):
        front = (
            begins[begin * FRONT_SIZE : (begin + 1) * FRONT_SIZE]
            + plain.front[FRONT_SIZE:]
            + fresh[first * moods.SIZE : (first + count) * moods.SIZE]
        )
        ways.append(Short(count, front, due, "\n".join(lines[first : first + count])))
        first += len(plain.arrivals)
    return ways


def _said(check_ins: Columns, arrivals: Sequence[Arrival], some: Sequence[Plain]) -> Said:
    return Said(
        time=check_ins.time,
        offset=check_ins.offset.astype(np.int64),
        mood=check_ins.mood.astype(np.int64),
        mark=(check_ins.mark >> np.uint64(64 - 8 * MARK)).astype(np.int64),
        place=np.array([one.offset for one in arrivals], np.int64),
        at=_starts(len(plain.arrivals) for plain in some),
    )


def _fronts(rows: Sequence[bytes]) -> Fronts:
    begins = np.frombuffer(b"".join([row[:FRONT_SIZE] for row in rows]), FRONT).copy()
    if (begins["version"] != VERSION).any():
        for row in rows:
            check_version(row)
    ends = [row[FRONT_SIZE:] for row in rows]
    return Fronts(begins, np.frombuffer(b"".join(ends), np.uint8), _starts(map(len, ends)))


def _bodies(patients: int, asked: Sequence[int], rows: Sequence[bytes | None]) -> Bodies:
    """What the loop needs of the bodies that were read; of the others, nothing."""
    found = [(one, row) for one, row in zip(asked, rows, strict=True) if row is not None]
    begins = np.zeros(patients, BODY)
    begins[[one for one, _ in found]] = np.frombuffer(b"".join([row[:BODY_SIZE] for _, row in found]), BODY)
    sizes, day_totals = begins["days"].tolist(), [b""] * patients
    for one, row in found:
        day_totals[one] = decompress(row[BODY_SIZE : BODY_SIZE + sizes[one]])
    joined = np.frombuffer(b"".join(day_totals), days.COLUMNS)
    return Bodies(begins, joined, _starts(len(some) // days.COLUMNS.itemsize for some in day_totals))


def _starts(lengths: Iterable[int]) -> NDArray[np.int64]:
    """Where each of some pieces begins when they lie one after the other, and where the last one ends."""
    return np.array(list(accumulate(lengths, initial=0)), np.int64)


def _dues(begins: NDArray[Any]) -> list[Micros]:
    """As `packed.due`, of many fronts."""
    closes_at, view_at = begins["closes_at"], begins["view_at"]
    both = np.minimum(closes_at, view_at)
    found: list[Micros] = np.where(both == 0, np.maximum(closes_at, view_at), both).tolist()
    return found
