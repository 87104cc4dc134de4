import shutil
from pathlib import Path
from time import sleep

import pytest
from aiokafka.errors import NodeNotReadyError, TopicAuthorizationFailedError
from faust.types import TP

from streams.transport import build_app
from streams.transport.private import database
from streams.transport.table import BatchTable, PartitionState
from tests.transport.test_lane import Recorder

BUSY = ("num-immutable-mem-table", "num-running-flushes", "num-running-compactions")
"""What RocksDB still has to write into files."""


def a_table(state_dir: Path, name: str = "a") -> BatchTable:
    app = build_app(name, bootstrap="nowhere:1", topics=["t"], job=Recorder(), state_dir=state_dir, partitions=1)
    assert app.table is not None
    return app.table


def kept(table: BatchTable) -> tuple[int | None, int]:
    """The changelog's offset, and how many keys there are."""
    return table.data.persisted_offset(TP("changelog", 0)), sum(1 for _ in PartitionState(table, 0).items())


def test_recovery_holds_few_batches_in_memory_and_ends_when_it_is_over(tmp_path: Path) -> None:
    table = a_table(tmp_path)
    # Faust's default is 1,000 events, of which each is a batch here; one event means that reading never ends.
    assert 1 < table.recovery_buffer_size < 5
    assert 1 < table.standby_buffer_size < 5


async def test_a_clean_stop_leaves_everything_on_disk(tmp_path: Path) -> None:
    table = a_table(tmp_path)
    for offset in range(3):
        table.write(0, [(b"p-%d" % offset, b"state")], offset)
    await table.data.stop()
    assert kept(a_table(tmp_path)) == (2, 3)


def test_items_may_begin_at_a_key(tmp_path: Path) -> None:
    table = a_table(tmp_path)
    rows = [(b"\x01a", b"body"), (b"a", b"1"), (b"b", b"2")]
    table.write(0, rows, 7)
    state = PartitionState(table, 0)
    assert list(state.items()) == rows
    assert list(state.items(since=b"\x02")) == rows[1:]
    assert list(state.items(since=b"b")) == rows[2:]
    assert list(state.items(since=b"c")) == []
    # What recovery left off at lies among the keys and is nobody's.
    assert list(state.items(since=table.data.offset_key)) == rows[1:]


def test_what_a_kill_leaves_is_as_far_as_its_offset_says(tmp_path: Path) -> None:
    """More than memory holds is written, so that a part is in files, and what is there is taken as a kill leaves it."""
    table = a_table(tmp_path / "live")
    for offset in range(3_000):
        table.write(0, [(b"p-%d" % offset, offset.to_bytes(2, "big") * 5_000)], offset)
    while any(database(table, 0).property_int_value(f"rocksdb.{busy}") for busy in BUSY):
        sleep(0.05)
    shutil.copytree(tmp_path / "live", tmp_path / "killed", ignore=shutil.ignore_patterns("LOCK"))
    reached, keys = kept(a_table(tmp_path / "killed"))
    assert reached is not None
    assert keys == reached + 1 > 0


async def test_a_broker_that_is_only_just_back_is_asked_for_the_changelog_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table, answers = a_table(tmp_path), [NodeNotReadyError("no leader yet"), None]

    async def declare() -> None:
        if (answer := answers.pop(0)) is not None:
            raise answer

    monkeypatch.setattr(table.changelog_topic, "declare", declare)
    await table.on_start()
    assert answers == []


async def test_what_a_broker_will_never_allow_is_not_asked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = a_table(tmp_path)

    async def declare() -> None:
        raise TopicAuthorizationFailedError

    monkeypatch.setattr(table.changelog_topic, "declare", declare)
    with pytest.raises(TopicAuthorizationFailedError):
        await table.on_start()
