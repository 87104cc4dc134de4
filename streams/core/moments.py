"""Time as the core counts it: whole microseconds since 1970 (UTC), and local days since 1970.

A local day is the day in the UTC offset that a report's own `time` carries, so a patient's days travel with them.
"""

from datetime import UTC, date, datetime, timedelta, timezone

Micros = int
"""Microseconds since 1970-01-01T00:00Z."""
Day = int
"""Local days since 1970-01-01."""

MINUTE: Micros = 60_000_000
DAY: Micros = 1_440 * MINUTE
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def micros(moment: datetime) -> Micros:
    """The moment as microseconds, without the rounding of floats."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def offset_minutes(moment: datetime) -> int:
    """The UTC offset that `moment` carries, in minutes; a part of a minute is dropped."""
    offset = moment.utcoffset()
    return 0 if offset is None else offset // timedelta(minutes=1)


def moment(at: Micros, offset: int = 0) -> datetime:
    """The moment as a clock with that offset (minutes) shows it."""
    return (_EPOCH + timedelta(microseconds=at)).astimezone(timezone(timedelta(minutes=offset)))


def local_day(at: Micros, offset: int) -> Day:
    """The local day that a moment falls on."""
    return (at + offset * MINUTE) // DAY


def day_close(day: Day, offset: int) -> Micros:
    """The moment at which a local day is over."""
    return (day + 1) * DAY - offset * MINUTE


def over_everywhere(day: Day) -> Micros:
    """The moment at which a local day is over in every UTC offset there is; they lie within a day of UTC."""
    return (day + 2) * DAY


def day_date(day: Day) -> date:
    """The calendar date of a local day."""
    return (_EPOCH + timedelta(days=day)).date()


def date_day(on: date) -> Day:
    """The local day that a calendar date names."""
    return (date(on.year, on.month, on.day) - _EPOCH.date()).days
