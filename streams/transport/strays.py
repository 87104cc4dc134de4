"""Rows in a changelog that its partition's owner did not write: a frozen worker's, sent after its session was over.

The lease keeps nearly all of them back, but not those whose packet was under way. `writer` notices by the offsets that
are missing between its own rows, and asks here whose they are.
"""

import asyncio

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from streams.errors import Unavailable
from streams.kafka_sign_in import signed_in

PATIENCE = 5.0
"""Seconds that looking may take: less than a lane has to finish at a revoke."""


async def keys_between(bootstrap: str, topic: str, partition: int, start: int, end: int) -> list[bytes]:
    """The keys of the records from offset `start` up to, and without, `end`; each once.

    Raises:
        Unavailable: Kafka did not answer in time.
    """
    place = TopicPartition(topic, partition)
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False, **signed_in())
    keys: dict[bytes, None] = {}
    try:
        async with asyncio.timeout(PATIENCE):
            await consumer.start()
            consumer.assign([place])
            consumer.seek(place, start)
            while await consumer.position(place) < end:
                record = await consumer.getone(place)
                if record.offset < end and record.key is not None:
                    keys[record.key] = None
    except (KafkaError, TimeoutError) as error:
        raise Unavailable(f"{topic}/{partition} could not be looked at: {error!r}") from error
    finally:
        await consumer.stop()
    return list(keys)
