"""One row of a CSV becomes events, by a mapping. Pure: the same row always gives the same events with the same ids.

`plan` calls `map_row` for every row of a file. Each part of a row (check-in, interaction, questionnaire) stands alone:
what is wrong with one is told by column and reason, never by value, and costs the others nothing.
"""

from collections.abc import Callable, Iterator
from collections.abc import Mapping as Cells
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import orjson

from schemas.events import AnyEvent
from schemas.reading import Rejection, read_event
from streams.cli.importing.mapping import ByValence, CheckIn, Interaction, Mapping, Questionnaire
from streams.cli.importing.when import observed_at
from streams.core.ids import hashed_id
from streams.errors import Rejected


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a row, or a part of it, was not taken. `part` is `row`, or which event of the row; never a value."""

    row: int
    part: str
    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class MappedEvent:
    """An event, and the row and the part of it that it was made of."""

    row: int
    part: str
    event: AnyEvent


@dataclass(frozen=True, slots=True)
class MappedRow:
    """What became of one row.

    Attributes:
        number: its line in the file; the header is line 1.
        answered: it is a report.
        stray: it is none, but holds other answers.
        events: what could be made of it.
        refusals: what could not, and why.
    """

    number: int
    answered: bool
    stray: bool = False
    events: tuple[MappedEvent, ...] = ()
    refusals: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class _Data:
    """The data of an event, and the answers that had to be left out of it."""

    fields: dict[str, Any]
    left_out: tuple[Rejected, ...] = ()


@dataclass(frozen=True, slots=True)
class _Part:
    """One event that a row may hold; `read` raises Rejected if nothing can be made of it."""

    name: str
    event_type: str
    read: Callable[[], _Data]
    before: timedelta = timedelta(0)


def map_row(mapping: Mapping, number: int, cells: Cells[str, str], *, newest: datetime) -> MappedRow:
    """Turn one row into events.

    Args:
        mapping: what the columns mean.
        number: the row's line in the file.
        cells: column to text.
        newest: later reports are refused: what is not long past must not be taken without notifying anybody.
    """
    present = {column: text.strip() for column, text in cells.items() if text.strip() not in mapping.missing}
    if not any(column in present for column in mapping.answered):
        return MappedRow(number, answered=False, stray=not mapping.measured.isdisjoint(present))
    try:
        subject, time = _subject(mapping, present), _past(mapping, present, newest)
    except Rejected as problem:
        return MappedRow(number, answered=True, refusals=(_refusal(number, "row", problem),))
    made = [_make(mapping, number, part, subject, time) for part in _parts(mapping, present)]
    events = tuple(event for event, _ in made if event)
    return MappedRow(
        number, answered=True, events=events, refusals=tuple(told for _, refused in made for told in refused)
    )


def _subject(mapping: Mapping, present: Cells[str, str]) -> str:
    column = mapping.person.column
    if column not in present:
        raise Rejected(column, "not answered, so nobody knows whose report it is")
    return mapping.person.prefix + present[column].replace(mapping.person.remove, "")


def _past(mapping: Mapping, present: Cells[str, str], newest: datetime) -> datetime:
    time = observed_at(mapping, present)
    if time > newest:
        raise Rejected(mapping.time.columns()[0], "less than 14 days ago; only the past can be imported")
    return time


def _parts(mapping: Mapping, present: Cells[str, str]) -> Iterator[_Part]:
    if mapping.check_in:
        yield _Part("check-in", "check-in.v1", partial(_check_in, mapping.check_in, mapping, present))
    for told in mapping.interactions:
        if told.valence in present:
            before = timedelta(minutes=told.minutes_before)
            yield _Part(
                f"interaction {told.valence}", "interaction.v1", partial(_interaction, told, mapping, present), before
            )
    for asked in mapping.questionnaires:
        if not present.keys().isdisjoint(asked.items.values()):
            yield _Part(asked.instrument, "questionnaire.v1", partial(_questionnaire, asked, mapping, present))


def _make(
    mapping: Mapping, number: int, part: _Part, subject: str, time: datetime
) -> tuple[MappedEvent | None, list[Refusal]]:
    try:
        data = part.read()
        event = _event(mapping, part, subject, time, data.fields)
    except Rejected as problem:
        return None, [_refusal(number, part.name, problem)]
    return MappedEvent(number, part.name, event), [_refusal(number, part.name, problem) for problem in data.left_out]


def _event(mapping: Mapping, part: _Part, subject: str, time: datetime, data: dict[str, Any]) -> AnyEvent:
    """The event, read as the gateway will read it. Its id is made of what it is about, not of where it stood."""
    envelope = {
        "specversion": "1.0",
        "id": hashed_id(mapping.name, subject, time.isoformat(), part.name),
        "source": f"import/{mapping.name}",
        "type": part.event_type,
        "subject": subject,
        "time": time - part.before,
        "history": True,
        "data": data,
    }
    match read_event(orjson.dumps(envelope)):
        case Rejection(field, reason):
            raise Rejected(mapping.person.column if field == "subject" else field, reason)
        case accepted:
            return accepted.event


def _check_in(told: CheckIn, mapping: Mapping, present: Cells[str, str]) -> _Data:
    shares = []
    for scale in told.mood:
        if scale.column not in present:
            raise Rejected(scale.column, "not answered, and the mood needs it")
        share = _rating(mapping, present, scale.column)
        shares.append(10 - share if scale.reversed else share)
    affects, left_out = _answers(told.affects, present, partial(_rating, mapping, present))
    return _Data({"mood": sum(shares) / len(shares), "affects": affects}, left_out)


def _interaction(told: Interaction, mapping: Mapping, present: Cells[str, str]) -> _Data:
    valence = _whole(mapping, present, told.valence)
    person = told.person_id.of(valence) if isinstance(told.person_id, ByValence) else told.person_id
    return _Data({"person_id": person, "kind": told.kind, "valence": valence})


def _questionnaire(told: Questionnaire, mapping: Mapping, present: Cells[str, str]) -> _Data:
    items, left_out = _answers(told.items, present, partial(_whole, mapping, present))
    return _Data({"instrument": told.instrument, "items": items}, left_out)


def _answers(
    columns: dict[str, str], present: Cells[str, str], read: Callable[[str], float]
) -> tuple[dict[str, float], tuple[Rejected, ...]]:
    """Those of `columns` that were answered; an answer that cannot be is left out and told."""
    answers: dict[str, float] = {}
    left_out = []
    for name, column in columns.items():
        if column in present:
            try:
                answers[name] = read(column)
            except Rejected as problem:
                left_out.append(problem)
    return answers, tuple(left_out)


def _rating(mapping: Mapping, present: Cells[str, str], column: str) -> float:
    """An answer on 0-10."""
    low, high = mapping.ranges[column]
    return (_number(mapping, present, column) - low) / (high - low) * 10


def _whole(mapping: Mapping, present: Cells[str, str], column: str) -> int:
    number = _number(mapping, present, column)
    if number != int(number):
        raise Rejected(column, "not a whole number")
    return int(number)


def _number(mapping: Mapping, present: Cells[str, str], column: str) -> float:
    try:
        number = float(present[column])
    except ValueError:
        raise Rejected(column, "not a number") from None
    low, high = mapping.ranges[column]
    if not low <= number <= high:
        raise Rejected(column, f"outside {low:g} to {high:g}")
    return number


def _refusal(row: int, part: str, problem: Rejected) -> Refusal:
    return Refusal(row, part, problem.field, problem.reason)
