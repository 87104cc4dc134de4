"""The gateway's producer over a broken client: whatever aiokafka does, sending fails plainly and works again later."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from time import monotonic
from types import SimpleNamespace
from typing import Any

import pytest

from streams.adapters import producer as module
from streams.adapters.producer import LATELY, PATIENCE, STALE, EventProducer, Record
from streams.errors import Unavailable

EVENT = [Record(b"p-1", b"{}")]


class Client:
    """Does what aiokafka's producer does, except for what it is told to raise."""

    def __init__(
        self, *, sending: BaseException | None = None, asking: BaseException | None = None, mute: bool = False
    ) -> None:
        self._sending, self._asking, self._mute = sending, asking, mute
        self.client = self
        self.sent: list[bytes] = []

    async def start(self) -> None:
        pass

    async def stop(self) -> None:
        pass

    async def fetch_all_metadata(self) -> Any:
        if self._asking is not None:
            raise self._asking
        return SimpleNamespace(partitions_for_topic=lambda _: {0})

    async def send(self, _topic: str, *, key: bytes, value: bytes) -> Any:
        if self._sending is not None:
            raise self._sending
        done = asyncio.get_running_loop().create_future()
        if not self._mute:
            self.sent.append(key + value)
            done.set_result(None)
        return done


@asynccontextmanager
async def running(*clients: Client, patience: float = PATIENCE) -> AsyncIterator[EventProducer]:
    left = iter(clients)
    producer = EventProducer("nowhere:1", "events", patience=patience, connect=lambda **_: next(left))
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


async def until_reachable(producer: EventProducer) -> None:
    async with asyncio.timeout(10):
        while not producer.reachable:  # noqa: ASYNC110 -- the producer rings no bell
            await asyncio.sleep(0.01)


async def test_a_client_that_cancels_whoever_waits_is_replaced() -> None:
    bad, good = Client(sending=asyncio.CancelledError()), Client()
    async with running(bad, good) as producer:
        await until_reachable(producer)
        with pytest.raises(Unavailable):
            await producer.send(EVENT)
        async with asyncio.timeout(10):
            while not good.sent:
                await asyncio.sleep(0.05)
                try:
                    await producer.send(EVENT)
                except Unavailable:
                    continue
    assert good.sent == [b"p-1{}"]


@pytest.mark.parametrize("error", [asyncio.CancelledError(), ValueError("event p-1"), OSError()])
async def test_whatever_the_watch_meets_it_goes_on(error: BaseException) -> None:
    async with running(Client(asking=error), Client()) as producer:
        assert not producer.reachable
        await until_reachable(producer)
        await producer.send(EVENT)


async def test_it_ends_when_it_is_asked_to() -> None:
    async with running(Client()) as producer:
        await until_reachable(producer)
        sending = asyncio.create_task(producer.send(EVENT))
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending


async def test_what_was_known_of_kafka_too_long_ago_is_not_known() -> None:
    async with running(Client()) as producer:
        await until_reachable(producer)
        producer._answered_at = monotonic() - STALE + 1
        assert producer.reachable
        producer._answered_at = monotonic() - STALE
        assert not producer.reachable


async def test_who_sends_in_vain_says_so_and_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "UNCONFIRMED", 0.05)
    mute, good = Client(mute=True), Client()
    async with running(mute, good, patience=0.02) as producer:
        await until_reachable(producer)
        assert producer.confirms
        while not good.sent:
            with suppress(Unavailable):
                await producer.send(EVENT)
            assert producer.confirms == bool(good.sent)
            await asyncio.sleep(0.01)


async def test_a_send_in_vain_is_forgotten_after_a_while_without_another() -> None:
    async with running(Client(mute=True), patience=0.01) as producer:
        await until_reachable(producer)
        with pytest.raises(Unavailable, match="in time"):
            await producer.send(EVENT)
        assert not producer.confirms
        producer._unconfirmed_at -= LATELY
        assert producer.confirms
