"""When a pinned version moves, somebody has to read the new source for every name we lean on."""

import asyncio
import importlib
import inspect
from importlib.metadata import version

import pytest
from aiokafka.client import AIOKafkaClient
from aiokafka.consumer.fetcher import Fetcher
from aiokafka.consumer.group_coordinator import GroupCoordinator
from faust.tables import TableManager

from streams.transport import private
from streams.transport.app import BatchApp
from streams.transport.consumer import BatchConsumer
from streams.transport.fetch import BatchThread
from streams.transport.outbox import IdempotentProducer
from streams.transport.rocks import StateOptions
from streams.transport.table import BatchTable, KnownTables

OURS = {
    "faust.transport.drivers.aiokafka:Consumer": BatchConsumer,
    "faust.transport.drivers.aiokafka:AIOKafkaConsumerThread": BatchThread,
    "faust.transport.drivers.aiokafka:Producer": IdempotentProducer,
    "faust.tables.manager:TableManager": KnownTables,
    "faust.tables.base:Collection": BatchTable,
    "faust.stores.rocksdb:RocksDBOptions": StateOptions,
    "faust.app.base:App": BatchApp,
}


def stock(path: str) -> type:
    module, name = path.split(":")
    found: type = getattr(importlib.import_module(module), name)
    return found


@pytest.mark.parametrize(("name", "pinned"), private.PINNED.items())
def test_the_version_is_the_one_that_was_read(name: str, pinned: str) -> None:
    assert version(name) == pinned, f"read the new source for every line of private.py, then pin {version(name)}"


@pytest.mark.parametrize(("path", "name"), [(p, n) for p, names in private.OVERRIDDEN.items() for n in names])
def test_what_we_override_is_still_there(path: str, name: str) -> None:
    assert callable(getattr(stock(path), name, None)), f"{path}.{name} is gone"


@pytest.mark.parametrize("path", OURS)
def test_every_override_is_listed_with_its_reason(path: str) -> None:
    base = stock(path)
    overrides = {
        name for name, member in vars(OURS[path]).items() if inspect.isfunction(member) and hasattr(base, name)
    }
    assert overrides - {"__init__"} == private.OVERRIDDEN[path].keys()


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        (Fetcher, "_create_fetch_waiter"),
        (Fetcher, "fetched_records"),
        (AIOKafkaClient, "_md_synchronizer"),
        (TableManager, "_update_channels"),
        (GroupCoordinator, "_do_heartbeat"),
        (GroupCoordinator, "_push_error_to_user"),
        (GroupCoordinator, "check_errors"),
        (stock("faust.transport.drivers.aiokafka:Producer"), "_ensure_producer"),
        (stock("faust.stores.rocksdb:Store"), "_db_for_partition"),
    ],
)
def test_what_we_reach_into_is_still_there(owner: type, name: str) -> None:
    assert callable(getattr(owner, name, None)), f"{owner.__name__}.{name} is gone"


@pytest.mark.kafka
async def test_a_client_that_no_longer_hears_of_the_cluster_does_so_again(kafka: str) -> None:
    client = AIOKafkaClient(bootstrap_servers=kafka)
    await client.bootstrap()
    try:
        assert not private.revive_metadata(client), "it was well"
        client._sync_task.cancel()
        await asyncio.sleep(0)
        news = client.force_metadata_update()
        await asyncio.wait({news}, timeout=0.3)
        assert not news.done(), "as whoever looks for the group's coordinator waits"
        assert private.revive_metadata(client)
        assert await asyncio.wait_for(news, 10)
    finally:
        await client.close()
    assert not private.revive_metadata(client), "it is closed"
