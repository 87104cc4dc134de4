"""Signs for what analysis has dealt with, so that the auditor can tell whether anything is missing.

The receipt is a row of the table like a patient's record, the last of its step: where it lies in the changelog, all
that it signs for lies before it, and what was set aside was confirmed before that. Called by the analysis agent.
"""

from collections.abc import Collection, Iterable

from schemas.receipts import Receipt, Sum, mark
from streams.agents.keys import RECEIPT
from streams.agents.reading import ReadBatch
from streams.topics import RECEIPTS
from streams.transport import Output, RecordBatch, State


def signed(batch: RecordBatch, read: ReadBatch, kept: Collection[bytes], state: State) -> bytes:
    """The receipt after a batch of `patient.events`, as it is kept.

    Args:
        batch: all records.
        read: what became of each when it was read.
        kept: the patients whose records the step keeps.
        state: has the receipt so far. What comes again after a crash lies before its end and is not counted again.
    """
    (packed,) = state.get_many([RECEIPT])
    before = None if packed is None else Receipt.model_validate_json(packed)
    if before is None or _made_anew(before, batch):
        before = Receipt(since=batch.start, end=batch.start, at=0)
    arrived = (one for patient, some in read.events.items() if patient in kept for one in some)
    return (
        Receipt(
            since=before.since,
            end=max(before.end, batch.end),
            at=max(before.at, batch.records[-1].timestamp),
            taken=before.taken + _sum(((one.offset, one.raw) for one in arrived), before.end),
            set_aside=before.set_aside + _sum(read.set_aside, before.end),
        )
        .model_dump_json()
        .encode()
    )


def _sum(records: Iterable[tuple[int, bytes | None]], first: int) -> Sum:
    new = [mark(value, offset) for offset, value in records if offset >= first]
    return Sum(records=len(new), marks=sum(new))


def _made_anew(before: Receipt, batch: RecordBatch) -> bool:
    """Whether offsets began again: an old one with a newer time than the newest that was counted."""
    return batch.start < before.end and batch.records[0].timestamp > before.at


class Receipts:
    """Says each partition's receipt as it is kept, when it has changed."""

    def __init__(self) -> None:
        self._told: dict[int, bytes] = {}

    def tell(self, partition: int, state: State) -> list[Output]:
        """What to say now: nothing, or the receipt."""
        (packed,) = state.get_many([RECEIPT])
        if packed is None or self._told.get(partition) == packed:
            return []
        self._told[partition] = packed
        return [Output(RECEIPTS, str(partition).encode(), packed, partition)]

    def closed(self, partition: int) -> None:
        """Forget the partition; its next owner says it once more."""
        self._told.pop(partition, None)
