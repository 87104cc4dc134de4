"""Produces the records of a step and returns when the broker has confirmed all of them.

Records go out in batches built here, one group for each topic-partition: that costs a tenth of sending them one by one.
The producer is idempotent, so a retry after a lost answer neither doubles nor reorders, and it retries for as long as
the broker is away, which the consumer bounds. An error that is final (too large, not allowed, no such partition) is
raised and ends the worker.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from aiokafka.partitioner import murmur2
from faust.transport.drivers import aiokafka as driver

from streams.transport.job import Output

Rows = list[tuple[bytes | None, bytes | None, list[tuple[str, bytes]]]]

NO_HEADERS: list[tuple[str, bytes]] = []


class IdempotentProducer(driver.Producer):  # type: ignore[misc]
    """Faust's producer, with what `acks=all` alone does not promise."""

    def _settings_extra(self) -> Mapping[str, Any]:
        return {"acks": "all", "enable_idempotence": True}


@lru_cache(maxsize=262_144)
def hashed(key: bytes) -> int:
    """Kafka's own hash of a key, as every client computes it; cached, since the same patients come again."""
    return int(murmur2(key)) & 0x7FFFFFFF


class Outbox:
    """Sends what steps produce.

    Args:
        producer: gives the running aiokafka producer.
    """

    def __init__(self, producer: Callable[[], Any]) -> None:
        self._producer = producer

    async def send(self, outputs: Sequence[Output]) -> None:
        """Produce `outputs`; their order holds within each topic-partition.

        Raises:
            aiokafka.errors.KafkaError: the broker refused one for good.
        """
        if not outputs:
            return
        producer = self._producer()
        partitions = {topic: len(await producer.partitions_for(topic)) for topic in {o.topic for o in outputs}}
        groups: dict[tuple[str, int], Rows] = defaultdict(list)
        for o in outputs:
            topic, key, value, partition, headers = o
            place = _by_key(o, partitions[topic]) if partition is None else partition
            groups[topic, place].append((key, value, list(headers) if headers else NO_HEADERS))
        sent = [
            future
            for (topic, partition), rows in groups.items()
            for future in await self._enqueue(producer, topic, partition, rows)
        ]
        await asyncio.gather(*sent)

    async def append(self, topic: str, partition: int, items: Iterable[tuple[bytes, bytes | None]]) -> int:
        """Produce keys and values to one partition of a changelog; returns the offset of the last one."""
        rows: Rows = [(key, value, NO_HEADERS) for key, value in items]
        producer = self._producer()
        offsets: list[int] = await asyncio.gather(*await self._enqueue(producer, topic, partition, rows))
        return offsets[-1]

    async def _enqueue(self, producer: Any, topic: str, partition: int, rows: Rows) -> list[asyncio.Future[int]]:
        """Hand the rows over in as many batches as their size takes; each future is the batch's last offset."""
        futures = []
        batch = producer.create_batch()
        for key, value, headers in rows:
            if batch.append(timestamp=None, key=key, value=value, headers=headers) is None:
                futures.append(await self._submit(producer, batch, topic, partition))
                batch = producer.create_batch()
                batch.append(timestamp=None, key=key, value=value, headers=headers)
        futures.append(await self._submit(producer, batch, topic, partition))
        return futures

    async def _submit(self, producer: Any, batch: Any, topic: str, partition: int) -> asyncio.Future[int]:
        batch.close()  # nobody else may add to it: its record count tells the last offset
        count: int = batch.record_count()
        confirmed = await producer.send_batch(batch, topic, partition=partition)

        async def last_offset() -> int:
            offset: int = (await confirmed).offset
            return offset + count - 1

        return asyncio.ensure_future(last_offset())


def _by_key(output: Output, count: int) -> int:
    if output.key is None:
        raise ValueError(f"an output to {output.topic} has neither key nor partition")
    return hashed(output.key) % count
