"""The whole job for one event, as a textbook agent does it: by those contenders that see one event at a time."""

from streams.agents.analyse import outputs_of
from streams.agents.keys import Get, body_key, rows
from streams.agents.reading import read_batch
from streams.core.advance import advance
from streams.core.policy import Policy
from streams.transport import Output, Record


def analyse_event(
    record: Record, partition: int, get: Get, policy: Policy
) -> tuple[list[Output], dict[bytes, bytes | None]]:
    """What follows from one record, and what is to be kept under which key: nothing where the record is set aside.

    Args:
        record: of the events' topic.
        partition: that it came on, and that what follows goes to.
        get: reads what was kept.
        policy: thresholds and population values.
    """
    read = read_batch([record], partition)
    found = list(read.rejected)
    kept: dict[bytes, bytes | None] = {}
    fronts = [get(patient) for patient in read.events]
    arrived = read.arrived(record.timestamp * 1000)
    ways = advance(arrived, fronts, lambda some: [get(body_key(one)) for one in some], policy)
    for result in (*ways.short, *ways.long):
        found += outputs_of(result, partition)
        kept |= rows(result.patient, result.front, result.body)
    return found, kept
