"""The contenders that see one event at a time do what our job does for a batch."""

from dataclasses import dataclass

from streams.agents.analyse import AnalyseJob
from streams.agents.keys import record, rows
from streams.cli.bench.contenders.per_event import analyse_event
from streams.cli.bench.course import check_ins, patient_key
from streams.cli.bench.history import history_record
from streams.core.policy import Policy
from streams.topics import POINTS, REJECTED
from streams.transport import Output, RecordBatch

POLICY = Policy(version="test")


@dataclass(frozen=True)
class Message:
    offset: int
    key: bytes | None
    value: bytes | None
    timestamp: int = 1_767_700_000_000
    headers: tuple[tuple[str, bytes], ...] = ()


class Table(dict[bytes, bytes]):
    def get_many(self, keys: list[bytes]) -> list[bytes | None]:
        return [self.get(key) for key in keys]


def messages() -> list[Message]:
    sent = list(check_ins("t", events=9, patients=3))
    sent.append(sent[4])  # a copy
    sent.append(Output("t", b"p-00000001", b"no event"))
    return [Message(number, output.key, output.value) for number, output in enumerate(sent)]


async def test_same_outputs_and_same_state() -> None:
    table = Table()
    for patient in range(3):
        table |= rows(patient_key(patient), *history_record(16, POLICY, patient))
    one_by_one, kept = [], dict(table)
    for message in messages():
        found, new = analyse_event(message, 0, kept.get, POLICY)
        one_by_one += found
        kept |= new
    step = await AnalyseJob(POLICY).batch(RecordBatch("t", 0, messages(), 0, 11), table)
    at_once = table | step.state
    for patient in map(patient_key, range(3)):
        assert record(patient, kept.get) == record(patient, at_once.get)
    assert _by_topic(one_by_one, POINTS) == _by_topic(step.outputs, POINTS)
    assert _by_topic(one_by_one, REJECTED) == _by_topic(step.outputs, REJECTED) != []


def _by_topic(outputs: object, topic: str) -> list[tuple[bytes | None, bytes]]:
    """Lines by patient: a batch puts those of one patient into one record."""
    assert isinstance(outputs, list)
    of_topic = [output for output in outputs if output.topic == topic]
    return sorted((output.key, line) for output in of_topic for line in (output.value or b"").splitlines())
