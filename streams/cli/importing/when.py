"""When a row was observed, with the UTC offset that decides the patient's local day. Called by `rows`; pure."""

import re
from collections.abc import Mapping as Cells
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from streams.cli.importing.mapping import Clock, Counted, Day, Mapping, utc_offset
from streams.errors import Rejected

CLOCK = re.compile(r"(?P<local>\d{4}-\d\d-\d\d[ T]\S+)(?: +(?P<zone>\S+))?")


def observed_at(mapping: Mapping, present: Cells[str, str]) -> datetime:
    """The moment of the report in `present` (column to text, without what was not answered).

    Raises:
        Rejected: a column that says when is empty or makes no sense.
    """
    zone = ZoneInfo(mapping.zone)
    moment = _from_clock(mapping.time, present) if isinstance(mapping.time, Clock) else _counted(mapping.time, present)
    # Through UTC, so that what comes out is an offset and no longer the name of a zone.
    return moment if moment.tzinfo else datetime.fromisoformat(moment.replace(tzinfo=zone).isoformat())


def _from_clock(clock: Clock, present: Cells[str, str]) -> datetime:
    text = _answered(present, clock.column)
    found = CLOCK.fullmatch(text)
    try:
        moment = datetime.fromisoformat(found["local"]) if found else None
    except ValueError:
        moment = None
    if not found or not moment:
        raise Rejected(clock.column, "not a date and time in ISO form")
    if not found["zone"]:
        return moment
    if found["zone"] not in clock.offsets:
        raise Rejected(clock.column, "its time zone is not among the mapping's `offsets`")
    return moment.replace(tzinfo=utc_offset(clock.offsets[found["zone"]]))


def _counted(counted: Counted, present: Cells[str, str]) -> datetime:
    """The middle of the block that the prompt came in."""
    day, beep = counted.day, counted.beep
    number = _count(present, beep.column, beep.count)
    start = _start(day, present) + timedelta(days=_count(present, day.column) - 1)
    return datetime.combine(start, beep.from_time) + timedelta(minutes=(number - 0.5) * beep.block_minutes)


def _start(day: Day, present: Cells[str, str]) -> date:
    if isinstance(day.starts, date):
        return day.starts
    period = _answered(present, day.period)
    if period not in day.starts:
        raise Rejected(day.period, "the mapping's `starts` has no date for it")
    return day.starts[period]


def _count(present: Cells[str, str], column: str, most: int = 36_525) -> int:
    text = _answered(present, column)
    if not text.isdecimal() or not 1 <= int(text) <= most:
        raise Rejected(column, f"not a whole number from 1 to {most}")
    return int(text)


def _answered(present: Cells[str, str], column: str) -> str:
    if column not in present:
        raise Rejected(column, "not answered, so the time of the report is unknown")
    return present[column]
