"""A record batch: all records of one topic-partition that one fetch brought, cut to a size that holds nobody up.

The fetch thread makes them, the ledger admits them, and a job receives them. A batch knows the offsets `[start, end)`
it covers, not only those of its records, so that holes left by compaction are no gaps.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import faust


class Record(Protocol):
    """One record as Kafka delivered it; nothing is decoded."""

    @property
    def offset(self) -> int:
        """Its place in the topic-partition."""

    @property
    def timestamp(self) -> int:
        """Milliseconds since 1970: the broker's time or the producer's, as the topic is set up."""

    @property
    def key(self) -> bytes | None:
        """Raw key."""

    @property
    def value(self) -> bytes | None:
        """Raw value; None is a tombstone."""

    @property
    def headers(self) -> Sequence[tuple[str, bytes]]:
        """Raw headers, in order."""


@dataclass(frozen=True, slots=True, eq=False)
class RecordBatch:
    """Records of one topic-partition in order, at least one, covering the offsets from `start` to before `end`."""

    topic: str
    partition: int
    records: Sequence[Record]
    start: int
    end: int

    def since(self, offset: int) -> "RecordBatch":
        """The part of it from `offset` on; the same batch when that is all of it."""
        if offset <= self.start:
            return self
        later = [record for record in self.records if record.offset >= offset]
        return replace(self, records=later, start=offset)


def cut(
    topic: str, partition: int, records: Sequence[Record], *, start: int, end: int, size: int
) -> Iterator[RecordBatch]:
    """Cut what one fetch brought, offsets `[start, end)`, into batches of at most `size` records that leave no hole."""
    for first in range(0, len(records), size):
        part = records[first : first + size]
        last = first + size >= len(records)
        stop = end if last else part[-1].offset + 1
        yield RecordBatch(topic, partition, part, start, stop)
        start = stop


class BatchSchema(faust.Schema):  # type: ignore[misc]
    """Hands a batch to the stream as it is: keys and values stay raw, the job parses them."""

    def loads_key(self, _app: Any, _message: Any, **_options: Any) -> None:
        """A batch has no key of its own."""

    def loads_value(self, _app: Any, message: Any, **_options: Any) -> RecordBatch:
        """The batch that the consumer wrapped into one Faust message."""
        batch: RecordBatch = message.value
        return batch
