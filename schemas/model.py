"""The base of every message that travels: strict, frozen, and counting what it does not know."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints

Text = Annotated[str, StringConstraints(min_length=1, max_length=256, pattern=r"^[^\x00-\x1f\x7f]+$")]
"""An identifier from outside: 1-256 characters, none of them a control character."""

Slug = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._~-]*$")]
"""An identifier of ours: letters, digits and `._~-`, so that it can stand in a URL, a tag and a file name."""

Instant = AwareDatetime
"""A moment; its UTC offset is required, since it decides the patient's local day."""


class Message(BaseModel):
    """A message: no coercion, no change after it was read; unknown fields are taken out and counted."""

    model_config = ConfigDict(strict=True, frozen=True, extra="allow", allow_inf_nan=False)


def drop_unknown(message: Message) -> int:
    """Take the fields that we do not know out of `message` and all it holds; return how many there were."""
    unknown = message.__pydantic_extra__ or {}
    count = len(unknown)
    unknown.clear()
    for value in message.__dict__.values():
        if isinstance(value, Message):
            count += drop_unknown(value)
    return count
