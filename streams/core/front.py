"""The front row of a patient's record: some hundred bytes that each check-in changes, and all that most of them need.

It says what is due and what the newest day came to, holds two bytes of the mark of each event that the body knows, and
ends with the check-ins that came since the body was written. `packed` makes fronts and reads records through them,
`calm` changes those of a whole batch at once.
"""

from typing import Final, NamedTuple, Self

import numpy as np

from streams.core import days, moods
from streams.core.moments import Day, Micros

VERSION: Final = 3

FRONT: Final = np.dtype(
    [
        ("version", "u1"),
        ("body", "<u4"),
        ("closes_at", "<i8"),
        ("view_at", "<i8"),
        ("calm_until", "<i8"),
        ("heard_through", "<i8"),
        ("heard_at", "<i8"),
        ("newest", "<i8"),
        ("judged_through", "<i4"),
        ("day", "<i4"),
        ("n", "<u2"),
        ("total", "<u4"),
        ("squares", "<u4"),
        ("offset", "<i2"),
        ("known", "<u2"),
    ]
)
"""How a front begins: the fields of `Front`. What is left of it are the known marks, and then the fresh rows."""
SIZE: Final = FRONT.itemsize
MARK: Final = 2
"""Bytes that are kept of a known mark: enough to see that an event is new, whatever else it may be."""

_ARRAY: Final = 0x90


class OtherVersionError(ValueError):
    """A record that this version cannot read. State follows from the events: it is made anew by reading them again."""

    def __init__(self, version: int) -> None:
        super().__init__(
            f"a patient's record is of version {version}, this program reads {VERSION}: start the one that wrote it, "
            "or delete the workers' state and its changelog and let analysis read patient.events from the beginning"
        )


class Front(NamedTuple):
    """The fields that a front begins with, as in `Record` and `State`."""

    version: int
    body: int
    """What tells the body that it goes on from: its checksum."""
    closes_at: Micros
    view_at: Micros
    calm_until: Micros
    heard_through: int
    heard_at: Micros
    newest: Micros
    judged_through: Day
    """The last day that was judged, by mood and silence alike."""
    day: Day
    """The newest local day with a mood report, and what it came to, as in `days`."""
    n: int
    total: int
    squares: int
    offset: int
    known: int
    """How many marks follow."""

    @classmethod
    def of(cls, row: bytes) -> Self:
        """The beginning of a front.

        Raises:
            OtherVersionError: another version of this program wrote it.
        """
        check_version(row)
        return cls(*np.frombuffer(row, FRONT, 1)[0].item())

    def row(self, known: bytes) -> bytes:
        """The whole front with the marks that are known, as it stands beside a new body."""
        return np.array([tuple(self)], FRONT).tobytes() + known

    def fresh(self, row: bytes) -> bytes:
        """The check-ins since the body was written, packed as `moods` packs them."""
        return row[SIZE + MARK * self.known :]


def check_version(row: bytes) -> None:
    """Raise OtherVersionError unless this version wrote that front or body; up to 2 they were arrays of MessagePack."""
    if row[0] != VERSION:
        raise OtherVersionError(row[1] if row[0] & 0xF0 == _ARRAY else row[0])


def newest_day(day_totals: bytes) -> days.DayTotal:
    """The newest day of a record, of nothing where there is none."""
    return days.newest(day_totals) or days.DayTotal(0, 0, 0, 0, 0)


def marks(checked_in: bytes) -> bytes:
    """What is kept of the marks of packed check-ins."""
    return np.frombuffer(checked_in, np.uint8).reshape(-1, moods.SIZE)[:, moods.MARK : moods.MARK + MARK].tobytes()
