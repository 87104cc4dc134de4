"""Sends events at a pace, in their order, and waits for whoever is away: through the gateway, or straight to Kafka."""

import asyncio
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from types import TracebackType
from typing import Self, TypeVar

from kafka import KafkaProducer

from streams.adapters.gateway_client import GatewayClient
from streams.topics import EVENTS
from tests.faults.cohort import Event

PATIENCE_MS = 900_000
Record = TypeVar("Record")
AT_ONCE = 50
"""Events between two looks at the clock."""


class Sender:
    """Sends in a thread of its own; entered it begins, left it has sent everything."""

    def __init__(self, events: Sequence[Event], *, rate: float) -> None:
        self.events, self.sent = events, 0
        self.allowed = len(events)
        """So many may be sent by now: a fault that takes its time holds the others back."""
        self._rate = rate
        self._stopped = threading.Event()
        self._failed: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def send(self) -> None:
        raise NotImplementedError

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.finish()

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def finish(self) -> None:
        """Wait until all is sent."""
        self._thread.join()
        if self._failed is not None:
            raise self._failed

    def stop(self) -> None:
        """Send no more than was sent."""
        self._stopped.set()

    def paced(self) -> Iterator[Event]:
        """All events, each once it is allowed."""
        for number, event in enumerate(paced(self.events, self._rate)):
            while number >= self.allowed and not self._stopped.is_set():
                time.sleep(0.02)
            if self._stopped.is_set():
                return
            yield event

    def _run(self) -> None:
        try:
            self.send()
        except BaseException as error:  # noqa: BLE001 -- raised again by whoever waits for it
            self._failed = error


class ByKafka(Sender):
    """As a back-end does that writes to Kafka itself."""

    def __init__(self, kafka: str, events: Sequence[Event], *, rate: float) -> None:
        super().__init__(events, rate=rate)
        self._kafka = kafka

    def send(self) -> None:
        with producer(self._kafka) as to:
            for key, value in self.paced():
                to.send(EVENTS, key=key, value=value)
                self.sent += 1
            to.flush()


class ByGateway(Sender):
    """As `ipt-pulse send` does."""

    def __init__(self, url: str, token: str, events: Sequence[Event], *, rate: float) -> None:
        super().__init__(events, rate=rate)
        self._url, self._token = url, token

    def send(self) -> None:
        asyncio.run(self._send())

    async def _send(self) -> None:
        async with GatewayClient(self._url, self._token) as client:
            async for sent in client.send(value for _, value in self.paced()):
                assert not sent.refused, sent.refused[0]
                self.sent += sent.accepted


def producer(kafka: str) -> KafkaProducer:
    """Keeps the order, and does not give up."""
    return KafkaProducer(
        bootstrap_servers=kafka,
        acks="all",
        linger_ms=5,
        delivery_timeout_ms=PATIENCE_MS,
        max_block_ms=PATIENCE_MS,
        reconnect_backoff_max_ms=200,
    )


def paced(records: Iterable[Record], rate: float) -> Iterator[Record]:
    """The records at a rate; whoever is held up does not hurry afterwards."""
    since = time.monotonic()
    for number, record in enumerate(records):
        if number % AT_ONCE == 0:
            time.sleep(max(0.0, since + AT_ONCE / rate - time.monotonic()))
            since = time.monotonic()
        yield record


def send_all(kafka: str, events: Sequence[Event]) -> None:
    """As fast as it goes."""
    sender = ByKafka(kafka, events, rate=1e9)
    with sender:
        pass
