"""The base of what a clinic writes into its policy files, and how they write times.

Times are wall times of the team's zone, and become moments only together with it: eight in the morning stays eight in
the morning when the clocks change.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict


class Setting(BaseModel):
    """Something set in a file; a field that nobody knows is a fault, since it may be a known one misspelt."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _text(value: object) -> object:
    if isinstance(value, str):
        return value
    # YAML reads 17:00 without quotes as the number 1020, which would be taken for seconds.
    raise ValueError("has to be written in quotes, like '08:00'")


def _in_minutes(value: time) -> time:
    if value.second or value.microsecond or value.tzinfo is not None:
        raise ValueError("has to be hours and minutes, like '08:00'")
    return value


def _without_offset(value: datetime) -> datetime:
    if value.tzinfo is not None:
        raise ValueError("has to be the team's wall time, without an offset")
    return value


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("no such time zone; names look like Europe/Berlin") from error
    return name


Clock = Annotated[time, BeforeValidator(_text), AfterValidator(_in_minutes)]
"""A wall time of day."""
WallTime = Annotated[datetime, AfterValidator(_without_offset)]
"""A wall time of a day."""
ZoneName = Annotated[str, AfterValidator(_zone)]


def moment_of(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The moment of a wall time, in UTC.

    A time that the clocks jump over comes as long after the jump; of one that comes twice, the first counts.
    """
    return datetime.combine(day, clock, zone).astimezone(UTC)


def moment_at(wall: datetime, zone: ZoneInfo) -> datetime:
    """The same, of a wall time with its day."""
    return moment_of(wall.date(), wall.time(), zone)


def the_day_after(day: date) -> date:
    """Tomorrow."""
    return day + timedelta(days=1)
