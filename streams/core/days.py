"""Mood by local day, packed: sums of each day that has a report, oldest first, 16 bytes a day.

Windows add the days up, and a late report changes its own day only. A new report nearly always belongs to the last day,
which is changed in place; detection reads all days as columns. Called by whoever folds and by detection; others read
`State.days`.
"""

import struct
from collections.abc import Iterator
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from streams.core.moments import Day

_ROW: Final = struct.Struct("<iHIIh")
COLUMNS: Final = np.dtype([("day", "<i4"), ("n", "<u2"), ("total", "<u4"), ("squares", "<u4"), ("offset", "<i2")])
"""The same row, for NumPy: reports, sum of their moods in hundredths, sum of squares, UTC offset in minutes."""
MOST: Final = 4_000
"""Reports that a day can count: 4,000 squares of 1,000 fit into the row."""


class DayTotal(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One local day's mood reports as sums."""

    day: Day
    n: int
    total: int
    """Sum of moods, in hundredths."""
    squares: int
    """Sum of their squares."""
    offset: int
    """UTC offset of the day's last report, minutes: where its midnight is."""


def totals(days: bytes) -> Iterator[DayTotal]:
    """All days, oldest first."""
    return (DayTotal(*row) for row in _ROW.iter_unpack(days))


def columns(days: bytes) -> NDArray[Any]:
    """All days as an array with the fields of `COLUMNS`; (n,)."""
    return np.frombuffer(days, COLUMNS)


def newest(days: bytes) -> DayTotal | None:
    """The last day."""
    return DayTotal(*_ROW.unpack_from(days, len(days) - _ROW.size)) if days else None


def last(days: bytes, most: int) -> Iterator[DayTotal]:
    """The last days, up to `most`."""
    return totals(days[-most * _ROW.size :])


def offsets(days: bytes, most: int = 0) -> list[tuple[Day, int]]:
    """The last days, up to `most` or all of them, each with the UTC offset of its last report."""
    return [(day, offset) for day, _, _, _, offset in _ROW.iter_unpack(days[-most * _ROW.size :])]


def rows(days: bytes, first: Day, last: Day) -> range:
    """Where the days from `first` to `last` stand among all of them."""
    return range(_place(days, first) // _ROW.size, _place(days, last + 1) // _ROW.size)


def find(days: bytes, day: Day) -> DayTotal | None:
    """That day, if it has a report."""
    at = _place(days, day)
    known = days[at : at + _ROW.size]
    return DayTotal(*_ROW.unpack(known)) if known and _day_at(days, at) == day else None


def with_report(days: bytes, day: Day, mood: int, times: int, offset: int) -> bytes:
    """`days` with a report of `day` counted in (`times` 1) or out again (-1), and the offset of its last report now."""
    at = _place(days, day)
    after = at
    n = total = squares = 0
    if at < len(days) and _day_at(days, at) == day:
        _, n, total, squares, _ = _ROW.unpack_from(days, at)
        after += _ROW.size
    n += times
    row = _ROW.pack(day, n, total + times * mood, squares + times * mood * mood, offset) if n else b""
    return days[:at] + row + days[after:]


def with_newest_report(days: bytes, day: Day, mood: int, offset: int) -> bytes:
    """`days` with a report that is later than all others, of the last day or of one after it."""
    known = newest(days)
    if known is None or known.day != day:
        return days + _ROW.pack(day, 1, mood, mood * mood, offset)
    row = _ROW.pack(day, known.n + 1, known.total + mood, known.squares + mood * mood, offset)
    return days[: -_ROW.size] + row


def until(days: bytes, last: Day) -> bytes:
    """`days` without those after `last`."""
    return days if not days or _day_at(days, len(days) - _ROW.size) <= last else days[: _place(days, last + 1)]


def since(days: bytes, first: Day) -> bytes:
    """`days` without those before `first`."""
    return days if not days or _day_at(days, 0) >= first else days[_place(days, first) :]


def _place(days: bytes, day: Day) -> int:
    """Where the first day that is not before `day` begins."""
    at = len(days)
    while at and _day_at(days, at - _ROW.size) >= day:
        at -= _ROW.size
    return at


def _day_at(days: bytes, at: int) -> Day:
    return int.from_bytes(days[at : at + 4], "little", signed=True)
