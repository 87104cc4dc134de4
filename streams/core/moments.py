"""Time as the core counts it: whole microseconds since 1970 (UTC), and local days since 1970.

A local day is the day in the UTC offset that a report's own `time` carries, so a patient's days travel with them.
"""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from operator import itemgetter

Micros = int
"""Microseconds since 1970-01-01T00:00Z."""
Day = int
"""Local days since 1970-01-01."""

NEVER: Day = -1_000_000
"""A local day long before any: of what has not happened yet, where a loop over numbers cannot be told None."""
MINUTE: Micros = 60_000_000
DAY: Micros = 1_440 * MINUTE
NEAR = 6
"""Days last heard that tell when a day is over: of a traveller, those that may overlap."""
OVERLAPPING = 2
"""Local days that may not be over yet although a later one has begun elsewhere: offsets lie within 48 hours."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)


def micros(moment: datetime) -> Micros:
    """The moment as microseconds, without the rounding of floats."""
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def offset_minutes(moment: datetime) -> int:
    """The UTC offset that `moment` carries, in minutes; a part of a minute is dropped."""
    offset = moment.utcoffset()
    return 0 if offset is None else offset // _MINUTE


def moment(at: Micros, offset: int = 0) -> datetime:
    """The moment as a clock with that offset (minutes) shows it."""
    return (_EPOCH + timedelta(microseconds=at)).astimezone(timezone(timedelta(minutes=offset)))


def local_day(at: Micros, offset: int) -> Day:
    """The local day that a moment falls on."""
    return (at + offset * MINUTE) // DAY


def day_close(day: Day, offset: int) -> Micros:
    """The moment at which a local day is over."""
    return (day + 1) * DAY - offset * MINUTE


def offset_on(heard: Sequence[tuple[Day, int]], day: Day) -> int:
    """The UTC offset (minutes) in which `day` ended: of that day, or of the last before it on which anything was heard.

    Args:
        heard: local days, oldest first, with the offset of the last that was heard on each; at least one.
        day: any local day.
    """
    return heard[max(bisect_right(heard, day, key=itemgetter(0)) - 1, 0)][1]


def end_of(heard: Sequence[tuple[Day, int]], day: Day) -> Micros:
    """When `day` is over, as are all before it: after a flight east, the next one begins before that."""
    return max(day_close(one, offset_on(heard, one)) for one in range(day - OVERLAPPING, day + 1))


def closed_through(heard: Sequence[tuple[Day, int]], at: Micros) -> Day:
    """The last local day that is over by `at`, as are all before it."""
    if len({offset for _, offset in heard}) == 1:
        return local_day(at, heard[-1][1]) - 1
    day = local_day(at, heard[-1][1]) + 1  # where the patient is now it may be a day earlier than where a day ended
    while end_of(heard, day) > at:
        day -= 1
    return day


def over_everywhere(day: Day) -> Micros:
    """The moment at which a local day is over in every UTC offset there is; they lie within a day of UTC."""
    return (day + 2) * DAY


def day_date(day: Day) -> date:
    """The calendar date of a local day."""
    return (_EPOCH + timedelta(days=day)).date()


def date_day(on: date) -> Day:
    """The local day that a calendar date names."""
    return (date(on.year, on.month, on.day) - _EPOCH.date()).days
