"""What is wrong with the shifts ahead: a time that nobody has, two who have it, or one whose end nobody set.

Asked by the alerting worker, which alarms a day ahead, and by `ipt-pulse policy check`. A fault begins where it does,
not where one looks from, so it is the same fault at every look.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from streams.core.duty.rota import Rota, Turn


class FaultKind(StrEnum):
    """What can be wrong."""

    EMPTY = "empty"
    OVERLAPPING = "overlapping"
    UNCLOSED = "unclosed"


@dataclass(frozen=True, slots=True)
class RotaFault:
    """One fault, in UTC. `begins` is None for a time before the first shift of all, `ends` where no end is in sight."""

    kind: FaultKind
    begins: datetime | None
    ends: datetime | None

    def touches(self, since: datetime, until: datetime) -> bool:
        """Whether any of it lies between the two."""
        return (self.begins is None or self.begins < until) and (self.ends is None or self.ends > since)


def rota_faults(rota: Rota, zone: ZoneInfo, since: datetime, ahead: timedelta) -> list[RotaFault]:
    """All faults that touch the time from `since` for as long as `ahead`: first the empty ones."""
    shifts = sorted(rota.set_shifts(zone), key=lambda one: one.begins)
    found = (*_empty(rota, zone), *_overlapping(shifts), *_unclosed(shifts))
    return [fault for fault in found if fault.touches(since, since + ahead)]


def _empty(rota: Rota, zone: ZoneInfo) -> Iterator[RotaFault]:
    empty, begins = True, None  # before the first shift of all there is nobody
    for at in rota.bounds(zone):
        if (rota.now(at, zone) is None) != empty:
            if empty:
                yield RotaFault(FaultKind.EMPTY, begins, at)
            empty, begins = not empty, at
    if empty:
        yield RotaFault(FaultKind.EMPTY, begins, None)


def _overlapping(shifts: list[Turn]) -> Iterator[RotaFault]:
    taken: datetime | None = None
    for shift in shifts:
        if taken is not None and shift.begins < taken:
            yield RotaFault(FaultKind.OVERLAPPING, shift.begins, min(taken, shift.ends or taken))
        taken = max((at for at in (taken, shift.ends) if at is not None), default=None)


def _unclosed(shifts: list[Turn]) -> Iterator[RotaFault]:
    for shift, following in pairwise((*shifts, None)):
        if shift is not None and shift.ends is None:
            # The next shift ends it; until then nobody knows who will be asked.
            yield RotaFault(FaultKind.UNCLOSED, shift.begins, None if following is None else following.begins)
