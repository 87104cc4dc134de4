"""Plain check-ins, many at once: the columns that analysis works on, and the lines that InfluxDB gets.

Both are what `entries.entry` and `points.points` make of the full event, at a fraction of the cost. The analysis
agent has the columns made, `at_once` the lines, of what `schemas.plain` could read.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from schemas.plain import PlainCheckIn


@dataclass(frozen=True, slots=True)
class Columns:
    """A row for each check-in, in the order in which they were given."""

    time: NDArray[np.int64]
    """Microseconds since 1970."""
    offset: NDArray[np.int16]
    """UTC offset, minutes."""
    mood: NDArray[np.uint16]
    """Hundredths of a point, 0-1000."""
    mark: NDArray[np.uint64]
    """The identity's 8 bytes as a number, the first byte the greatest: numbers and bytes have one order."""
    fingerprint: NDArray[np.uint32]
    """The content's 4 bytes, likewise."""

    def __len__(self) -> int:
        return len(self.time)

    def rows(self, which: NDArray[np.bool_]) -> "Columns":
        """Some of them."""
        return Columns(
            self.time[which], self.offset[which], self.mood[which], self.mark[which], self.fingerprint[which]
        )

    def stamps(self) -> NDArray[np.int64]:
        """The time of each one's points, nanoseconds; see `line.stamp`."""
        return self.time * 1000 + ((self.mark >> np.uint64(32)) % np.uint64(1000)).astype(np.int64)


def columns(read: Sequence[PlainCheckIn]) -> Columns:
    """The columns of these check-ins."""
    mood = np.array([one.data.mood for one in read], dtype=np.float64)
    return Columns(
        time=np.array([one.micros for one in read], dtype=np.int64),
        offset=np.array([one.offset for one in read], dtype=np.int16),
        mood=np.rint(mood * 100).astype(np.uint16),
        mark=np.frombuffer(b"".join([one.mark() for one in read]), ">u8").astype(np.uint64),
        fingerprint=np.frombuffer(b"".join([one.fingerprint() for one in read]), ">u4").astype(np.uint32),
    )


def points_of(one: PlainCheckIn, stamp: int) -> str:
    """The lines for a check-in, at its stamp."""
    said, patient, at = one.data, one.subject, str(stamp)
    sleep = "" if said.sleep_hours is None else f",sleep_hours={said.sleep_hours!r}"
    line = f"mood,patient={patient} mood={said.mood!r}{sleep} {at}"
    affects = said.affects
    if not affects:
        return line
    written, in_order = _affects(tuple(affects))
    return f"{line}\naffects,patient={patient} {written % in_order(affects)} {at}"


@lru_cache(1_024)
def _affects(names: tuple[str, ...]) -> tuple[str, Callable[[dict[str, float]], Any]]:
    """How feelings of these names are written, and what takes them in order; an app asks for the same each time."""
    in_order = sorted(names)
    return ",".join([f"affect_{name}=%r" for name in in_order]), itemgetter(*in_order)
