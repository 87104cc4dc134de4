"""Every private name of Faust and aiokafka that the transport leans on, with what for.

They are pinned to exact versions, and a test fails when one is moved or a name here is gone: read the new source then,
for each line below. Names are reached through the functions here, or overridden by the classes named in `OVERRIDDEN`.
"""
# ruff: noqa: SLF001 -- this is the one place for it

import asyncio
from typing import Any

from aiokafka.errors import KafkaError

PINNED = {"faust-streaming": "0.15.3", "aiokafka": "0.14.0", "mode-streaming": "0.7.1"}

OVERRIDDEN = {
    "faust.transport.drivers.aiokafka:Consumer": {
        "_new_consumer_thread": "to fetch with a thread of ours",
        "_to_message": "a batch stands in for a record, and is never acknowledged",
        "_drain_messages": "stock drops and counts gaps by its own read offsets, and commits over what it dropped",
        "perform_seek": "stock does not seek where nothing was committed; ours also opens the lanes",
        "force_commit": "what is committed comes from the ledgers",
        "on_partitions_revoked": "finish and commit before anything is let go",
    },
    "faust.transport.drivers.aiokafka:AIOKafkaConsumerThread": {
        "on_start": "fetch wait and lease",
        "_fetch_records": "stock hands aiokafka its live set of partitions, and loses records by it",
    },
    "faust.transport.drivers.aiokafka:Producer": {"_settings_extra": "idempotence without transactions"},
    "faust.tables.manager:TableManager": {"on_start": "stock waits a second before it recovers anything"},
    "faust.tables.base:Collection": {
        "on_start": "ask a broker that is only just back for the changelog's topic again",
        "on_changelog_event": "keep whole batches, checked for continuity",
        "apply_changelog_batch": "nothing is buffered record by record",
    },
    "faust.stores.rocksdb:RocksDBOptions": {
        "open": "one set of options that all partitions share, and nothing more than RocksDB needs",
        "as_options": "stock gives every partition a cache of its own, and no bound to what is not yet in files",
    },
    "faust.app.base:App": {"on_first_start": "look at the topics first", "on_stop": "finish and commit first"},
}


def app_consumer(app: Any) -> Any:
    """The app's consumer, None before it was made; `app.consumer` would make one while stopping."""
    return app._consumer


def producer(app: Any) -> Any:
    """The running aiokafka producer behind Faust's: Faust has no way to send a batch."""
    return app.producer._ensure_producer()


def sending_ended(aiokafka_producer: Any) -> bool:
    """Whether the task that sends has ended: nothing that was handed over would ever be answered."""
    task = aiokafka_producer._sender.sender_task
    return task is not None and bool(task.done())


def database(table: Any, partition: int) -> Any:
    """The RocksDB of one partition of a Faust table: its store can only be written key by key."""
    return table.data._db_for_partition(partition)


def active_partitions(consumer: Any) -> tuple[Any, ...]:
    """A copy of what Faust reads now; its own set is changed by the main thread."""
    return tuple(consumer._active_partitions)


def subscription(aiokafka_consumer: Any) -> Any:
    """What is assigned, and whether that is changing."""
    return aiokafka_consumer._subscription


def fetcher(aiokafka_consumer: Any) -> Any:
    """Where fetched records wait."""
    return aiokafka_consumer._fetcher


def set_fetch_wait(aiokafka_consumer: Any, milliseconds: int) -> None:
    """Faust hard-codes 1,500, which holds up busy partitions for idle ones and makes recovery slow."""
    aiokafka_consumer._fetcher._fetch_max_wait_ms = milliseconds


def stopped(aiokafka_consumer: Any) -> bool:
    """Whether the consumer was closed."""
    return bool(aiokafka_consumer._closed or aiokafka_consumer._fetcher._closed)


def fetch_waiter(aiokafka_consumer: Any) -> Any:
    """A future that is done when records arrive, and fails with what the fetch or the group failed with."""
    return aiokafka_consumer._fetcher._create_fetch_waiter()


def client_of(aiokafka_consumer: Any) -> Any:
    """Its connections, and what they know of the cluster."""
    return aiokafka_consumer._client


def ended_task(aiokafka_consumer: Any) -> str | None:
    """Which of the tasks that never end in a running consumer has ended; some end without a word when cancelled."""
    tasks = {
        "fetch": aiokafka_consumer._fetcher._fetch_task,
        "coordination": aiokafka_consumer._coordinator._coordination_task,
    }
    return next((name for name, task in tasks.items() if task.done()), None)


def revive_metadata(client: Any) -> bool:
    """Start again the task that keeps a client's view of the cluster, should it have ended; whether it had.

    It was found gone after a kill of the broker, and nobody notices: whoever asks where the group's coordinator is then
    waits for ever. To be called on the client's own event loop.
    """
    if client._sync_task is None or not client._sync_task.done():
        return False
    if not client._md_update_waiter.done():
        client._md_update_waiter.set_result(None)  # at once, for those who wait already
    client._sync_task = asyncio.create_task(client._md_synchronizer())
    return True


def take_error(aiokafka_consumer: Any) -> KafkaError | None:
    """What the coordinator failed with, and waits for somebody to hear, which lets it go on."""
    try:
        aiokafka_consumer._coordinator.check_errors()
    except KafkaError as error:
        return error
    return None


def wrap_heartbeat(aiokafka_consumer: Any, wrap: Any) -> None:
    """Put `wrap` around the coordinator's heartbeat, to know when the broker last counted us as a member."""
    coordinator = aiokafka_consumer._coordinator
    coordinator._do_heartbeat = wrap(coordinator._do_heartbeat)
