"""A lane: everything that happens to one partition number, one thing at a time, while the partition is ours.

Batches of all the app's topics, ticks and steps asked for from elsewhere take turns here, so a job never meets itself.
The consumer opens a lane for each partition after recovery, and has it leave at a revoke or at the end.
"""

import asyncio
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Mapping

from streams.errors import Unavailable
from streams.transport.batch import RecordBatch
from streams.transport.halt import Halt, where
from streams.transport.job import Compute, Job, State, Step
from streams.transport.lease import LeaseLost
from streams.transport.ledger import Admission, Ledger
from streams.transport.observer import Observer

TICK = 1.0
"""Seconds from the end of a tick to the next: however long one takes, batches have their turn in between."""
WAITING = 4
"""Batches of one topic that may wait here before fetching stops for it."""
GRACE = 1.0
"""Seconds that a computing call gets to end by itself when the partition is revoked."""
DRAIN = 10.0
"""Seconds that a step which is being written gets; after that the process must go, before two workers write."""

Write = Callable[[int, Step, Callable[[], bool]], Awaitable[None]]
"""Makes a step of a partition true; the last argument says whether the partition was revoked meanwhile."""
Refetch = Callable[[str, int], Awaitable[None]]
"""Has the missing block of a topic-partition fetched again."""


class Lane:
    """The work of one partition number, from its opening to its revoke."""

    def __init__(
        self,
        partition: int,
        *,
        ledgers: Mapping[str, Ledger],
        state: State,
        job: Job,
        write: Write,
        refetch: Refetch,
        observer: Observer,
        halt: Halt,
    ) -> None:
        self.partition = partition
        self.ledgers = ledgers
        self._state = state
        self._job = job
        self._write = write
        self._refetch = refetch
        self._observer = observer
        self._halt = halt
        self._batches: deque[RecordBatch] = deque()
        self._waiting: Counter[str] = Counter()
        self._asked: deque[tuple[Compute, asyncio.Future[None]]] = deque()
        self._wake = asyncio.Event()
        self._taken: RecordBatch | None = None
        self._busy_since: float | None = None
        self._next_tick = 0.0
        self._left_at: float | None = None
        self._writing = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, with the job's `opened`."""
        self._task = asyncio.create_task(self._run(), name=f"lane-{self.partition}")

    def put(self, batch: RecordBatch) -> None:
        """Queue a batch."""
        self._batches.append(batch)
        self._waiting[batch.topic] += 1
        self._wake.set()

    def wants(self, topic: str) -> bool:
        """Whether few enough batches of the topic wait here. Safe to ask from another thread."""
        return self._waiting[topic] < WAITING

    def idle(self, topic: str) -> bool:
        """Whether nothing of this topic is waiting or worked on."""
        return not self._waiting[topic] and not self.ledgers[topic].working

    def oldest(self, topic: str) -> int | None:
        """Kafka's time (milliseconds since 1970) of the first record of the topic that waits here or is worked on."""
        batches = self._batches if self._taken is None else (self._taken, *self._batches)
        return next((batch.records[0].timestamp for batch in batches if batch.topic == topic), None)

    @property
    def busy(self) -> float:
        """Seconds that have gone into what is being done now."""
        return 0.0 if self._busy_since is None else time.monotonic() - self._busy_since

    def caught_up(self, topic: str) -> bool:
        """Whether everything that the topic held when the lane was opened is finished."""
        return self.ledgers[topic].caught_up

    async def run_step(self, compute: Compute) -> None:
        """Have a step done between two batches; see `Desk.run_step`."""
        if self._leaving():
            raise Unavailable(f"partition {self.partition} is being closed")
        done = asyncio.get_running_loop().create_future()
        self._asked.append((compute, done))
        self._wake.set()
        await done

    def leave(self) -> None:
        """Take up nothing more."""
        self._left_at = time.monotonic()
        self._wake.set()

    async def closed(self) -> None:
        """After `leave`: return when nothing of this partition is written any more.

        A step that is being written is waited for. One that is still computed is cancelled after a while: nothing of it
        was written, so it will be computed again by whoever gets the partition.
        """
        if self._task is None or self._left_at is None:
            raise RuntimeError("a lane is closed after it was started and has left")
        await asyncio.wait({self._task}, timeout=max(0.0, self._left_at + GRACE - time.monotonic()))
        if not self._task.done() and not self._writing:
            self._task.cancel()
        await asyncio.wait({self._task}, timeout=max(0.0, self._left_at + DRAIN - time.monotonic()))
        if not self._task.done():
            self._halt(f"partition {self.partition} is still being written at its revoke")

    async def _run(self) -> None:
        try:
            try:
                self._busy_since = time.monotonic()
                await self._job.opened(self.partition, self._state)
                while not self._leaving():
                    await self._turn()
            finally:
                self._job.closed(self.partition)
                self._dismiss()
        except LeaseLost:
            pass  # the partition is somebody else's, and what was in hand is computed again there
        except asyncio.CancelledError:
            # Nobody of ours cancels a lane before it leaves; the client of a dying broker does, in whoever awaits it.
            if not self._leaving():
                self._halt(f"partition {self.partition}: cancelled from outside")
        except Exception as error:  # noqa: BLE001 -- whatever it is, the step must not be finished
            self._halt(f"partition {self.partition}: {where(error)}")

    async def _turn(self) -> None:
        """One thing: a step asked for, else a tick that is due, else a batch, else wait."""
        self._busy_since = time.monotonic()
        if self._asked:
            compute, done = self._asked[0]
            await self._make_true(await compute(self._state))
            self._asked.popleft()
            if not done.done():
                done.set_result(None)
        elif (now := time.monotonic()) >= self._next_tick:
            await self._make_true(await self._job.tick(self.partition, time.time(), self._state))
            self._next_tick = time.monotonic() + TICK
        elif self._batches:
            await self._take(self._batches.popleft())
        else:
            await self._sleep(self._next_tick - now)

    async def _take(self, batch: RecordBatch) -> None:
        self._waiting[batch.topic] -= 1
        self._taken = batch
        ledger, begun = self.ledgers[batch.topic], time.monotonic()
        expected = ledger.next
        match ledger.admit(batch.start, batch.end):
            case Admission.MISSING:
                await self._refetch(batch.topic, batch.partition)
            case Admission.TAKEN:
                batch = batch.since(expected)
                if batch.records:
                    await self._make_true(await self._job.batch(batch, self._state))
                ledger.finish()
                seconds = time.monotonic() - begun
                self._observer.finished(batch.topic, batch.partition, len(batch.records), seconds)
        self._taken = None

    async def _make_true(self, step: Step | None) -> None:
        if step is None or not (step.outputs or step.state):
            return
        self._writing = True  # from here on the step is not cancelled
        await self._write(self.partition, step, self._leaving)
        self._writing = False

    async def _sleep(self, seconds: float) -> None:
        self._busy_since = None
        self._wake.clear()
        timer = asyncio.get_running_loop().call_later(seconds, self._wake.set)
        try:
            await self._wake.wait()
        finally:
            timer.cancel()

    def _leaving(self) -> bool:
        return self._left_at is not None

    def _dismiss(self) -> None:
        for _, done in self._asked:
            if not done.done():
                done.set_exception(Unavailable(f"partition {self.partition} was closed"))
        self._asked.clear()
        self._batches.clear()
