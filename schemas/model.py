"""The base of every message that travels: strict, frozen, and counting what it does not know."""

from datetime import UTC, date, datetime
from functools import cache
from typing import Annotated, get_args

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, Strict, StringConstraints
from pydantic_core import PydanticCustomError

Text = Annotated[str, StringConstraints(min_length=1, max_length=256, pattern=r"^[^\x00-\x1f\x7f]+$")]
"""An identifier from outside: 1-256 characters, none of them a control character."""

Slug = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._~-]*$")]
"""An identifier of ours: letters, digits and `._~-`, so that it can stand in a URL, a tag and a file name."""

TeamId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")]
"""A care team: a short name of the clinic's choosing, in small letters, digits and `-`, so that it is spelt one way."""


def _written_as_date(value: object) -> object:
    """Let RFC 3339 text and dates through; a number, in quotes or not, would be taken for seconds since 1970."""
    if isinstance(value, date) or (isinstance(value, str) and value[4:5] == "-"):
        return value
    raise PydanticCustomError("date", "Input should be a date, or a date and time with a UTC offset, as in RFC 3339")


Instant = Annotated[
    AwareDatetime,
    Strict(strict=False),  # what the check above lets through is text, and strict would take none of it
    Field(ge=datetime(1970, 1, 1, tzinfo=UTC), lt=datetime(2200, 1, 1, tzinfo=UTC)),
    BeforeValidator(_written_as_date),
]
"""A moment from 1970 to 2200; its UTC offset is required, since it decides the patient's local day.

The range keeps arithmetic on it within what Python and InfluxDB can count.
"""

LocalDate = Annotated[
    date,
    Strict(strict=False),
    Field(ge=date(1900, 1, 1), lt=date(2200, 1, 1)),
    BeforeValidator(_written_as_date),
]
"""A calendar day where the patient lives, 1900 to 2199."""


class Message(BaseModel):
    """A message: no coercion, no change after it was read; unknown fields are taken out and counted."""

    # Errors without input: a validation error that ends in a log must not carry an answer or a note there.
    model_config = ConfigDict(strict=True, frozen=True, extra="allow", allow_inf_nan=False, hide_input_in_errors=True)


def drop_unknown(message: Message) -> int:
    """Take the fields that we do not know out of `message` and all it holds; return how many there were."""
    count = 0
    if unknown := message.__pydantic_extra__:
        count = len(unknown)
        unknown.clear()
    for name in _holding_messages(type(message)):
        value = message.__dict__[name]
        if isinstance(value, Message):
            count += drop_unknown(value)
    return count


@cache
def _holding_messages(kind: type[Message]) -> tuple[str, ...]:
    """The fields of `kind` that may hold a message; to look at every value of every event took longer than the rest."""
    return tuple(name for name, field in kind.model_fields.items() if _is_message(field.annotation))


def _is_message(annotation: object) -> bool:
    """Whether the type is a message, or a union of which one is."""
    if isinstance(annotation, type) and issubclass(annotation, Message):
        return True
    return any(map(_is_message, get_args(annotation)))
