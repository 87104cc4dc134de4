"""A call for help inside an event that is refused: it travels by itself, so that no mistake elsewhere can hide it.

An event with a wrong answer, an item answered twice or a note that is too long is set aside as ever. What it says of
the patient's safety is read all the same, as far as it can be, and goes on as `call.v1`, under the identity of the
event it stood in. Called by `schemas.reading` for refused events, and by whoever reads events from Kafka or a file.

Whatever may be a call is one: of answers given twice any counts, and of what cannot be read the graver is taken.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from schemas.envelope import Event
from schemas.model import Instant, Message, Slug, Text
from schemas.questionnaires import INSTRUMENTS
from schemas.repeats import decode, last, values
from schemas.vocabulary import SafetyKind

CALL: Literal["call.v1"] = "call.v1"
_CALLING = (b"questionnaire.v1", b"safety.v1")
_TEXT: TypeAdapter[str] = TypeAdapter(Text)
_SLUG: TypeAdapter[str] = TypeAdapter(Slug)
_INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)


class Call(Message):
    """`call.v1`: what a refused event says of the patient's safety. The gateway alone sends it, phones may not."""

    instrument: str | None = Field(default=None, description="Whose safety item was answered with 1 or more …")
    kind: SafetyKind | None = Field(default=None, description="… or which button was pressed.")
    field: str = Field(description="Where the event it stood in was wrong, dotted; empty: the whole.")
    reason: str = Field(description="What was wrong there; never a value.")


class CallEvent(Event[Call]):
    """A call for help on its way; `id`, `source` and `subject` are those of the event it stood in."""

    type: Literal["call.v1"]


@dataclass(frozen=True, slots=True)
class Heard:
    """A call for help as it was read; what is None could not be."""

    instrument: str | None
    kind: SafetyKind | None
    id: str
    source: str
    subject: str | None
    time: datetime | None
    received: datetime | None
    history: bool

    def as_event(self, field: str, reason: str, *, subject: str, received: datetime) -> CallEvent:
        """The event to send; without a time of its own it was given when it was received."""
        return CallEvent(
            specversion="1.0",
            type=CALL,
            id=self.id,
            source=self.source,
            subject=subject,
            time=self.time or received,
            receivedat=received,
            history=self.history,
            data=Call(instrument=self.instrument, kind=self.kind, field=field, reason=reason),
        )


def hear(raw: bytes) -> Heard | None:
    """The call for help in the bytes of an event, if there is one that can be read."""
    return _hear(_decoded(raw)) if _may_call(raw) else None


def hear_in_batch(raw: bytes) -> list[Heard | None]:
    """The same for each event of a list; an empty list where there is none to be heard in any."""
    events = _decoded(raw) if _may_call(raw) else None
    return [_hear(event) for event in events] if type(events) is list else []


def _may_call(raw: bytes) -> bool:
    """Whether a look at the text leaves it possible; most of what is refused holds no such event."""
    return b"\\u" in raw or any(kind in raw for kind in _CALLING)


def _decoded(raw: bytes) -> Any:
    """JSON with every name as often as it stands there; None where it cannot be read."""
    try:
        return decode(raw)
    except (ValueError, RecursionError):
        return None


def _hear(event: Any) -> Heard | None:
    kind = last(event, "type")
    if kind == "questionnaire.v1":
        instrument, button = _answered(event), None
    elif kind == "safety.v1":
        instrument, button = None, _pressed(event)
    else:
        return None
    if instrument is None and button is None:
        return None
    source, subject = _read(_TEXT, last(event, "source")), _read(_SLUG, last(event, "subject"))
    time = _read(_INSTANT, last(event, "time"))
    return Heard(
        instrument=instrument,
        kind=button,
        id=_read(_TEXT, last(event, "id")) or _stand_in(source, subject, time, instrument, button),
        source=source or "unknown",
        subject=subject,
        time=time,
        received=_read(_INSTANT, last(event, "receivedat")),
        history=last(event, "history") is True,
    )


def read_call(raw: bytes) -> CallEvent | None:
    """The `call.v1` in these bytes, if they are one."""
    if CALL.encode() not in raw:
        return None
    try:
        return CallEvent.model_validate_json(raw)
    except ValidationError:
        return None


def _answered(event: Any) -> str | None:
    """The instrument whose safety item has any answer of 1 or more; its name may be written in another way."""
    data = list(values(event, "data"))
    named = {_plain(name) for part in data for name in values(part, "instrument")}
    for instrument in INSTRUMENTS.values():
        if instrument.safety_item is not None and _plain(instrument.name) in named:
            answers = (items for part in data for items in values(part, "items"))
            if _any_positive(answers, instrument.safety_item):
                return instrument.name
    return None


def _any_positive(answers: Iterable[Any], item: str) -> bool:
    return any(_positive(answer) for items in answers for answer in values(items, item))


def _positive(answer: Any) -> bool:
    """Whether an answer may say 1 or more. Numbers come as text; one above the range is no 0 either."""
    if not isinstance(answer, str):
        return answer is True
    try:
        return float(answer) >= 1
    except ValueError:
        return False


def _pressed(event: Any) -> SafetyKind:
    """Which button; one that cannot be read counts as the graver."""
    told = [kind for part in values(event, "data") for kind in values(part, "kind")]
    return SafetyKind.WANTS_CONTACT if told == [SafetyKind.WANTS_CONTACT.value] else SafetyKind.CRISIS


def _plain(name: Any) -> str:
    """Letters and digits of a name, small."""
    return "".join(filter(str.isalnum, name)).casefold() if isinstance(name, str) else ""


def _stand_in(*told: object) -> str:
    """An id for an event whose own cannot be read: copies share it."""
    return f"unnamed-{blake2b(repr(told).encode(), digest_size=16).hexdigest()}"


def _read(adapter: TypeAdapter[Any], value: Any) -> Any:
    try:
        return adapter.validate_python(value)
    except ValidationError:
        return None
