"""A trial: topics of its own on a real broker, workers as processes, and what an independent reader finds."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient, NewTopic

PARTITIONS = 4
WORKER = Path(__file__).with_name("worker.py")
ROOT = Path(__file__).parents[2]


class WorkerProcess:
    def __init__(self, command: list[str], log: Path) -> None:
        self._log = log
        with log.open("a") as sink:
            self._process = subprocess.Popen(
                command, stdout=sink, stderr=subprocess.STDOUT, env=os.environ | {"PYTHONPATH": str(ROOT)}
            )

    def signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def exit_code(self, timeout: float = 30.0) -> int:
        return self._process.wait(timeout)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def said(self, word: str) -> list[str]:
        return [line for line in self._log.read_text().splitlines() if line.startswith(word)]

    @property
    def log(self) -> str:
        return self._log.read_text()

    def wait_until(self, what: Callable[["WorkerProcess"], object], seconds: float = 30.0) -> None:
        deadline = time.monotonic() + seconds
        while not what(self):
            assert self.alive, self.log
            assert time.monotonic() < deadline, self.log
            time.sleep(0.05)


class Trial:
    def __init__(self, bootstrap: str, name: str, folder: Path) -> None:
        self.bootstrap, self.name, self.folder = bootstrap, name, folder
        self.inputs, self.seen = (f"{name}-events", f"{name}-more"), f"{name}-seen"
        self.admin = KafkaAdminClient(bootstrap_servers=bootstrap)
        self.admin.create_topics([NewTopic(topic, PARTITIONS, 1) for topic in (*self.inputs, self.seen)])
        self.truth: dict[bytes, set[str]] = defaultdict(set)
        self._sent = 0
        self._workers: list[WorkerProcess] = []

    def start(self, worker: str = "a", **options: object) -> WorkerProcess:
        state = self.folder / worker
        command = [sys.executable, str(WORKER), self.bootstrap, str(state), self.name]
        command += [f"{key}={value}" for key, value in options.items()]
        log = self.folder / f"{worker}-{len(self._workers)}.log"
        self._workers.append(WorkerProcess(command, log))
        return self._workers[-1]

    def send(self, count: int, *, keys: int = 200, rate: float = 0.0) -> None:
        """Produce events, at `rate` a second when it is given."""
        producer = KafkaProducer(bootstrap_servers=self.bootstrap, linger_ms=2, acks="all")
        begun = time.monotonic()
        for i in range(count):
            key, event = f"k{self._sent % keys}".encode(), f"e{self._sent}"
            producer.send(self.inputs[self._sent // 7 % 2], key=key, value=event.encode())
            self.truth[key].add(event)
            self._sent += 1
            if rate and (early := begun + i / rate - time.monotonic()) > 0:
                time.sleep(early)
        producer.close()

    def send_and_expire(self, count: int) -> None:
        """Produce events that the broker deletes before anybody reads them."""
        before, self.truth = self.truth, defaultdict(set)
        self.send(count)
        self.truth = before
        self.admin.delete_records(dict.fromkeys(self._tps(), -1))

    def _tps(self) -> list[TopicPartition]:
        return [TopicPartition(topic, p) for topic in self.inputs for p in range(PARTITIONS)]

    @contextmanager
    def sending(self, count: int, *, rate: float) -> Iterator[None]:
        """Produce events in the background; all are sent when the block ends."""
        thread = threading.Thread(target=self.send, args=(count,), kwargs={"rate": rate})
        thread.start()
        try:
            yield
        finally:
            thread.join()

    def lag(self) -> dict[TopicPartition, int]:
        """Offsets of each topic-partition that are not committed."""
        tps = self._tps()
        consumer = KafkaConsumer(bootstrap_servers=self.bootstrap, group_id=self.name, enable_auto_commit=False)
        ends = consumer.end_offsets(tps)
        lag = {tp: ends[tp] - (consumer.committed(tp) or 0) for tp in tps}
        consumer.close()
        return lag

    def finish(self, seconds: float = 60.0, *, supervised: bool = False) -> None:
        """Wait until every event is committed; `supervised`: a worker that has exited is started again."""
        deadline = time.monotonic() + seconds
        while any(self.lag().values()):
            if supervised and not self._workers[-1].alive:
                self.start(f"again-{len(self._workers)}")
            assert time.monotonic() < deadline, (self.lag(), *(w.log[-2000:] for w in self._workers))
            time.sleep(0.3)

    def read(self, topic: str) -> Iterator[tuple[bytes, bytes]]:
        """Everything in a topic, read by somebody who is not ours."""
        tps = [TopicPartition(topic, p) for p in range(PARTITIONS)]
        consumer = KafkaConsumer(bootstrap_servers=self.bootstrap, enable_auto_commit=False)
        consumer.assign(tps)
        consumer.seek_to_beginning(*tps)
        ends = consumer.end_offsets(tps)
        while any(consumer.position(tp) < ends[tp] for tp in tps):
            for records in consumer.poll(timeout_ms=500).values():
                for record in records:
                    yield record.key, record.value
        consumer.close()

    def check(self, *, repeats: bool = False) -> None:
        """State and outputs are the truth; `repeats`: after a kill, outputs may have come twice."""
        state = {key: set(json.loads(value)) for key, value in self.read(f"{self.name}-state-changelog")}
        assert state == self.truth
        seen = Counter(value.decode() for _, value in self.read(self.seen))
        events = {event for events in self.truth.values() for event in events}
        assert seen.keys() == events
        if not repeats:
            assert seen.total() == len(events)

    def close(self) -> None:
        for worker in self._workers:
            worker.kill()
        self.admin.close()
