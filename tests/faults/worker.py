"""`worker analysis` that loses batches on purpose, just before the job: `python -m tests.faults.worker DROPS SEED`.

A batch is lost only where it is the next one, so that each loss has to be noticed by itself. Between a loss and its
notice every commit is looked at.
"""

import random
import sys
from typing import Any

from streams.cli.health import show_health
from streams.cli.observe import Counting
from streams.cli.worker import WORKERS
from streams.settings import settings
from streams.transport import Desk, RecordBatch, run

DROPPING = (sys.executable, "-m", "tests.faults.worker")
DROPPED, FETCHED_AGAIN, COMMITTED_PAST = "dropped a batch", "fetched it again", "committed past it"
SHARE = 0.2

Place = tuple[str, int]


class Dropping(Desk):
    """Loses `drops` batches."""

    def __init__(self, drops: int, seed: int) -> None:
        super().__init__()
        self.lost: dict[Place, int] = {}
        """Where a lost batch began that nobody has asked for again yet."""
        self._left = drops
        self._chance = random.Random(seed)  # noqa: S311 -- what is lost is no secret
        self._next: dict[Place, int] = {}

    def deliver(self, batch: RecordBatch) -> None:
        """Hand it on, or lose it."""
        place = batch.topic, batch.partition
        is_next = self._next.get(place, batch.start) == batch.start and place not in self.lost
        if self._left and is_next and self._chance.random() < SHARE:
            self._left -= 1
            self.lost[place] = self._next[place] = batch.start
            _tell(DROPPED, place, batch.start)
            return
        if is_next:
            self._next[place] = batch.end
        super().deliver(batch)


class Watching(Counting):
    """Hears of what is fetched again, and looks at each commit."""

    def __init__(self, desk: Dropping) -> None:
        self.app: Any = None
        self._desk = desk

    def refetched(self, topic: str, partition: int, offset: int) -> None:
        """A gap was noticed."""
        super().refetched(topic, partition, offset)
        if offset <= self._desk.lost.get((topic, partition), -1):
            del self._desk.lost[topic, partition]
            _tell(FETCHED_AGAIN, (topic, partition), offset)

    def committed(self, partitions: int) -> None:
        """Nothing that was lost may be among it."""
        super().committed(partitions)
        for tp, ledger in self.app.consumer.ledgers.items():
            if (lost := self._desk.lost.get((tp.topic, tp.partition))) is not None and ledger.committed > lost:
                _tell(COMMITTED_PAST, (tp.topic, tp.partition), ledger.committed)


def _tell(what: str, place: Place, offset: int) -> None:
    print(what, *place, offset, flush=True)  # noqa: T201 -- the fault reads it in the log


def main() -> None:
    """Run the worker as the command does, with another desk."""
    drops, seed = map(int, sys.argv[1:])
    desk = Dropping(drops, seed)
    app = WORKERS["analysis"](settings(), desk)
    app.observer = observer = Watching(desk)
    observer.app = app
    show_health("analysis", app.trouble, settings())
    run(app)


if __name__ == "__main__":
    main()
