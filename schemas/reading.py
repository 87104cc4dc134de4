"""The one way in: bytes become an event, or a `Rejection` that names the field and the reason.

The gateway, the workers and `rehearse` all read through here, so that they agree on what is an event.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from schemas.events import EVENT_TYPES, AnyEvent
from schemas.model import Message, drop_unknown

FUTURE_ALLOWED = timedelta(days=1)
"""How far an event's time may lie ahead of its receipt: clocks are wrong, but not by more than a day."""

_EVENTS: TypeAdapter[AnyEvent] = TypeAdapter(Annotated[AnyEvent, Field(discriminator="type")])


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why one event was set aside: a dotted field (empty: the whole) and the reason. Never the value."""

    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """An event, and how many of its fields were unknown and taken out."""

    event: AnyEvent
    unknown_fields: int


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
    if received is not None and event.time > received + FUTURE_ALLOWED:
        return Rejection("time", "more than a day in the future")
    return Accepted(event, drop_unknown(event))


def _rejection(error: ValidationError) -> Rejection:
    """The first thing that is wrong, without the input: an answer or a note must not reach a log."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    if first["type"] in {"union_tag_invalid", "union_tag_not_found"}:
        return Rejection("type", "missing or unknown event type")
    # The union puts the event type in front; below that, a part that is no field of ours came from the sender.
    path = [str(part) if part in _FIELDS else "*" for part in first["loc"][1:]]
    return Rejection(".".join(path), first["msg"])


def _field_names(model: type[Message]) -> set[str]:
    """The names of all fields of `model` and of the messages inside it."""
    schema = model.model_json_schema()
    parts = [schema, *schema.get("$defs", {}).values()]
    return {name for part in parts for name in part.get("properties", {})}


_FIELDS = frozenset(name for model in EVENT_TYPES.values() for name in _field_names(model))
