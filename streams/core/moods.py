"""The open days' plain check-ins, packed: most of what phones send is one of these, and every event asks for them.

A row is a check-in. Rows lie in (time, mark) order, and their bytes compare as they do, so that a new one is nearly
always put at the end and nothing is unpacked to find a copy. Every event carries them all into Kafka and back, so a row
has no byte to spare: it takes 23. Called by whoever folds and packs; others read `State.open`.
"""

import struct
from collections.abc import Iterator
from typing import Final

import numpy as np

from streams.core.entry import MoodEntry
from streams.core.moments import Micros
from streams.core.plain import Columns

_ROW: Final = struct.Struct(">7s8s4shH")
"""Time, mark, fingerprint, UTC offset and mood; big-endian, for times since 1970 to compare as bytes."""
SIZE: Final = _ROW.size
_WIDE: Final = np.dtype([("time", ">u8"), ("mark", ">u8"), ("fingerprint", ">u4"), ("offset", ">i2"), ("mood", ">u2")])
"""The same row with one byte more, for NumPy: times are numbers of 7 bytes, microseconds until the year 4253."""
MARK: Final = 7
"""Where a row's mark lies, behind its time: for those who look at many rows at once."""
MOOD: Final = SIZE - 2
"""Where its mood lies."""


def rows(check_ins: Columns) -> bytes:
    """The rows of check-ins, in the order in which they are given."""
    wide = np.empty(len(check_ins), _WIDE)
    for name in _WIDE.fields or ():
        wide[name] = getattr(check_ins, name)
    return np.frombuffer(wide.tobytes(), np.uint8).reshape(-1, _WIDE.itemsize)[:, 1:].tobytes()


def count(moods: bytes) -> int:
    """How many check-ins there are."""
    return len(moods) // SIZE


def entries(moods: bytes) -> Iterator[MoodEntry]:
    """All of them, in order."""
    return (_entry(*row) for row in _ROW.iter_unpack(moods))


def find(moods: bytes, mark: bytes) -> MoodEntry | None:
    """The check-in of that identity."""
    at = _place(moods, mark)
    return None if at is None else _entry(*_ROW.unpack_from(moods, at))


def newest(moods: bytes) -> MoodEntry | None:
    """The last one."""
    return _entry(*_ROW.unpack_from(moods, len(moods) - SIZE)) if moods else None


def put(moods: bytes, new: MoodEntry) -> bytes:
    """With `new` in its place."""
    row = _ROW.pack(new.time.to_bytes(MARK, "big"), new.mark, new.fingerprint, new.offset, new.mood)
    at = len(moods)
    while at and moods[at - SIZE : at] > row:
        at -= SIZE
    return moods + row if at == len(moods) else moods[:at] + row + moods[at:]


def drop(moods: bytes, known: MoodEntry) -> bytes:
    """Without `known`."""
    at = _place(moods, known.mark)
    return moods if at is None else moods[:at] + moods[at + SIZE :]


def split(moods: bytes, first: Micros) -> tuple[bytes, bytes]:
    """Those before the moment `first`, and the others."""
    at, limit = 0, max(first, 0).to_bytes(MARK, "big")
    while at < len(moods) and moods[at : at + MARK] < limit:
        at += SIZE
    return moods[:at], moods[at:]


def _place(moods: bytes, mark: bytes) -> int | None:
    """Where the row with that mark begins."""
    at = moods.find(mark)
    while at >= 0 and at % SIZE != MARK:  # by chance, across other fields
        at = moods.find(mark, at + 1)
    return None if at < 0 else at - MARK


def _entry(time: bytes, mark: bytes, fingerprint: bytes, offset: int, mood: int) -> MoodEntry:
    return MoodEntry(int.from_bytes(time, "big"), mark, fingerprint, offset, mood)
