"""The one way in: bytes become an event, or a `Rejection` that names the field and the reason.

The gateway, the workers and `rehearse` all read through here, so that they agree on what is an event.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, NamedTuple

import msgspec
from pydantic import Field, TypeAdapter, ValidationError
from pydantic_core import from_json, to_json

from schemas.calls import CallEvent, Heard, hear, hear_in_batch, read_call
from schemas.events import EVENT_TYPES, AnyEvent, QuestionnaireEvent
from schemas.identity import counted
from schemas.model import Message, drop_unknown
from schemas.plain import PlainCheckIn, read_plain
from schemas.repeats import answered_twice, decode, surely_none

FUTURE_ALLOWED = timedelta(days=1)
"""How far an event's time may lie ahead of its receipt: clocks are wrong, but not by more than a day."""

NAME_LIMIT = 256
"""Characters of a name that a rejected event may be called by."""

BATCH_LIMIT = 500
"""Events in one batch."""

_Event = Annotated[AnyEvent, Field(discriminator="type")]
_EVENTS: TypeAdapter[AnyEvent] = TypeAdapter(_Event)
_BATCH: TypeAdapter[list[AnyEvent]] = TypeAdapter(
    Annotated[list[_Event], Field(max_length=BATCH_LIMIT, fail_fast=True)]
)
_split = msgspec.json.Decoder(list[msgspec.Raw]).decode
_ANY_BATCH: TypeAdapter[list[Any]] = TypeAdapter(Annotated[list[Any], Field(max_length=BATCH_LIMIT)])


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why one event was set aside: a dotted field (empty: the whole) and the reason. Never the value."""

    field: str
    reason: str


class Accepted(NamedTuple):
    """An event, and how many of its fields were unknown and taken out."""

    event: AnyEvent
    unknown_fields: int


class Entry(NamedTuple):
    """One event of an upload: what it calls itself, as far as that can be read, and what became of it."""

    id: str | None
    subject: str | None
    outcome: Accepted | PlainCheckIn | Rejection
    heard: Heard | None = None
    """The call for help in a rejected one."""


TOO_MANY = Rejection("", f"more than {BATCH_LIMIT} events in one batch")
ANSWERED_TWICE = Rejection("data.items", "an item is answered more than once")


def read_event(raw: bytes, *, received: datetime | None = None) -> Accepted | Rejection:
    """Read one event.

    Args:
        raw: UTF-8 JSON, one CloudEvent.
        received: when it arrived; an event timed more than a day later is rejected. Without it time is not judged.
    """
    try:
        event = _EVENTS.validate_json(raw)
    except ValidationError as error:
        return _rejection(error)
    if isinstance(event, QuestionnaireEvent) and not surely_none(raw, 1) and answered_twice(decode(raw)):
        return ANSWERED_TWICE
    return _accepted(event, received)


def call_in(raw: bytes, why: Rejection, *, received: datetime) -> CallEvent | None:
    """The call for help in a refused event that lies in Kafka or in a file; also one that the gateway heard there.

    Args:
        raw: the event.
        why: it was refused.
        received: when, if it does not say so itself; one that names no patient is nobody's.
    """
    heard = hear(raw)
    if heard is None:
        return read_call(raw)
    if heard.subject is None:
        return None
    return heard.as_event(
        why.field, why.reason, subject=heard.subject, received=heard.received or heard.time or received
    )


def read_single(raw: bytes, *, received: datetime) -> Entry:
    """Read one event as `read_event` does, and keep the names that a rejected one gave itself."""
    (plain,) = _plain([raw], received)
    if plain is not None:
        return plain
    outcome = read_event(raw, received=received)
    if isinstance(outcome, Accepted):
        return Entry(outcome.event.id, outcome.event.subject, outcome)
    try:
        named = _named(from_json(raw), outcome)
    except ValueError:
        named = Entry(None, None, outcome)
    return named._replace(heard=hear(raw))


def read_batch(raw: bytes, *, received: datetime) -> list[Entry] | Rejection:
    """Read up to `BATCH_LIMIT` events, each judged by itself; a `Rejection` when `raw` is no such list.

    What is plain takes a quarter of the time; the others are read in full, as if they were the whole list.
    """
    parts = _parts(raw)
    plain = _plain(parts, received)
    others = [part for part, entry in zip(parts, plain, strict=True) if entry is None]
    if len(others) == len(parts):
        return _read_in_full(raw, received)
    full = _read_in_full(b"[%b]" % b",".join(others), received) if others else []
    if isinstance(full, Rejection):
        # Something that `_parts` does not look at, as half a character; the sender is told where it stands in `raw`.
        return _read_in_full(raw, received)
    rest = iter(full)
    return [next(rest) if entry is None else entry for entry in plain]


def _parts(raw: bytes) -> list[bytes]:
    """The texts of a list's elements; none where it must be read in full to say what is wrong with it."""
    try:
        parts = _split(raw)
    except (msgspec.DecodeError, RecursionError):
        return []
    return list(map(bytes, parts)) if len(parts) <= BATCH_LIMIT else []


