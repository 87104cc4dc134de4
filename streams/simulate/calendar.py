"""The local days that a made-up patient lives: at home, where clocks may change, and for some on a journey.

Called by `patient`, which asks it when something on a local day is.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import numpy as np

from streams.simulate.mood import Floats

ZONES = (
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/Los_Angeles",
    "Asia/Kolkata",
    "Australia/Adelaide",
)
_FARTHEST_H = 9.0
"""A journey goes no farther, so that no evening at home is later than the next morning there."""
_DAY_H = 24.0
_EPOCH = date(1970, 1, 1)
_NOON = time(12)


@dataclass(frozen=True, slots=True)
class Journey:
    """Some days (numbers, both counted) in another zone."""

    first: int
    last: int
    zone: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """The patient's local days, by number from 0 on."""

    zone: str
    """Home."""
    journey: Journey | None
    first: date
    start: Floats
    """When each day begins, in hours since 1970 UTC, as its clock at noon counts; nothing happens before 07:30."""
    offset: Floats
    """UTC offset at noon, in hours."""

    def __len__(self) -> int:
        return len(self.start)

    def at(self, day: int, hour: float) -> datetime:
        """The moment at a local hour."""
        return self._moment(float(self.start[day]) + hour, day)

    def moment(self, hours: float) -> datetime:
        """The moment so many hours after 1970 UTC, as the patient's clock shows it."""
        return self._moment(hours, self.day_of(hours))

    def day_of(self, hours: float) -> int:
        """The number of the day that a moment falls on."""
        return int(np.searchsorted(self.start, hours, side="right")) - 1

    def date(self, day: int) -> date:
        """The calendar date of a day."""
        return self.first + timedelta(days=day)

    def away(self, day: int) -> bool:
        """Whether the patient is on the journey."""
        return self.journey is not None and self.journey.first <= day <= self.journey.last

    def _moment(self, hours: float, day: int) -> datetime:
        zone = timezone(timedelta(hours=float(self.offset[day])))
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=round(hours * 3600))).astimezone(zone)


def draw_calendar(rng: np.random.Generator, days: int, end: datetime, home: str | None = None) -> Calendar:
    """`days` days up to the one that `end` falls on at home; one patient in six leaves for 3 to 10 of them.

    Args:
        rng: the patient's own.
        days: how many, from 1 on.
        end: with an offset.
        home: a zone; None: one of `ZONES`.
    """
    drawn = str(rng.choice(ZONES))
    zone = home or drawn
    first = end.astimezone(ZoneInfo(zone)).date() - timedelta(days=days - 1)
    dates = [first + timedelta(days=day) for day in range(days)]
    offset = np.array([_offset(zone, on) for on in dates])
    journey = _draw_journey(rng, zone, dates)
    if journey is not None:
        for day in range(journey.first, journey.last + 1):
            offset[day] = _offset(journey.zone, dates[day])
    start: Floats = ((first - _EPOCH).days + np.arange(days)) * _DAY_H - offset
    return Calendar(zone, journey, first, start, offset)


def _draw_journey(rng: np.random.Generator, home: str, dates: list[date]) -> Journey | None:
    travels, leaves, stays = rng.random() < 1 / 6, int(rng.integers(len(dates))), int(rng.integers(3, 11))
    away = [zone for zone in ZONES if 1 <= abs(_offset(zone, dates[0]) - _offset(home, dates[0])) <= _FARTHEST_H]
    zone = str(rng.choice(away))
    return Journey(leaves, min(leaves + stays, len(dates)) - 1, zone) if travels else None


def _offset(zone: str, on: date) -> float:
    offset = datetime.combine(on, _NOON, ZoneInfo(zone)).utcoffset()
    return 0.0 if offset is None else offset.total_seconds() / 3600
