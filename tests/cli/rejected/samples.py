"""Records of the rejected topic, as if somebody had read them from there."""

from dataclasses import dataclass
from datetime import UTC, datetime

from schemas.set_aside import Kind, Tag, Why
from streams.cli.rejected.filed import Filed, Place
from streams.topics import EVENTS

AT = datetime(2026, 8, 1, 12, tzinfo=UTC)


def filed(value: bytes | None, kind: Kind = Kind.UNREADABLE, *, key: bytes | None = b"p-1", **more: object) -> Filed:
    why = Why(kind, str(more.get("field", "data.mood")), str(more.get("reason", "not a number")))
    place = Place(0, int(str(more.get("offset", 7))))
    return Filed(place, AT, key, value, Tag(why, EVENTS, 0, 3))


@dataclass
class Raw:
    """What kafka-python hands over, as far as it is looked at."""

    offset: int
    headers: tuple[tuple[str, bytes], ...]
    key: bytes | None = b"p-1"
    value: bytes | None = b"{}"
    partition: int = 2
    timestamp: int = int(AT.timestamp() * 1000)
