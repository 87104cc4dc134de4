"""Looks at the topics before a worker joins its group: a missing one or a wrong partition count is said plainly.

Also whether Kafka is there at all, for a worker that has not heard of its group.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from time import monotonic

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from streams.errors import Misconfigured, Unavailable
from streams.kafka_sign_in import asked, signed_in

log = logging.getLogger(__name__)

PATIENCE = 60.0
"""Seconds that a worker waits for its broker: to end and be started again would take longer than the broker does."""
AGAIN = 1.0
"""Seconds between the beginnings of two tries."""
ANSWER = 10.0
"""Seconds that one try may take: a frozen broker accepts connections and answers none."""


async def check_topics(
    bootstrap: str, *, inputs: Sequence[str], outputs: Sequence[str], changelog: str | None, partitions: int
) -> str:
    """Check that the topics are there and that what is read by one partition number has the same count.

    Waits for the broker.

    Returns:
        The id of the Kafka cluster.

    Raises:
        Misconfigured: a topic is missing, or an input or the changelog has another number of partitions.
        Unavailable: the broker has not answered for `PATIENCE` seconds.
    """
    found, cluster = await _look_patiently(bootstrap)
    problems = find_problems(found, inputs=inputs, outputs=outputs, changelog=changelog, partitions=partitions)
    if problems:
        raise Misconfigured("; ".join(problems))
    return cluster


async def answers(bootstrap: str, *, within_s: float) -> bool:
    """Whether Kafka answers anybody at all."""
    try:
        await _look(bootstrap, within_s)
    except Unavailable:
        return False
    return True


async def _look_patiently(bootstrap: str) -> tuple[dict[str, int], str]:
    """Ask every second, whether or not earlier tries have ended: one that began with a frozen broker may just hang."""
    deadline, told = monotonic() + PATIENCE, False
    trying: set[asyncio.Task[tuple[dict[str, int], str]]] = set()
    try:
        while True:
            next_at = monotonic() + AGAIN
            trying.add(asyncio.create_task(_look(bootstrap, ANSWER)))
            ended, trying = await asyncio.wait(trying, timeout=AGAIN, return_when=asyncio.FIRST_COMPLETED)
            for one in ended:
                if not isinstance(one.exception(), Unavailable):
                    return one.result()
            if ended and monotonic() > deadline:
                return ended.pop().result()  # which says what is wrong
            if not told:
                log.warning("Kafka at %s does not answer yet", bootstrap)
                told = True
            await asyncio.sleep(next_at - monotonic())
    finally:
        for one in trying:
            one.cancel()
        await asyncio.gather(*trying, return_exceptions=True)


async def _look(bootstrap: str, within_s: float) -> tuple[dict[str, int], str]:
    """The partition counts of all topics by name, and the id of the cluster."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=10_000, **signed_in())
    try:
        async with asyncio.timeout(within_s):
            await admin.start()
            described = await admin.describe_topics()
            cluster = str((await admin.describe_cluster())["cluster_id"])
    except (KafkaError, TimeoutError) as error:
        raise Unavailable(f"Kafka at {asked(bootstrap)} does not answer: {error!r}") from error
    finally:
        await admin.close()
    return {topic["topic"]: len(topic["partitions"]) for topic in described}, cluster


def find_problems(
    found: Mapping[str, int],
    *,
    inputs: Sequence[str],
    outputs: Sequence[str],
    changelog: str | None,
    partitions: int,
) -> list[str]:
    """What is wrong with the topics `found` (their partition counts by name), one sentence each."""
    missing = [f"topic {name} does not exist" for name in (*inputs, *outputs) if name not in found]
    # The changelog is made by the worker when it is not there yet.
    paired = [*inputs, *([changelog] if changelog else [])]
    uneven = [
        f"topic {name} has {found[name]} partitions, not {partitions}"
        for name in paired
        if name in found and found[name] != partitions
    ]
    return missing + uneven
