"""When a care team works: a span for each weekday, less public holidays and days on which it is closed."""

from collections.abc import Container, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from typing import Annotated, Final, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from streams.core.duty.model import Setting, moment_of, the_day_after

FAR: Final = 366
"""Days that are looked through for a working one."""


class Weekday(StrEnum):
    """Days of the week, in the order of `date.weekday()`."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


WEEK: Final = tuple(Weekday)


def _apart(value: object) -> object:
    begins, dash, ends = str(value).partition("-")
    if not dash:
        raise ValueError("has to look like '08:00-17:00'")
    return begins.strip(), ends.strip()


def _in_order(value: tuple[time, time]) -> tuple[time, time]:
    if value[0] >= value[1]:
        raise ValueError("ends before it begins")
    return value


Span = Annotated[tuple[time, time], BeforeValidator(_apart), AfterValidator(_in_order)]
"""From one wall time to a later one of the same day."""


class Holidays(Setting):
    """Public holidays, by ISO 3166 codes; the list of the library `holidays`."""

    country: str
    subdivision: str | None = None

    @model_validator(mode="after")
    def _known(self) -> Self:
        try:
            _calendar(self.country, self.subdivision)
        except NotImplementedError as error:
            raise ValueError("no holidays are known of this country or subdivision") from error
        return self

    def __contains__(self, day: date) -> bool:
        return day in _calendar(self.country, self.subdivision)


@cache
def _calendar(country: str, subdivision: str | None) -> Container[date]:
    import holidays  # noqa: PLC0415 -- slow to import, and alerting has to be back in seconds

    return holidays.country_holidays(country, subdiv=subdivision)


class Hours(Setting):
    """Working hours in one zone."""

    week: Mapping[Weekday, Span] = Field(description="Working hours by weekday; a day that is not named is free.")
    holidays: Holidays | None = None
    closed: frozenset[date] = Field(default=frozenset(), description="Further days on which the team does not work.")

    @model_validator(mode="after")
    def _some(self) -> Self:
        if not self.week:
            raise ValueError("no day of the week has working hours")
        return self

    def working(self, at: datetime, zone: ZoneInfo) -> bool:
        """Whether the team works at this moment; the minute at which it stops is free."""
        local = at.astimezone(zone)
        return any(begins <= at < ends for begins, ends in self._spans(local.date(), zone, days=1))

    def next_working(self, at: datetime, zone: ZoneInfo) -> datetime:
        """`at` itself if the team works then, otherwise when it next begins; a team that never does begins now."""
        return self.after(at, timedelta(0), zone)

    def after(self, at: datetime, worked: timedelta, zone: ZoneInfo) -> datetime:
        """When so much working time has passed since `at`; what falls on the end of a day is due the next morning."""
        left = worked
        for begins, ends in self._spans(at.astimezone(zone).date(), zone, days=FAR):
            begin = max(begins, at)
            if begin + left < ends:
                return begin + left
            left -= max(ends - begin, timedelta(0))
        return at

    def _spans(self, day: date, zone: ZoneInfo, *, days: int) -> Iterator[tuple[datetime, datetime]]:
        """Working spans as moments, from `day` on."""
        for _ in range(days):
            span = self.week.get(WEEK[day.weekday()])
            if span is not None and day not in self.closed and (self.holidays is None or day not in self.holidays):
                yield moment_of(day, span[0], zone), moment_of(day, span[1], zone)
            day = the_day_after(day)
