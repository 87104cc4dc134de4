"""Raw records of `patient.events` become events by patient; what cannot be one is set aside with its reason.

Called by the analysis agent. Nothing in a record may crash a worker, so every reason to refuse one is found here.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from schemas.calls import read_call
from schemas.events import AnyEvent
from schemas.privacy import plain_private_field
from schemas.reading import Rejection, read_event
from streams.topics import REJECTED
from streams.transport import Output, Record


class Arrival(NamedTuple):
    """An event and the offset it stands at."""

    offset: int
    event: AnyEvent


@dataclass(slots=True)
class ReadBatch:
    """The events of one batch by patient, in the order they arrived, and what was set aside."""

    events: dict[bytes, list[Arrival]] = field(default_factory=lambda: defaultdict(list))
    rejected: list[Output] = field(default_factory=list)


def read_batch(records: Iterable[Record], partition: int) -> ReadBatch:
    """Read all records of one batch of one partition."""
    batch = ReadBatch()
    for record in records:
        outcome = _read(record)
        if isinstance(outcome, Rejection):
            batch.rejected.append(set_aside(record.value, outcome, partition, record.key, record.offset))
        else:
            batch.events[outcome.subject.encode()].append(Arrival(record.offset, outcome))
    return batch


def set_aside(
    value: bytes | None, why: Rejection, partition: int, key: bytes | None, offset: int | None = None
) -> Output:
    """A record for the rejected topic: the bytes as they came, and beside them what was wrong with them."""
    headers = {"field": why.field, "reason": why.reason, "partition": str(partition)}
    if offset is not None:
        headers["offset"] = str(offset)
    packed = tuple((name, text.encode()) for name, text in headers.items())
    return Output(REJECTED, key, value, partition, packed)


def _read(record: Record) -> AnyEvent | Rejection:
    if record.value is None:
        return Rejection("", "the record is empty")
    # The broker's own time: a replay judges the future as the first reading did.
    received = datetime.fromtimestamp(record.timestamp / 1000, tz=UTC)
    outcome = read_event(record.value, received=received)
    if isinstance(outcome, Rejection):
        call = read_call(record.value)
        # A call for help that the gateway heard in an event it refused is set aside with the reason for that.
        return outcome if call is None else Rejection(call.data.field, call.data.reason)
    event = outcome.event
    if record.key != event.subject.encode():
        return Rejection("subject", "is not the record's key")
    plain = plain_private_field(event)
    return event if plain is None else Rejection(plain, "private text must be sealed by the gateway")
