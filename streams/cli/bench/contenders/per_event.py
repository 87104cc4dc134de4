"""The whole job for one event, as a textbook agent does it: by those contenders that see one event at a time."""

from streams.agents.analyse import outputs_of
from streams.agents.reading import read_batch
from streams.core.analyse import advance
from streams.core.packed import pack_front
from streams.core.policy import Policy
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
        events, now = [arrivals[0].event], record.timestamp * 1000
        result = advance(patient.decode(), packed, events, policy, offsets=[record.offset], now=now)
        found += outputs_of(result, patient, partition)
        kept = pack_front(result.front)
    return found, kept
