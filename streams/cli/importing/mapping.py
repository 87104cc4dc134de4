"""The language of mapping files: what each column of a CSV means. Validated as a whole before any row is read.

`rows` works by it. docs/importing.md shows it to whoever writes one; the ones that ship are in deploy/mappings.
"""

from datetime import date, time, timedelta, timezone
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator, model_validator

from schemas.events.check_in import AffectName
from schemas.model import Slug
from schemas.questionnaires import INSTRUMENTS
from schemas.vocabulary import InteractionKind
from streams.errors import Misconfigured

Column = Annotated[str, StringConstraints(min_length=1)]


class Part(BaseModel):
    """A piece of a mapping; a word that the language does not have is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)


class Person(Part):
    """Whose report it is. The column must hold pseudonyms, never names: the subject is made of nothing else."""

    column: Column
    remove: str = Field(default="", description="Taken out of the cell first, such as 'User #'.")
    prefix: str = Field(default="", description="Put before it, so that two data sets cannot share a pseudonym.")


class Clock(Part):
    """When, from a column of local times in ISO form, optionally followed by the zone's abbreviation."""

    column: Column
    offsets: dict[str, str] = Field(default={}, description="Abbreviation to UTC offset: {CET: '+01:00'}.")

    @field_validator("offsets")
    @classmethod
    def _readable(cls, offsets: dict[str, str]) -> dict[str, str]:
        for offset in offsets.values():
            utc_offset(offset)
        return offsets

    def columns(self) -> tuple[str, ...]:
        """The columns that it reads."""
        return (self.column,)


class Day(Part):
    """Which day, from a column that counts days from 1. `starts` is the Monday on which a count began."""

    column: Column
    starts: date | dict[str, date] = Field(description="One date, or one for each value of `period`.")
    period: str = Field(default="", description="The column that tells several counts of one person apart.")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if isinstance(self.starts, dict) != bool(self.period):
            raise ValueError("`period` and a date for each of its values belong together")
        dates = self.starts.values() if isinstance(self.starts, dict) else [self.starts]
        if any(day.weekday() != 0 for day in dates):
            raise ValueError("a count of days starts on a Monday, so that weekdays stay comparable")
        return self


class Beep(Part):
    """What time of day, from a column that counts prompts from 1, in blocks of equal length."""

    column: Column
    from_time: time = Field(alias="from", description="When the first block begins, such as '07:30'.")
    block_minutes: Annotated[int, Field(ge=1, le=1440)]
    count: Annotated[int, Field(ge=1, le=1440)] = Field(description="How many blocks a day has.")

    @field_validator("from_time", mode="before")
    @classmethod
    def _quoted(cls, value: Any) -> Any:
        if not isinstance(value, str):  # YAML reads 10:30 without quotes as 630
            raise ValueError("put the time of day in quotes")  # noqa: TRY004 - pydantic shows a ValueError's message
        return value


class Counted(Part):
    """When, from a day number and a prompt number: the middle of the prompt's block."""

    day: Day
    beep: Beep

    def columns(self) -> tuple[str, ...]:
        """The columns that it reads."""
        period = (self.day.period,) if self.day.period else ()
        return (self.day.column, *period, self.beep.column)


class Scale(Part):
    """One column's share in the mood: its range becomes 0-10, the other way round if `reversed`."""

    column: Column
    reversed: bool = False


class CheckIn(Part):
    """A check-in: the mood is the mean of all its columns, and there is none if one of them was not answered."""

    mood: Annotated[tuple[Scale, ...], Field(min_length=1)]
    affects: dict[AffectName, Column] = {}


class ByValence(Part):
    """One id for each way it felt, where the data name nobody: links then tell the pleasant from the unpleasant."""

    unpleasant: Slug
    neutral: Slug
    pleasant: Slug

    def of(self, valence: int) -> Slug:
        """The id for an interaction of this valence."""
        return self.neutral if valence == 0 else self.pleasant if valence > 0 else self.unpleasant


