"""What lies in the rejected topic: each record with the reason for it, its place, and whether it went back in.

The commands beside it read it. That a record went back is said by a later record of the same partition that holds its
offset and nothing else, so one reading of the topic tells both.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import NamedTuple

import orjson
from kafka.consumer.fetcher import ConsumerRecord
from pydantic import TypeAdapter, ValidationError

from schemas.model import Slug
from schemas.set_aside import REPLAYED, Tag, read_tag
from streams.adapters.topic import Outgoing, read_topic
from streams.topics import REJECTED

_SLUG: TypeAdapter[str] = TypeAdapter(Slug)


class Place(NamedTuple):
    """Where a record lies in the rejected topic."""

    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.partition}/{self.offset}"


@dataclass(frozen=True, slots=True)
class Filed:
    """One record that was set aside: where it lies, since when, its bytes as they came, and what was said of them."""

    place: Place
    at: datetime
    key: bytes | None
    value: bytes | None
    tag: Tag
    replayed_at: datetime | None = None

    @property
    def patient(self) -> str:
        """Whose, by their pseudonym; empty where neither the key nor the record tells."""
        return _pseudonym(self.key) or _subject(self.value)


def read_filed(bootstrap: str) -> Iterator[Filed]:
    """Everything that was set aside, in the order of the topic.

    Raises:
        Unavailable: Kafka does not answer, or has no such topic.
    """
    for records in read_topic(bootstrap, REJECTED):
        yield from filed(records)


def filed(records: Iterable[ConsumerRecord]) -> Iterator[Filed]:
    """What was set aside in one partition; records that are none of ours are passed over."""
    found: dict[int, Filed] = {}
    for record in records:
        at = datetime.fromtimestamp(record.timestamp / 1000, UTC)
        replayed = dict(record.headers or ()).get(REPLAYED) or b""
        if replayed.isdigit() and int(replayed) in found:
            found[int(replayed)] = replace(found[int(replayed)], replayed_at=at)
        elif (tag := read_tag(record.headers or ())) is not None:
            place = Place(record.partition, record.offset)
            found[record.offset] = Filed(place, at, record.key, record.value, tag)
    yield from found.values()


def went_back(one: Filed) -> Outgoing:
    """The record that says that `one` is in `patient.events` again."""
    headers = ((REPLAYED, str(one.place.offset).encode()),)
    return Outgoing(REJECTED, one.key, None, one.place.partition, headers)


def _pseudonym(key: bytes | None) -> str:
    try:
        return _SLUG.validate_python((key or b"").decode())
    except (UnicodeDecodeError, ValidationError):
        return ""


def _subject(value: bytes | None) -> str:
    try:
        event = orjson.loads(value or b"")
        return _SLUG.validate_python(event["subject"])
    except (ValueError, TypeError, KeyError):  # a ValidationError is a ValueError
        return ""
