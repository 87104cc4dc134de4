"""Which fields of an event hold private text, and whether it is still plain.

The gateway seals these fields before Kafka. The workers refuse an event where one of them is plain, since a back-end
that writes to Kafka by itself has nobody's keys.
"""

from typing import get_args

from schemas.events import EVENT_TYPES, AnyEvent
from schemas.events.sealed import Sealed


def _private_fields(data: type) -> tuple[str, ...]:
    """The fields of `data` whose type admits sealed text."""
    return tuple(name for name, field in data.model_fields.items() if Sealed in get_args(field.annotation))  # type: ignore[attr-defined]


PRIVATE_FIELDS: dict[str, tuple[str, ...]] = {
    name: _private_fields(model.model_fields["data"].annotation)  # type: ignore[arg-type]
    for name, model in EVENT_TYPES.items()
}
"""Event type to the fields of its `data` that hold private text."""


def holds_private_text(event: AnyEvent) -> bool:
    """Whether `event` holds private text, plain or sealed."""
    return any(getattr(event.data, name) is not None for name in PRIVATE_FIELDS[event.type])


def plain_private_field(event: AnyEvent) -> str | None:
    """The first field of `event` that holds private text in plain, as a dotted path; None when all is sealed."""
    for name in PRIVATE_FIELDS[event.type]:
        if isinstance(getattr(event.data, name), str):
            return f"data.{name}"
    return None