class Interaction(Part):
    """An interaction, if its valence was answered."""

    valence: Column
    kind: InteractionKind
    person_id: Slug | ByValence
    minutes_before: Annotated[int, Field(ge=0, le=1440)] = Field(
        default=0, description="How long before the report it happened: the report tells of something past."
    )


class Questionnaire(Part):
    """A questionnaire, if any item was answered; an item that was not is missing, which is not zero."""

    instrument: str
    items: Annotated[dict[str, Column], Field(min_length=1)]

    @model_validator(mode="after")
    def _known(self) -> Self:
        if self.instrument not in INSTRUMENTS:
            raise ValueError(f"unknown instrument; known are {', '.join(INSTRUMENTS)}")
        strange = self.items.keys() - INSTRUMENTS[self.instrument].items.keys()
        if strange:
            raise ValueError(f"{self.instrument} has no item {', '.join(sorted(strange))}")
        return self


class Mapping(Part):
    """What the columns of one kind of CSV mean."""

    name: Slug = Field(description="Part of the source and the id of every event: change it, and all are new ones.")
    person: Person
    time: Clock | Counted
    zone: str = Field(default="UTC", description="IANA name; where a time carries no offset of its own.")
    missing: tuple[str, ...] = Field(default=("",), description="What stands for 'not answered'.")
    ranges: dict[Column, tuple[float, float]] = Field(description="Lowest and highest answer of each column.")
    answered: Annotated[tuple[Column, ...], Field(min_length=1)] = Field(
        description="A row is a report if it answers any of these."
    )
    check_in: CheckIn | None = None
    interactions: tuple[Interaction, ...] = ()
    questionnaires: tuple[Questionnaire, ...] = ()

    @field_validator("zone")
    @classmethod
    def _exists(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("no such time zone") from error
        return name

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not (self.check_in or self.interactions or self.questionnaires):
            raise ValueError("makes no events: give check_in, interactions or questionnaires")
        without = sorted(self.measured - self.ranges.keys())
        if without:
            raise ValueError(f"`ranges` lacks {', '.join(without)}")
        backwards = [column for column, (low, high) in self.ranges.items() if low >= high]
        if backwards:
            raise ValueError(f"the range of {', '.join(backwards)} is empty")
        return self

    @cached_property
    def measured(self) -> frozenset[str]:
        """The columns that hold answers."""
        check_in = self.check_in
        mood = [scale.column for scale in check_in.mood] if check_in else []
        affects = check_in.affects.values() if check_in else ()
        items = [column for questionnaire in self.questionnaires for column in questionnaire.items.values()]
        return frozenset([*mood, *affects, *items, *(interaction.valence for interaction in self.interactions)])

    @cached_property
    def columns(self) -> frozenset[str]:
        """All columns that a CSV must have."""
        return self.measured | {self.person.column, *self.answered, *self.time.columns()}


def utc_offset(text: str) -> timezone:
    """The offset that text such as '+01:00' names."""
    sign = {"+": 1, "-": -1}.get(text[:1], 0)
    hours, colon, minutes = text[1:].partition(":")
    if not (sign and colon and hours.isdecimal() and minutes.isdecimal()):
        raise ValueError(f"{text!r} is no UTC offset such as '+01:00'")
    return timezone(sign * timedelta(hours=int(hours), minutes=int(minutes)))


def read_mapping(file: Path) -> Mapping:
    """Read a mapping file.

    Raises:
        Misconfigured: it cannot be read, or is no valid mapping; the message says where.
    """
    try:
        return Mapping.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{file}: {error}") from error
    except ValidationError as error:
        problems = [
            f"{'.'.join(map(str, problem['loc'])) or 'mapping'}: {problem['msg']}" for problem in error.errors()
        ]
        raise Misconfigured("\n  ".join([f"{file} is no valid mapping:", *problems])) from error
