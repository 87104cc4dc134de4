"""The open days' plain check-ins, packed: most of what phones send is one of these, and every event asks for them.

A row is a check-in. Rows lie in (time, mark) order, and their bytes compare as they do, so that a new one is nearly
always put at the end and nothing is unpacked to find a copy. Called by `fold`; others read `State.open`.
"""

import struct
from collections.abc import Iterator
from typing import Final

from streams.core.entry import MoodEntry
from streams.core.moments import Micros

_ROW: Final = struct.Struct(">q8s8shH")
"""Time, mark, fingerprint, UTC offset and mood; big-endian, for times since 1970 to compare as bytes."""
_MARK: Final = 8
"""Where the mark lies in a row."""


def count(moods: bytes) -> int:
    """How many check-ins there are."""
    return len(moods) // _ROW.size


def entries(moods: bytes) -> Iterator[MoodEntry]:
    """All of them, in order."""
    return (MoodEntry(*row) for row in _ROW.iter_unpack(moods))


def find(moods: bytes, mark: bytes) -> MoodEntry | None:
    """The check-in of that identity."""
    at = _place(moods, mark)
    return None if at is None else MoodEntry(*_ROW.unpack_from(moods, at))


def newest(moods: bytes) -> MoodEntry | None:
    """The last one."""
    return MoodEntry(*_ROW.unpack_from(moods, len(moods) - _ROW.size)) if moods else None


def put(moods: bytes, new: MoodEntry) -> bytes:
    """With `new` in its place."""
    row = _ROW.pack(new.time, new.mark, new.fingerprint, new.offset, new.mood)
    at = len(moods)
    while at and moods[at - _ROW.size : at] > row:
        at -= _ROW.size
    return moods + row if at == len(moods) else moods[:at] + row + moods[at:]


def drop(moods: bytes, known: MoodEntry) -> bytes:
    """Without `known`."""
    at = _place(moods, known.mark)
    return moods if at is None else moods[:at] + moods[at + _ROW.size :]


def split(moods: bytes, first: Micros) -> tuple[bytes, bytes]:
    """Those before the moment `first`, and the others."""
    at, limit = 0, max(first, 0).to_bytes(8, "big")
    while at < len(moods) and moods[at : at + len(limit)] < limit:
        at += _ROW.size
    return moods[:at], moods[at:]


def _place(moods: bytes, mark: bytes) -> int | None:
    """Where the row with that mark begins."""
    at = moods.find(mark)
    while at >= 0 and at % _ROW.size != _MARK:  # by chance, across other fields
        at = moods.find(mark, at + 1)
    return None if at < 0 else at - _MARK
