"""A worker process for the tests: copies every event's id to an output topic and counts it under its key.

    python worker.py BOOTSTRAP STATE_DIR NAME [OPTION=VALUE …]

It reads the topics NAME-events and NAME-more in the group NAME and writes NAME-seen.

The state of a key is the sorted list of its event ids, so the truth can be told from what was sent. Options let it
misbehave on purpose: `drop` (share of batches to lose between stream and lane), `lose` (between fetch and stream,
changelogs too), `slow` (seconds in a batch before it returns), `fail` (raise at this event id), `large` (produce a
value too large for the broker at this event id), `silence` (seconds of its group that it bears), `trouble` (have
aiokafka's coordinator fail once, in this way, after the first batch).
"""
# ruff: noqa: ARG002, T201 -- protocols are kept whole; what it prints is what the tests read

import asyncio
import json
import logging
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from aiokafka import errors
from aiokafka.errors import KafkaError

from streams.transport import Desk, Observer, Output, RecordBatch, State, Step, build_app, consumer, fetch, private, run
from streams.transport.batch import cut


class Counting:
    def __init__(self, seen: str, *, slow: float, fail: str, large: str) -> None:
        self.topic, self.slow, self.fail, self.large = seen, slow, fail, large
        self.keys: dict[int, int] = {}

    async def opened(self, partition: int, state: State) -> None:
        self.keys[partition] = sum(1 for _ in state.items())
        print(f"opened {partition} {self.keys[partition]}", flush=True)

    async def batch(self, batch: RecordBatch, state: State) -> Step:
        keys = sorted({record.key for record in batch.records})
        seen = {key: set(json.loads(value or b"[]")) for key, value in zip(keys, state.get_many(keys), strict=True)}
        outputs = []
        for record in batch.records:
            event = record.value.decode()
            if event == self.fail:
                raise ValueError("told to fail")
            if event in seen[record.key]:
                continue  # a repeat: its outputs were confirmed before this state was
            seen[record.key].add(event)
            value = bytes(3_000_000) if event == self.large else record.value
            outputs.append(Output(self.topic, record.key, value))
        if self.slow:
            await asyncio.sleep(self.slow)
        return Step(outputs, {key: json.dumps(sorted(ids)).encode() for key, ids in seen.items()})

    async def tick(self, partition: int, now: float, state: State) -> Step | None:
        return None

    def closed(self, partition: int) -> None:
        del self.keys[partition]


class Troubled(Counting):
    """Has the coordinator fail once, the way a broker that comes back may make it fail."""

    error: type[KafkaError] | None = None
    app: Any = None

    async def batch(self, batch: RecordBatch, state: State) -> Step:
        if self.error is not None:
            error, self.error = self.error, None
            thread = private.app_consumer(self.app)._thread
            thread.thread_loop.call_soon_threadsafe(self._fail, thread._consumer._coordinator, error)
        return await super().batch(batch, state)

    def _fail(self, coordinator: Any, error: type[KafkaError]) -> None:
        commit = coordinator._maybe_do_autocommit

        async def fail(_: Any) -> None:
            coordinator._maybe_do_autocommit = commit
            raise error

        coordinator._maybe_do_autocommit = fail
        coordinator.coordinator_dead()  # wakes it up


class Dropping(Desk):
    """Loses batches on purpose, where a rebalance would."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def deliver(self, batch: RecordBatch) -> None:
        if random.random() < self.share:  # noqa: S311
            print(f"dropped {batch.start}", flush=True)
        else:
            super().deliver(batch)


def losing(share: float) -> Callable[..., Iterator[RecordBatch]]:
    """A cut into small batches that leaves some out."""

    def cut_some(*args: Any, **options: Any) -> Iterator[RecordBatch]:
        for batch in cut(*args, **options | {"size": 20}):
            if random.random() < share:  # noqa: S311
                print(f"lost {batch.topic} {batch.start}", flush=True)
            else:
                yield batch

    return cut_some


class Printing(Observer):
    def refetched(self, topic: str, partition: int, offset: int) -> None:
        print(f"refetched {partition} {offset}", flush=True)

    def expired(self, topic: str, partition: int, lost: int) -> None:
        print(f"expired {partition} {lost}", flush=True)

    def recovered(self, partition: int, records: int) -> None:
        print(f"recovered {partition} {records}", flush=True)


def main() -> None:
    bootstrap, state_dir, name, *rest = sys.argv[1:]
    options = dict(option.split("=", 1) for option in rest)
    logging.basicConfig(level=options.pop("log", "WARNING"), format="%(asctime)s %(name)s %(message)s")
    if share := float(options.pop("lose", 0)):
        fetch.cut = losing(share)
    consumer.SILENCE = float(options.pop("silence", consumer.SILENCE))
    trouble = options.pop("trouble", "")
    job = Troubled(
        f"{name}-seen",
        slow=float(options.pop("slow", 0)),
        fail=options.pop("fail", ""),
        large=options.pop("large", ""),
    )
    app = build_app(
        name,
        bootstrap=bootstrap,
        topics=[f"{name}-events", f"{name}-more"],
        outputs=[f"{name}-seen"],
        job=job,
        state_dir=Path(state_dir),
        partitions=4,
        desk=Dropping(float(options.pop("drop", 0))),
        observer=Printing(),
        **options,
    )
    job.app, job.error = app, getattr(errors, trouble) if trouble else None
    run(app)


if __name__ == "__main__":
    main()
