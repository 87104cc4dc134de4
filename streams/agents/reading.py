"""Raw records of `patient.events` become events by patient; what cannot be one is set aside with its reason.

Called by the analysis agent, and by `rejected replay` to see what would be taken. Nothing in a record may crash a
worker, so every reason to refuse one is found here.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from schemas.calls import read_call
from schemas.events import AnyEvent
from schemas.plain import PlainCheckIn, read_plain
from schemas.privacy import plain_private_field
from schemas.reading import FUTURE_ALLOWED, Rejection, read_event
from schemas.set_aside import Kind, Tag, Why
from streams.core.arrival import Arrival, Arrived
from streams.core.moments import Micros
from streams.core.plain import Columns, columns
from streams.metrics import WORKER_REJECTED
from streams.topics import EVENTS, REJECTED
from streams.transport import Output, Record

_ALLOWED: Final = FUTURE_ALLOWED // timedelta(microseconds=1)


@dataclass(slots=True)
class ReadBatch:
    """The events of one batch by patient, in the order they arrived, and what was set aside."""

    events: dict[bytes, list[Arrival]] = field(default_factory=lambda: defaultdict(list))
    plain: Columns = field(default_factory=lambda: columns(()))
    """The columns of all plain check-ins."""
    rejected: list[Output] = field(default_factory=list)
    set_aside: list[tuple[int, bytes | None]] = field(default_factory=list)
    """Offset and value of each record in `rejected`."""

    def arrived(self, now: Micros) -> Arrived:
        """The events, for the core."""
        return Arrived(self.events, self.plain, now)


def read_batch(records: Sequence[Record], partition: int) -> ReadBatch:
    """Read all records of one batch of one partition: as plain check-ins where they are, the others in full."""
    batch = ReadBatch()
    plain: list[PlainCheckIn] = []
    for record, check_in in zip(records, read_plain([record.value for record in records]), strict=True):
        key, value = record.key, record.value or b""
        # The broker's own time: a replay judges the future as the first reading did.
        if check_in is not None and key == check_in.subject.encode() and check_in.micros <= _latest(record):
            batch.events[key].append(Arrival(record.offset, check_in, value, len(plain)))
            plain.append(check_in)
            continue
        outcome = read_record(key, record.value, received=datetime.fromtimestamp(record.timestamp / 1000, tz=UTC))
        if isinstance(outcome, Why):
            batch.rejected.append(set_aside(record.value, outcome, partition, key, record.offset))
            batch.set_aside.append((record.offset, record.value))
        else:
            batch.events[outcome.subject.encode()].append(Arrival(record.offset, outcome, value))
    batch.plain = columns(plain)
    return batch


def _latest(record: Record) -> Micros:
    """The latest time that an event of this record may have."""
    return record.timestamp * 1000 + _ALLOWED


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
