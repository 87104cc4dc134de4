"""The groups' part of the analysis agent: what members' states say to their groups, and what follows there.

A member's word goes out with the patient's view, on `group.signals`, to the partition of the group; there it is taken
into the group's record. A group's record stands beside the patients' in the same table, under a key that none of them
can have.
"""

from collections import defaultdict

import structlog
from pydantic import ValidationError

from schemas.groups import MemberSignal
from streams.adapters.places import headers_for
from streams.agents.keys import GROUP_PREFIX
from streams.core.group import Gathered, gather, member_signals, pack_group, unpack_group
from streams.core.policy import Policy
from streams.core.series.group import group_points
from streams.core.state import Record
from streams.topics import GROUP_SIGNALS, GROUP_VIEWS, POINTS, SIGNALS
from streams.transport import Output, RecordBatch, State, Step
from streams.transport import Record as KafkaRecord

log = structlog.get_logger(__name__)


def tell_groups(patient: bytes, record: Record) -> tuple[Record, list[Output]]:
    """What the patient's groups have to hear, and the record that remembers it."""
    kept, signals = member_signals(patient.decode(), record)
    return kept, [Output(GROUP_SIGNALS, one.group.encode(), one.model_dump_json().encode()) for one in signals]


def gather_groups(batch: RecordBatch, state: State, policy: Policy) -> Step:
    """Take the members' signals of a batch into their groups."""
    told: defaultdict[str, list[MemberSignal]] = defaultdict(list)
    for record in batch.records:
        if (signal := _read(record)) is not None:
            told[signal.group].append(signal)
    keys = [GROUP_PREFIX + group.encode() for group in told]
    outputs: list[Output] = []
    kept: dict[bytes, bytes | None] = {}
    for (group, signals), key, packed in zip(told.items(), keys, state.get_many(keys), strict=True):
        gathered = gather(group, unpack_group(packed), signals, policy)
        outputs += _outputs(gathered, group.encode(), batch.partition)
        kept[key] = pack_group(gathered.record)
    return Step(outputs, kept)


def _read(record: KafkaRecord) -> MemberSignal | None:
    """The signal in a record. We write them ourselves: one that cannot be read is our fault, and passed over."""
    try:
        signal = MemberSignal.model_validate_json(record.value or b"")
    except ValidationError:
        log.error("message cannot be read", topic=GROUP_SIGNALS, offset=record.offset)  # noqa: TRY400 -- holds input
        return None
    if record.key == signal.group.encode():
        return signal
    log.error("record under another group's key", topic=GROUP_SIGNALS, offset=record.offset)
    return None


def _outputs(gathered: Gathered, group: bytes, partition: int) -> list[Output]:
    found = [Output(SIGNALS, group, signal.model_dump_json().encode(), partition) for signal in gathered.signals]
    if lines := group_points(gathered.view):
        found.append(Output(POINTS, group, "\n".join(lines).encode(), partition, headers_for(gathered.care_team)))
    return [*found, Output(GROUP_VIEWS, group, gathered.view.model_dump_json().encode(), partition)]
