import asyncio
from collections import defaultdict
from typing import Any

import pytest
from aiokafka.errors import MessageSizeTooLargeError
from aiokafka.partitioner import DefaultPartitioner
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.structs import RecordMetadata, TopicPartition

from streams.transport.job import Output
from streams.transport.outbox import Outbox, hashed

PARTITIONS = {0, 1, 2, 3}


class Broker:
    """An aiokafka producer whose broker keeps everything in lists; builds batches with the real builder."""

    def __init__(self, batch_bytes: int = 10_000) -> None:
        self.batch_bytes = batch_bytes
        self.logs: dict[tuple[str, int], list[int]] = defaultdict(list)
        self.refuses = False

    async def partitions_for(self, _topic: str) -> set[int]:
        return PARTITIONS

    def create_batch(self) -> BatchBuilder:
        return BatchBuilder(self.batch_bytes, 0)

    async def send_batch(self, batch: BatchBuilder, topic: str, *, partition: int) -> asyncio.Future[Any]:
        answer = asyncio.get_running_loop().create_future()
        if self.refuses:
            answer.set_exception(MessageSizeTooLargeError())
            return answer
        log = self.logs[topic, partition]
        base = sum(log)
        log.append(batch.record_count())
        answer.set_result(RecordMetadata(topic, partition, TopicPartition(topic, partition), base, 0, 0, 0))
        return answer


def outbox(broker: Broker) -> Outbox:
    return Outbox(lambda: broker)


@pytest.mark.parametrize("key", [b"", b"a", b"patient-17", bytes(range(33))])
def test_keys_go_where_every_kafka_client_sends_them(key: bytes) -> None:
    assert hashed(key) % 4 == DefaultPartitioner()(key, sorted(PARTITIONS), sorted(PARTITIONS))


async def test_outputs_go_to_their_topics_and_partitions() -> None:
    broker = Broker()
    await outbox(broker).send([Output("x", b"k", b"1"), Output("x", b"k", b"2"), Output("y", None, b"3", partition=3)])
    assert broker.logs == {("x", hashed(b"k") % 4): [2], ("y", 3): [1]}


async def test_what_one_batch_cannot_hold_goes_in_several() -> None:
    broker = Broker(batch_bytes=1_000)
    last = await outbox(broker).append("log", 1, [(b"k%d" % i, bytes(300)) for i in range(10)])
    assert len(broker.logs["log", 1]) > 1
    assert sum(broker.logs["log", 1]) == 10
    assert last == 9


async def test_the_last_offset_counts_on_from_what_is_there() -> None:
    broker = Broker()
    assert await outbox(broker).append("log", 1, [(b"a", b"1"), (b"b", None)]) == 1
    assert await outbox(broker).append("log", 1, [(b"a", b"2")]) == 2


async def test_a_refusal_is_raised() -> None:
    broker = Broker()
    broker.refuses = True
    with pytest.raises(MessageSizeTooLargeError):
        await outbox(broker).send([Output("x", b"k", b"1")])
    with pytest.raises(MessageSizeTooLargeError):
        await outbox(broker).append("log", 1, [(b"k", b"1")])


async def test_nothing_to_send_needs_no_broker() -> None:
    await Outbox(lambda: pytest.fail("asked for a producer")).send([])


async def test_an_output_needs_a_key_or_a_partition() -> None:
    with pytest.raises(ValueError, match="neither key nor partition"):
        await outbox(Broker()).send([Output("x", None, b"1")])
