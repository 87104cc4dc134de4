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
from schemas.receipts import mark
from schemas.set_aside import Kind, Tag, Why
from streams.metrics import WORKER_REJECTED
from streams.topics import EVENTS, REJECTED
from streams.transport import Output, Record


class Arrival(NamedTuple):
    """An event, the offset it stands at, and the mark of its record."""

    offset: int
    mark: int
    event: AnyEvent


@dataclass(slots=True)
class ReadBatch:
    """The events of one batch by patient, in the order they arrived, and what was set aside."""

    events: dict[bytes, list[Arrival]] = field(default_factory=lambda: defaultdict(list))
    rejected: list[Output] = field(default_factory=list)
    set_aside: list[tuple[int, int]] = field(default_factory=list)
    """Offset and mark of each record in `rejected`."""


def read_batch(records: Iterable[Record], partition: int) -> ReadBatch:
    """Read all records of one batch of one partition."""
    batch = ReadBatch()
    for record in records:
        # The broker's own time: a replay judges the future as the first reading did.
        received = datetime.fromtimestamp(record.timestamp / 1000, tz=UTC)
        outcome = read_record(record.key, record.value, received=received)
        if isinstance(outcome, Why):
            batch.rejected.append(set_aside(record.value, outcome, partition, record.key, record.offset))
            batch.set_aside.append((record.offset, mark(record.value, record.offset)))
        else:
            arrival = Arrival(record.offset, mark(record.value, record.offset), outcome)
            batch.events[outcome.subject.encode()].append(arrival)
    return batch


def set_aside(
    value: bytes | None,
    why: Why,
    partition: int,
    key: bytes | None,
    offset: int | None = None,
    *,
    topic: str = EVENTS,
) -> Output:
    """A record for the rejected topic: the bytes as they came, and beside them what was wrong with them."""
    WORKER_REJECTED.labels(why.kind.value).inc()
    return Output(REJECTED, key, value, partition, Tag(why, topic, partition, offset).headers())


def read_record(key: bytes | None, value: bytes | None, *, received: datetime) -> AnyEvent | Why:
    """The event in a record of `patient.events`, or why it is none that can be taken in."""
    if value is None:
        return Why(Kind.UNREADABLE, "", "the record is empty")
    outcome = read_event(value, received=received)
    if isinstance(outcome, Rejection):
        call = read_call(value)
        if call is None:
            return Why(Kind.UNREADABLE, outcome.field, outcome.reason)
        # A call for help that the gateway heard in an event it refused is set aside with the reason for that.
        return Why(Kind.CALL, call.data.field, call.data.reason)
    event = outcome.event
    if key != event.subject.encode():
        return Why(Kind.UNREADABLE, "subject", "is not the record's key")
    plain = plain_private_field(event)
    return event if plain is None else Why(Kind.UNREADABLE, plain, "private text must be sealed by the gateway")
