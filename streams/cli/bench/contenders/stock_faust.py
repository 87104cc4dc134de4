"""Faust as its documentation has it: an agent that sees one event at a time, and a table that it assigns to."""

from pathlib import Path
from typing import Any

import faust

from streams.adapters.policy import read_policy
from streams.cli.bench.contenders.per_event import analyse_event
from streams.cli.bench.course import OUTPUTS, Course
from streams.cli.bench.seeds import take_seed
from streams.cli.bench.stopwatch import Stopwatch


def noop(course: Course, folder: Path, watch: Stopwatch) -> None:
    """An agent that does nothing."""
    app = _app(course, folder)

    @app.agent(_raw(app, course.topic))  # type: ignore[untyped-decorator]
    async def count(stream: Any) -> None:
        async for _ in stream:
            watch.begin()
            watch.count(1)

    _run(app)


def full(course: Course, folder: Path, watch: Stopwatch) -> None:
    """An agent that does the whole job."""
    app = _app(course, folder)
    policy = read_policy()
    topics = {name: _raw(app, name) for name in OUTPUTS}
    table = app.Table(
        "state",
        partitions=course.partitions,
        key_type=bytes,
        value_type=bytes,
        options={"driver": "rocksdict"},
    )
    take_seed(course, Path(app.conf.tabledir), table.name)

    @app.agent(_raw(app, course.topic))  # type: ignore[untyped-decorator]
    async def analyse_events(stream: Any) -> None:
        async for event in stream.events():
            watch.begin()
            message = event.message
            found, kept = analyse_event(_Message(message), message.partition, table.get, policy)
            for output in found:
                await topics[output.topic].send(
                    key=output.key, value=output.value, partition=output.partition, headers=dict(output.headers)
                )
            for key, row in kept.items():
                table[key] = row
            watch.count(1)

    _run(app)


class _Message:
    """A message of Faust's as a record of ours."""

    __slots__ = ("headers", "key", "offset", "timestamp", "value")

    def __init__(self, message: Any) -> None:
        self.offset: int = message.offset
        self.timestamp = int(message.timestamp * 1000)
        self.key: bytes | None = message.key
        self.value: bytes | None = message.value
        self.headers: list[tuple[str, bytes]] = []


def _app(course: Course, folder: Path) -> Any:
    return faust.App(
        course.group,
        broker=f"kafka://{course.bootstrap}",
        store="rocksdb://",
        datadir=str(folder),
        topic_partitions=course.partitions,
        topic_replication_factor=1,
        topic_disable_leader=True,
        web_enabled=False,
        worker_redirect_stdouts=False,
    )


def _raw(app: Any, name: str) -> Any:
    return app.topic(name, key_type=bytes, value_type=bytes)


def _run(app: Any) -> None:
    faust.Worker(app, quiet=True, override_logging=False).execute_from_commandline()
