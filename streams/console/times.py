"""How moments and spans are written: UTC (the script turns it into the reader's zone), the patient's clock beside."""

from datetime import UTC, date, datetime, timedelta

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_WEEK = 7 * _DAY
"""Spans from here on are told in whole days."""


def utc_clock(at: datetime) -> str:
    """`20 Nov 2026, 20:03 UTC`."""
    return f"{_clock(at.astimezone(UTC))} UTC"


def patient_clock(at: datetime) -> str:
    """`20 Nov, 21:03 (UTC+01:00)`: the clock on the wall where it was reported."""
    return f"{at.day} {at:%b, %H:%M} ({offset(at)})"


def offset(at: datetime) -> str:
    """`UTC+01:00`."""
    hours_minutes = f"{at:%z}"
    return f"UTC{hours_minutes[:3]}:{hours_minutes[3:5]}" if at.utcoffset() else "UTC±00:00"


def offset_minutes(at: datetime) -> int:
    """The UTC offset that a moment carries."""
    return int((at.utcoffset() or timedelta()).total_seconds()) // _MINUTE


def day(of: date) -> str:
    """`Fri 20 Nov 2026`."""
    return f"{of:%a} {of.day} {of:%b %Y}"


def short_day(of: date) -> str:
    """`20 Nov`."""
    return f"{of.day} {of:%b}"


def span(length: timedelta) -> str:
    """`less than a minute`, `5 min`, `2 h 10 min`, `3 days 4 h`, `12 days`: never less than it is said to be."""
    seconds = max(0, int(length.total_seconds()))
    if seconds < _MINUTE:
        return "less than a minute"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} min"
    if seconds < _DAY:
        return _both(f"{seconds // _HOUR} h", seconds % _HOUR // _MINUTE, "min")
    days = seconds // _DAY
    if seconds < _WEEK:
        return _both("1 day" if days == 1 else f"{days} days", seconds % _DAY // _HOUR, "h")
    return f"{days} days"


def roughly(length: timedelta) -> str:
    """The largest unit of a span alone: `2 h` of `2 h 10 min`."""
    return " ".join(span(length).split(" ")[:2]) if length >= timedelta(minutes=1) else span(length)


def _both(large: str, small: int, unit: str) -> str:
    return f"{large} {small} {unit}" if small else large


def _clock(at: datetime) -> str:
    return f"{at.day} {at:%b %Y, %H:%M}"
