"""The whole job for one event, as a textbook agent does it: by those contenders that see one event at a time."""

from streams.agents.analyse import heard, outputs_of
from streams.agents.reading import read_batch
from streams.core.analyse import analyse
from streams.core.policy import Policy
from streams.core.state import pack, unpack
from streams.transport import Output, Record


def analyse_event(
    record: Record, partition: int, packed: bytes | None, policy: Policy
) -> tuple[list[Output], bytes | None]:
    """What follows from one record, and what is to be kept of the patient: None where the record is set aside.

    Args:
        record: of the events' topic.
        partition: that it came on, and that what follows goes to.
        packed: what was kept of the patient.
        policy: thresholds and population values.
    """
    read = read_batch([record], partition)
    found, kept = list(read.rejected), None
    for patient, arrivals in read.events.items():
        before, now = unpack(packed), record.timestamp * 1000
        result = analyse(
            patient.decode(),
            heard(before, record.offset, now),
            [arrivals[0].event],
            policy,
            closes=None,
            now=now,
            replayed=int(record.offset <= before.heard_through),
        )
        found += outputs_of(result, patient, partition)
        kept = pack(result.record)
    return found, kept
