"""What a frozen worker had under way comes to lie behind what the next owner wrote, on a real broker."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock

import pytest
from aiokafka import AIOKafkaProducer

from streams.adapters.admin import create_topics
from streams.adapters.changelog import newest_records
from streams.errors import Unavailable
from streams.topics import Topic
from streams.transport.job import Step
from streams.transport.lease import Lease, LeaseLost
from streams.transport.outbox import Outbox
from streams.transport.strays import keys_between
from streams.transport.table import BatchTable, PartitionState
from streams.transport.writer import KeysBetween, Writer
from tests.transport.test_table import a_table


@asynccontextmanager
async def sender(kafka: str) -> AsyncIterator[Outbox]:
    producer = AIOKafkaProducer(bootstrap_servers=kafka, enable_idempotence=True, acks="all")
    await producer.start()
    try:
        yield Outbox(lambda: producer)
    finally:
        await producer.stop()


def writer(outbox: Outbox, table: BatchTable, keys: KeysBetween) -> Any:
    made = Writer(Lease(4.0), outbox, table, keys)

    async def write(revoked: bool = False, **rows: bytes | None) -> None:
        await made(0, Step((), {key.encode(): value for key, value in rows.items()}), lambda: revoked)

    return write


@pytest.mark.kafka
async def test_what_the_owner_holds_is_the_newest_again(kafka: str, tmp_path: Path) -> None:
    table = a_table(tmp_path, "strays")
    create_topics(kafka, 1, topics=(Topic(table.changelog_topic_name, "", 1),))
    async with sender(kafka) as owner, sender(kafka) as frozen:
        write = writer(owner, table, partial(keys_between, kafka))
        await write(a=b"1", b=b"1", c=b"1")
        late = {b"a": b"old", b"b": b"old", b"nobody": b"old"}
        assert await frozen.append(table.changelog_topic_name, 0, late.items()) == 5
        await write(b=b"2", c=None)
        await write(d=b"1")
    held = dict(PartitionState(table, 0).items())
    assert held == {b"a": b"1", b"b": b"2", b"d": b"1"}
    (newest,) = newest_records(kafka, table.changelog_topic_name)
    assert {key: value for key, value in newest.items() if value is not None} == held


async def test_a_broker_that_cannot_be_asked_is_asked_again_until_the_partition_is_gone(tmp_path: Path) -> None:
    table, outbox = a_table(tmp_path), AsyncMock()
    table.write(0, [(b"a", b"1")], 0)
    outbox.append = AsyncMock(side_effect=[3, 4])
    keys = AsyncMock(side_effect=[Unavailable("away"), [b"a"]])
    await writer(outbox, table, keys)(a=b"2")
    assert keys.await_args_list[-1].args == (table.changelog_topic_name, 0, 1, 3)
    assert table.kept_to(0) == 4
    outbox.append = AsyncMock(side_effect=[9])
    with pytest.raises(LeaseLost):
        await writer(outbox, table, AsyncMock(side_effect=Unavailable("away")))(revoked=True, a=b"3")
    assert (table.kept_to(0), PartitionState(table, 0).get_many([b"a"])) == (4, [b"2"])


async def test_what_lands_while_ours_are_said_again_is_looked_at_too(tmp_path: Path) -> None:
    table, outbox = a_table(tmp_path), AsyncMock()
    table.write(0, [(b"a", b"1"), (b"b", b"1")], 1)
    outbox.append = AsyncMock(side_effect=[3, 6, 9])
    keys = AsyncMock(side_effect=[[b"a"], [b"b", b"a"]])
    await writer(outbox, table, keys)(c=b"2")
    assert [call.args[2:] for call in keys.await_args_list] == [(2, 3), (4, 6)]
    assert [dict(call.args[2]) for call in outbox.append.await_args_list] == [
        {b"c": b"2"},
        {b"a": b"1", b"c": b"2"},
        {b"a": b"1", b"b": b"1", b"c": b"2"},
    ]
    assert table.kept_to(0) == 9


async def test_nothing_is_said_again_once_the_lease_is_over(tmp_path: Path) -> None:
    table, outbox, lease = a_table(tmp_path), AsyncMock(), AsyncMock()
    table.write(0, [(b"a", b"1")], 0)
    outbox.append = AsyncMock(side_effect=[2])
    lease.hold = AsyncMock(side_effect=[None, None, LeaseLost("gone")])
    made = Writer(lease, outbox, table, AsyncMock(return_value=[b"a"]))
    with pytest.raises(LeaseLost):
        await made(0, Step((), {b"b": b"2"}), lambda: True)
    assert table.kept_to(0) == 0


async def test_kafka_that_does_not_answer_is_said_to_be_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.transport.strays.PATIENCE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        for address in ("127.0.0.1:1", f"127.0.0.1:{mute.getsockname()[1]}"):
            with pytest.raises(Unavailable, match="could not be looked at"):
                async with asyncio.timeout(10):
                    await keys_between(address, "log", 0, 0, 1)
