"""The rota of one care team: people who take turns, and shifts that are set one by one and go before the turns.

Everything is laid out as turns, each from one moment to another, and read off there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Final, Self
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from schemas.model import Slug
from streams.core.duty.model import Clock, Setting, WallTime, moment_at, moment_of

AHEAD: Final = timedelta(days=28)
"""How far is looked for whoever comes next."""
DAY: Final = timedelta(days=1)


class Rotation(Setting):
    """People who take turns of equal length, for ever or to a last day."""

    people: Annotated[tuple[Slug, ...], Field(min_length=1)]
    first: date = Field(description="The day on which the first one's turn begins.")
    days: Annotated[int, Field(ge=1, le=28)] = Field(default=7, description="Length of a turn.")
    hand_over: Clock = Field(description="Wall time at which a turn ends and the next begins.")
    last: date | None = Field(default=None, description="The day on which the last turn ends.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last is not None and self.last <= self.first:
            raise ValueError("last is not after first")
        return self


class Shift(Setting):
    """One shift, by wall times. Without `who` nobody has it yet; without `until` nobody said when it ends."""

    who: Slug | None = None
    since: WallTime = Field(alias="from")
    until: WallTime | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.until is not None and self.until <= self.since:
            raise ValueError("ends before it begins")
        return self


@dataclass(frozen=True, slots=True)
class Turn:
    """Somebody's time on duty, in UTC; `ends` is None where nobody said when, `who` where nobody has it."""

    begins: datetime
    ends: datetime | None
    who: str | None

    def covers(self, at: datetime) -> bool:
        """Whether it is theirs at this moment."""
        return self.begins <= at and (self.ends is None or at < self.ends)


class Rota(Setting):
    """Who is on call. A shift goes before the rotation; of two shifts, the one that began last."""

    rotation: Rotation | None = None
    shifts: tuple[Shift, ...] = ()

    @model_validator(mode="after")
    def _some(self) -> Self:
        if self.rotation is None and not self.shifts:
            raise ValueError("has neither a rotation nor shifts")
        return self

    def now(self, at: datetime, zone: ZoneInfo) -> Turn | None:
        """The turn at this moment, up to whatever ends it first; None if there is none, or nobody has it."""
        turn = self.turn(at, zone)
        if turn is None or turn.who is None:
            return None
        begins = (one.begins for one in self.set_shifts(zone) if at < one.begins)
        ends = min((end for end in (turn.ends, *begins) if end is not None), default=None)
        return Turn(turn.begins, ends, turn.who)

    def next(self, at: datetime, zone: ZoneInfo) -> str | None:
        """Who comes next: the first to have a turn after this moment who has none now."""
        on_duty = self.now(at, zone)
        here = None if on_duty is None else on_duty.who
        turns = self._turns(at, at + AHEAD, zone)
        edges = sorted({*self.bounds(zone), *(turn.begins for turn in turns)})
        later = (self.now(edge, zone) for edge in edges if at < edge <= at + AHEAD)
        return next((turn.who for turn in later if turn is not None and turn.who != here), None)

    def turn(self, at: datetime, zone: ZoneInfo) -> Turn | None:
        """Whatever is laid out for this moment, also if nobody has it."""
        begun = sorted((one for one in self.set_shifts(zone) if one.begins <= at), key=lambda one: one.begins)
        # One without an end ends with the next, and does not come back when that one is over.
        shifts = [one for one in begun if one.covers(at) and (one.ends is not None or one.begins == begun[-1].begins)]
        if shifts:
            return shifts[-1]
        return next((one for one in self._turns(at, at, zone) if one.covers(at)), None)

    def bounds(self, zone: ZoneInfo) -> Sequence[datetime]:
        """When a shift or the whole rotation begins or ends, in order: in between, somebody has it or nobody has."""
        found = [at for one in self.set_shifts(zone) for at in (one.begins, one.ends)]
        if self.rotation is not None:
            days = (self.rotation.first, self.rotation.last)
            found += [None if day is None else moment_of(day, self.rotation.hand_over, zone) for day in days]
        return sorted({at for at in found if at is not None})

    def set_shifts(self, zone: ZoneInfo) -> Sequence[Turn]:
        """The shifts that were set one by one."""
        return [
            Turn(moment_at(one.since, zone), None if one.until is None else moment_at(one.until, zone), one.who)
            for one in self.shifts
        ]

    def _turns(self, since: datetime, until: datetime, zone: ZoneInfo) -> Iterator[Turn]:
        """The turns of the rotation that touch the time from `since` to `until`."""
        rotation = self.rotation
        if rotation is None:
            return
        length = timedelta(days=rotation.days)
        # One turn earlier than the calendar says: before the hand-over the turn of the day before goes on.
        number = max(0, (since.astimezone(zone).date() - rotation.first - DAY) // length)
        while (begins := rotation.first + number * length) <= until.astimezone(zone).date():
            ends = begins + length if rotation.last is None else min(begins + length, rotation.last)
            if begins >= ends:
                return
            yield Turn(
                moment_of(begins, rotation.hand_over, zone),
                moment_of(ends, rotation.hand_over, zone),
                rotation.people[number % len(rotation.people)],
            )
            number += 1
