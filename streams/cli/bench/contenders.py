"""The contenders. Each is a function that reads its course in a process of its own until its stopwatch ends it.

python -m streams.cli.bench.contenders NAME EMPTY-FOLDER COURSE-AS-JSON
"""

import json
import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faust

from streams.adapters.policy import read_policy
from streams.agents.analyse import AnalyseJob
from streams.cli.bench.course import Course, Stopwatch
from streams.cli.bench.history import history_record
from streams.topics import POINTS, REJECTED, SIGNALS, VIEWS
from streams.transport import BatchApp, RecordBatch, State, Step, build_app
from streams.transport import run as run_worker

OUTPUTS = (POINTS, SIGNALS, VIEWS, REJECTED)


@dataclass(frozen=True, slots=True)
class Contender:
    """One of those compared.

    `run` gets the course, an empty folder and a stopwatch to call. `share` is the part of the course that it reads,
    smaller for slow ones: rates are compared, not times.
    """

    run: Callable[[Course, Path, Stopwatch], None]
    share: float = 1.0


def start_when_assigned(app: Any, watch: Stopwatch) -> None:
    """Start the clock when the app has its partitions, before it fetches: the same moment for everything on Faust."""

    async def assigned(*_: Any, **__: Any) -> None:
        watch.start()

    app.on_partitions_assigned.connect(assigned, weak=False)


class _Nothing:
    """A job that counts its records."""

    def __init__(self, watch: Stopwatch) -> None:
        self._watch = watch

    async def opened(self, partition: int, state: State) -> None:
        """Nothing to prepare."""

    async def batch(self, batch: RecordBatch, state: State) -> Step:  # noqa: ARG002 -- a Job's signature
        """Count."""
        self._watch.count(len(batch.records))
        return Step()

    async def tick(self, partition: int, now: float, state: State) -> None:
        """Nothing to do."""

    def closed(self, partition: int) -> None:
        """Nothing to drop."""


class _Analysis(AnalyseJob):
    """The job of `worker analysis`, counting, on patients who have been here for a while."""

    def __init__(self, watch: Stopwatch, before: bytes) -> None:
        super().__init__(read_policy())
        self._watch = watch
        self._before = before

    async def batch(self, batch: RecordBatch, state: State) -> Step:
        """Count what is analysed."""
        step = await super().batch(batch, _Seeded(state, self._before))
        self._watch.count(len(batch.records))
        return step


@dataclass(frozen=True, slots=True)
class _Seeded:
    """A table in which everybody who has no record yet has the one `before`."""

    state: State
    before: bytes

    def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        """As in State."""
        return [found or self.before for found in self.state.get_many(keys)]

    def items(self) -> Iterator[tuple[bytes, bytes]]:
        """As in State."""
        return self.state.items()


def _ours_full(course: Course, folder: Path, watch: Stopwatch) -> None:
    app: BatchApp = build_app(
        course.group,
        bootstrap=course.bootstrap,
        topics=[course.topic],
        outputs=OUTPUTS,
        job=_Analysis(watch, history_record(course.history, read_policy())),
        state_dir=folder,
        partitions=course.partitions,
    )
    start_when_assigned(app, watch)
    run_worker(app)


def _ours_noop(course: Course, folder: Path, watch: Stopwatch) -> None:
    app: BatchApp = build_app(
        course.group,
        bootstrap=course.bootstrap,
        topics=[course.topic],
        job=_Nothing(watch),
        state_dir=folder,
        partitions=course.partitions,
        table=False,
    )
    start_when_assigned(app, watch)
    run_worker(app)


def _stock_faust_noop(course: Course, folder: Path, watch: Stopwatch) -> None:
    app = faust.App(
        course.group,
        broker=f"kafka://{course.bootstrap}",
        datadir=str(folder),
        web_enabled=False,
        worker_redirect_stdouts=False,
        topic_partitions=course.partitions,
    )

    @app.agent(app.topic(course.topic, key_type=bytes, value_type=bytes))  # type: ignore[untyped-decorator]
    async def count(stream: Any) -> None:
        async for _ in stream:
            watch.count(1)

    start_when_assigned(app, watch)
    faust.Worker(app, quiet=True, override_logging=False).execute_from_commandline()


CONTENDERS: dict[str, Contender] = {
    "ours-noop": Contender(_ours_noop),
    "ours-full": Contender(_ours_full, share=0.1),
    "stock-faust-noop": Contender(_stock_faust_noop, share=0.05),
}


def main() -> None:
    """Run one contender over one course, both from the command line."""
    name, folder, course_json = sys.argv[1:]
    course = Course(**json.loads(course_json))
    logging.basicConfig(level=logging.ERROR)
    CONTENDERS[name].run(course, Path(folder), Stopwatch(course.events))


if __name__ == "__main__":
    main()