def _plain(parts: Sequence[bytes], received: datetime) -> list[Entry | None]:
    """The plain check-ins among `parts`, but for those too far ahead or with a note, which only the vault can judge."""
    latest, _ = counted(received + FUTURE_ALLOWED)
    return [
        Entry(one.id, one.subject, one) if one is not None and one.data.note is None and one.micros <= latest else None
        for one in read_plain(parts)
    ]


def _read_in_full(raw: bytes, received: datetime) -> list[Entry] | Rejection:
    """Validating the list in one call costs about half, so one by one is only for lists that hold a bad event."""
    try:
        events = _BATCH.validate_json(raw)
    except ValidationError:
        return _read_one_by_one(raw, received)
    entries = [Entry(event.id, event.subject, _accepted(event, received)) for event in events]
    return _with_calls(_without_repeats(entries, raw), raw)


def _read_one_by_one(raw: bytes, received: datetime) -> list[Entry] | Rejection:
    try:
        items = _ANY_BATCH.validate_json(raw)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        return TOO_MANY if first["type"] == "too_long" else Rejection("", first["msg"])
    # Constants, since `NaN` must reach the validator as what it is.
    texts = (to_json(item, inf_nan_mode="constants") for item in items)
    entries = [_named(item, read_event(text, received=received)) for item, text in zip(items, texts, strict=True)]
    return _with_calls(_without_repeats(entries, raw), raw)


def _with_calls(entries: list[Entry], raw: bytes) -> list[Entry]:
    """Hear the calls for help in the rejected entries of a batch."""
    if all(isinstance(entry.outcome, Accepted) for entry in entries):
        return entries
    heard = hear_in_batch(raw)
    return [
        entry._replace(heard=call) if isinstance(entry.outcome, Rejection) else entry
        for entry, call in zip(entries, heard or [None] * len(entries), strict=True)
    ]


def _without_repeats(entries: list[Entry], raw: bytes) -> list[Entry]:
    """Set aside the questionnaires of a batch that answer an item twice, of which reading has kept the last alone."""
    places = [
        place
        for place, entry in enumerate(entries)
        if isinstance(entry.outcome, Accepted) and isinstance(entry.outcome.event, QuestionnaireEvent)
    ]
    if places and not surely_none(raw, len(places)):
        decoded = decode(raw)
        for place in places:
            if answered_twice(decoded[place]):
                entries[place] = entries[place]._replace(outcome=ANSWERED_TWICE)
    return entries


def _named(item: Any, outcome: Accepted | Rejection) -> Entry:
    names = item if isinstance(item, dict) else {}
    return Entry(_short_text(names.get("id")), _short_text(names.get("subject")), outcome)


def _short_text(value: Any) -> str | None:
    """A name that may be said back to the sender; anything else is nobody's name."""
    return value if isinstance(value, str) and len(value) <= NAME_LIMIT else None


def _accepted(event: AnyEvent, received: datetime | None) -> Accepted | Rejection:
    if received is not None and event.time > received + FUTURE_ALLOWED:
        return Rejection("time", "more than a day in the future")
    return Accepted(event, drop_unknown(event))


def _rejection(error: ValidationError) -> Rejection:
    """The first thing that is wrong, without the input: an answer or a note must not reach a log."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    if first["type"] in {"union_tag_invalid", "union_tag_not_found"}:
        return Rejection("type", "missing or unknown event type")
    # The union puts the event type in front; below that, a part that is no field of ours came from the sender.
    path = [str(part) if part in FIELDS else "*" for part in first["loc"][1:]]
    return Rejection(".".join(path), first["msg"])


def _field_names(model: type[Message]) -> set[str]:
    """The names of all fields of `model` and of the messages inside it."""
    schema = model.model_json_schema()
    parts = [schema, *schema.get("$defs", {}).values()]
    return {name for part in parts for name in part.get("properties", {})}


FIELDS = frozenset(name for model in EVENT_TYPES.values() for name in _field_names(model))
