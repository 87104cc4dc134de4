"""Events into Kafka, acknowledged by all replicas or not at all; used by the gateway.

It starts without Kafka, says whether Kafka can be reached, and finds it again by itself.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import lru_cache
from time import monotonic
from typing import Any, NamedTuple

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from aiokafka.partitioner import murmur2

from streams.errors import Unavailable
from streams.kafka_sign_in import signed_in

log = structlog.get_logger()

PATIENCE = 5.0
"""Seconds that one send may take until it counts as failed; it may still arrive, which is harmless."""

PROBE_EVERY = 1.0
PROBE_PATIENCE = 2.0
STALE = 10.0
"""Seconds without a look at Kafka after which nobody knows: something holds the event loop up."""
UNCONFIRMED = 15.0
"""Seconds in which Kafka answers but confirms nothing that is sent, after which a new producer may do better."""
LATELY = 15.0
"""Seconds for which a send that was not confirmed says that the next one may not be either.

No longer, or a dead man's switch that waits for a minute would take one hiccup for the end.
"""
BATCH_BYTES = 262_144
FEW = 8
"""Up to here records share aiokafka's own batches with other requests; more are packed into batches of their own,
which costs a tenth per record."""


class Record(NamedTuple):
    """One record: the patient, and the event's bytes."""

    key: bytes
    value: bytes


