"""When two events are one, and when they say the same, in a few bytes: for all that reads events.

Called by `schemas.envelope` for events that were read in full and by `schemas.plain` for those that took the short way:
both must give the same bytes. The hash is no secret's keeper. Whoever makes two contents of one hash has to be the
patient's own phone, and could as well have sent one of them only.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec
from xxhash import xxh3_64_digest, xxh32_digest

from schemas.model import Message

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND, _MINUTE = timedelta(microseconds=1), timedelta(minutes=1)


def mark_of(source: str, event_id: str) -> bytes:
    """8 bytes for an identity within one patient; neither part may hold the character between them."""
    return xxh3_64_digest(f"{source}\0{event_id}".encode())


def fingerprint_of(  # noqa: PLR0917 - called for each event, and names cost as much as the hash
    kind: str, source: str, event_id: str, subject: str, time: int, offset: int, data: object
) -> bytes:
    """4 bytes for a content.

    They are compared with those of the same identity only: of corrections that keep the id of what they correct, one in
    4.3 billion is taken for a copy.

    Args:
        kind: the event's type.
        source: with `event_id` its identity.
        event_id: see there.
        subject: the patient.
        time: µs since 1970.
        offset: UTC offset, minutes.
        data: a message, or a struct of the same fields; what is None or an empty object says nothing.
    """
    return xxh32_digest(_encode((kind, source, event_id, subject, time, offset, data)))


def counted(moment: datetime) -> tuple[int, int]:
    """A moment as `fingerprint_of` takes it: µs since 1970, and the UTC offset in minutes."""
    return (moment - _EPOCH) // _MICROSECOND, (moment.utcoffset() or timedelta()) // _MINUTE


def _said(part: Any) -> dict[str, Any]:
    """The fields of a message."""
    if not isinstance(part, Message):
        raise TypeError(f"{type(part).__name__} is nothing that an event holds")
    return {name: _written(value) for name, value in part.__dict__.items() if value is not None and value != {}}


def _written(value: Any) -> Any:
    """Moments as text, as the gateway writes them: the encoder would drop their offset."""
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value


_encode: Final = msgspec.msgpack.Encoder(enc_hook=_said, order="sorted").encode
"""By name, since a phone may say the same in another order."""
