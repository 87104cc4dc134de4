"""The gateway on a real broker: what it answers for can be read, and it outlives the broker."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import pytest
from aiokafka import AIOKafkaConsumer
from kafka.admin import KafkaAdminClient, NewTopic

from deploy.local.kafka import KafkaBroker
from deploy.local.ports import free_ports
from streams.adapters.producer import EventProducer, Record
from streams.errors import Unavailable
from tests.gateway.fake import Gateway

pytestmark = pytest.mark.kafka

Build = Callable[..., dict[str, Any]]
PARTITIONS = 4


def _topic(bootstrap: str) -> str:
    name = f"gateway-{uuid4().hex}"
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    admin.create_topics([NewTopic(name, PARTITIONS, 1)])
    admin.close()
    return name


async def _until(condition: Callable[[], bool], seconds: float = 60) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - nobody tells when a broker is back
            await asyncio.sleep(0.05)


@asynccontextmanager
async def _running(bootstrap: str, topic: str, *, wait: bool = True) -> AsyncIterator[EventProducer]:
    producer = EventProducer(bootstrap, topic, patience=2.0)
    await producer.start()
    try:
        if wait:
            await _until(lambda: producer.reachable)
        yield producer
    finally:
        async with asyncio.timeout(15):
            await producer.stop()


async def _stored(bootstrap: str, topic: str) -> list[tuple[int, bytes, bytes]]:
    """Everything in the topic now."""
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    try:
        parts = list(consumer.assignment())
        ends = await consumer.end_offsets(parts)
        found = []
        while any([await consumer.position(part) < ends[part] for part in parts]):
            for batch in (await consumer.getmany(timeout_ms=200)).values():
                found += [(one.partition, one.key, one.value) for one in batch]
        return found
    finally:
        await consumer.stop()


async def test_what_is_answered_for_can_be_read(kafka: str, tmp_path: Path, event: Build) -> None:
    topic = _topic(kafka)
    async with _running(kafka, topic) as producer:
        gateway = Gateway(tmp_path, producer)
        single = await gateway.post(event({"mood": 1, "note": "canary"}))
        assert single.status_code == 202
        assert [orjson.loads(value)["id"] for _, _, value in await _stored(kafka, topic)] == ["e-1"]
        batch = [event(id=f"b-{n}", subject=f"p-{n % 40}") for n in range(500)]
        assert (await gateway.post(batch, token=gateway.operator)).json()["accepted"] == 500
    stored = await _stored(kafka, topic)
    assert sorted(orjson.loads(value)["id"] for _, _, value in stored) == sorted(
        ["e-1", *(f"b-{n}" for n in range(500))]
    )
    assert all(orjson.loads(value)["subject"].encode() == key for _, key, value in stored)
    assert all(b"canary" not in value for _, _, value in stored)
    by_patient = [
        [orjson.loads(value)["id"] for _, key, value in stored if key == f"p-{n}".encode()] for n in range(2, 40)
    ]
    assert by_patient == [[f"b-{m}" for m in range(n, 500, 40)] for n in range(2, 40)]


async def test_few_and_many_records_of_a_patient_meet_on_one_partition(kafka: str) -> None:
    topic = _topic(kafka)
    patients = [f"patient-{n}".encode() for n in range(60)]
    async with _running(kafka, topic) as producer:
        await producer.send([Record(key, b"many") for key in patients])
        for key in patients:
            await producer.send([Record(key, b"one")])
    placed: dict[bytes, set[int]] = {}
    for partition, key, _ in await _stored(kafka, topic):
        placed.setdefault(key, set()).add(partition)
    assert {len(places) for places in placed.values()} == {1}
    assert len({place for places in placed.values() for place in places}) == PARTITIONS


async def test_records_larger_than_one_batch_all_arrive(kafka: str) -> None:
    topic = _topic(kafka)
    async with _running(kafka, topic) as producer:
        await producer.send([Record(b"p", b"%03d" % n + b"x" * 60_000) for n in range(50)])
    assert [value[:3] for _, _, value in await _stored(kafka, topic)] == [b"%03d" % n for n in range(50)]


async def test_it_is_not_ready_until_the_topic_is_there(kafka: str) -> None:
    name = f"gateway-{uuid4().hex}"
    async with _running(kafka, name, wait=False) as producer:
        await asyncio.sleep(1.5)
        assert not producer.reachable
        with pytest.raises(Unavailable):
            await producer.send([Record(b"p", b"v")])
        admin = KafkaAdminClient(bootstrap_servers=kafka)
        admin.create_topics([NewTopic(name, 1, 1)])
        admin.close()
        await _until(lambda: producer.reachable)
        await producer.send([Record(b"p", b"v")])
    assert len(await _stored(kafka, name)) == 1


async def test_a_producer_that_breaks_is_replaced(kafka: str) -> None:
    topic = _topic(kafka)
    async with _running(kafka, topic) as producer:
        first = producer._producer
        producer._broken.set()
        await _until(lambda: producer._producer not in {None, first} and producer.reachable)
        await producer.send([Record(b"p", b"v")])
    assert len(await _stored(kafka, topic)) == 1


@pytest.mark.slow
async def test_it_starts_without_a_broker_and_finds_one_by_itself(tmp_path: Path, event: Build) -> None:
    (port,) = free_ports(1)
    async with _running(f"127.0.0.1:{port}", "later", wait=False) as producer:
        gateway = Gateway(tmp_path / "home", producer)
        refused = await gateway.post(event())
        assert refused.status_code == 503
        assert refused.headers["retry-after"]
        assert (await gateway.http.get("/readyz")).status_code == 503
        with KafkaBroker(tmp_path / "kafka", port=port) as broker:
            admin = KafkaAdminClient(bootstrap_servers=broker.bootstrap)
            admin.create_topics([NewTopic("later", 1, 1)])
            admin.close()
            await _until(lambda: producer.reachable)
            assert (await gateway.post(event())).status_code == 202
            assert len(await _stored(broker.bootstrap, "later")) == 1


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["freeze", "kill"])
async def test_a_broker_that_goes_is_503_and_nothing_answered_for_is_lost(
    broker: Callable[..., KafkaBroker], tmp_path: Path, event: Build, fault: str
) -> None:
    server = broker()
    topic = _topic(server.bootstrap)
    async with _running(server.bootstrap, topic) as producer:
        gateway = Gateway(tmp_path / "home", producer)
        answered: set[str] = set()
        statuses: set[int] = set()

        async def post(name: str) -> int:
            response = await gateway.post(event(id=name), token=gateway.operator)
            statuses.add(response.status_code)
            if response.status_code == 202:
                answered.add(name)
            return response.status_code

        assert await post("before") == 202
        server.pause() if fault == "freeze" else server.kill()
        for number in range(3):
            assert await post(f"during-{number}") == 503
        await _until(lambda: not producer.reachable)
        server.resume() if fault == "freeze" else server.restart()
        await _until(lambda: producer.reachable)
        async with asyncio.timeout(30):
            while await post("after") != 202:  # noqa: ASYNC110
                await asyncio.sleep(0.2)
        assert statuses == {202, 503}
        stored = {orjson.loads(value)["id"] for _, _, value in await _stored(server.bootstrap, topic)}
        assert answered <= stored