class EventProducer:
    """An idempotent producer for one topic that is replaced when it breaks."""

    def __init__(
        self,
        bootstrap: str,
        topic: str,
        *,
        patience: float = PATIENCE,
        connect: Callable[..., Any] = AIOKafkaProducer,
    ) -> None:
        self._bootstrap = bootstrap
        self._topic = topic
        self._patience = patience
        self._connect = connect
        self._producer: Any = None
        self._broken = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None
        self._answered_at: float | None = None
        self._unconfirmed_since: float | None = None
        self._unconfirmed_at = 0.0

    @property
    def confirms(self) -> bool:
        """Whether Kafka can be reached, and confirmed what was sent of late."""
        waits = self._unconfirmed_since is not None and monotonic() - self._unconfirmed_at < LATELY
        return self.reachable and not waits

    @property
    def reachable(self) -> bool:
        """Whether Kafka answered lately and has the topic; what was known too long ago is not known."""
        return self._answered_at is not None and monotonic() - self._answered_at < STALE

    async def start(self) -> None:
        """Begin to look for Kafka; does not wait until it is found."""
        self._keeper = asyncio.create_task(self._keep())

    async def stop(self) -> None:
        """Send what is under way, for a moment, and close."""
        if self._keeper is not None:
            self._keeper.cancel()
            with suppress(asyncio.CancelledError):
                await self._keeper

    async def send(self, records: Sequence[Record]) -> None:
        """Write `records`; returns when every one is acknowledged by all replicas.

        Raises:
            Unavailable: Kafka did not confirm all of them in time; some may have been written.
        """
        producer = self._producer
        if producer is None or not self.reachable:
            raise Unavailable("Kafka cannot be reached")
        try:
            async with asyncio.timeout(self._patience):
                pack = self._one_by_one if len(records) <= FEW else self._by_partition
                await asyncio.gather(*await pack(producer, records))
        except TimeoutError as error:
            self._note_unconfirmed()
            raise Unavailable("Kafka did not acknowledge in time") from error
        except KafkaError as error:
            self._broken.set()
            raise Unavailable(f"Kafka refused: {type(error).__name__}") from error
        except asyncio.CancelledError:
            if is_ending():
                raise
            self._broken.set()
            raise Unavailable("the connection to Kafka broke") from None
        self._unconfirmed_since = None

    def _note_unconfirmed(self) -> None:
        """Whoever has sent in vain for a while gets a new producer: what kept this one may lie in itself."""
        self._unconfirmed_at = monotonic()
        self._unconfirmed_since = self._unconfirmed_since or self._unconfirmed_at
        if self._unconfirmed_at - self._unconfirmed_since > UNCONFIRMED:
            self._broken.set()

    async def _one_by_one(self, producer: Any, records: Sequence[Record]) -> list[asyncio.Future[object]]:
        return [await producer.send(self._topic, key=record.key, value=record.value) for record in records]

    async def _by_partition(self, producer: Any, records: Sequence[Record]) -> list[asyncio.Future[object]]:
        partitions = sorted(await producer.partitions_for(self._topic))
        groups: defaultdict[int, list[Record]] = defaultdict(list)
        for record in records:
            groups[partitions[_slot(record.key) % len(partitions)]].append(record)
        sends = (self._send_group(producer, partition, group) for partition, group in groups.items())
        return [future for futures in await asyncio.gather(*sends) for future in futures]

    async def _send_group(self, producer: Any, partition: int, records: list[Record]) -> list[asyncio.Future[object]]:
        batch = producer.create_batch()
        futures = []
        for record in records:
            if batch.append(key=record.key, value=record.value, timestamp=None) is None:  # full
                futures.append(await producer.send_batch(batch, self._topic, partition=partition))
                batch = producer.create_batch()
                batch.append(key=record.key, value=record.value, timestamp=None)
        batch.close()
        futures.append(await producer.send_batch(batch, self._topic, partition=partition))
        return futures

    async def _keep(self) -> None:
        """Have a producer, watch it, and replace it when it breaks."""
        while True:
            try:
                await self._have_one()
            except (KafkaError, TimeoutError, OSError):
                self._note(reachable=False)
            except asyncio.CancelledError:
                if is_ending():
                    raise
                self._note(reachable=False)
            except Exception as error:  # noqa: BLE001 -- whatever it is, the next producer may do better
                self._note(reachable=False)
                log.error("producer failed", reason=type(error).__name__)  # noqa: TRY400 -- the message may hold an event
            await asyncio.sleep(PROBE_EVERY)

    async def _have_one(self) -> None:
        """Have a producer until it breaks."""
        producer = self._connect(
            bootstrap_servers=self._bootstrap,
            enable_idempotence=True,
            acks="all",
            max_batch_size=BATCH_BYTES,
            request_timeout_ms=int(self._patience * 1000),
            **signed_in(),
        )
        try:
            async with asyncio.timeout(self._patience):
                await producer.start()
            self._broken.clear()
            self._producer = producer
            if self._unconfirmed_since is not None:
                self._unconfirmed_since = monotonic()  # the new one is given as long
            await self._watch(producer)
        finally:
            self._producer = None
            await close(producer)

    async def _watch(self, producer: Any) -> None:
        """Ask Kafka for the topic once a second until the producer breaks."""
        while not self._broken.is_set():
            try:
                async with asyncio.timeout(PROBE_PATIENCE):
                    cluster = await producer.client.fetch_all_metadata()
                self._note(reachable=bool(cluster.partitions_for_topic(self._topic)))
            except (KafkaError, TimeoutError):
                self._note(reachable=False)
            with suppress(TimeoutError):
                async with asyncio.timeout(PROBE_EVERY):
                    await self._broken.wait()

    def _note(self, *, reachable: bool) -> None:
        if reachable != (self._answered_at is not None):
            log.warning("kafka reachable" if reachable else "kafka lost", topic=self._topic)
        self._answered_at = monotonic() if reachable else None


def is_ending() -> bool:
    """Whether this task was asked to end; aiokafka also cancels whatever waits on a connection that breaks."""
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0


async def close(producer: Any) -> None:
    """Close within a moment: with Kafka gone, aiokafka would wait for its buffers for ever."""
    with suppress(KafkaError, TimeoutError, OSError):
        async with asyncio.timeout(PROBE_PATIENCE):
            await producer.stop()
            return
    sending = producer._sender.sender_task  # noqa: SLF001 - there is no public way to stop without flushing
    if sending is not None:
        sending.cancel()
    await producer.client.close()


@lru_cache(maxsize=100_000)
def _slot(key: bytes) -> int:
    """The hash that Kafka's own clients partition by; aiokafka computes it in Python, 4 µs a key."""
    return int(murmur2(key)) & 0x7FFFFFFF
