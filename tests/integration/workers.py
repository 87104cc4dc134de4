"""Our workers as processes, on real servers."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from deploy.local.ports import free_ports

ROOT = Path(__file__).parents[2]


def wait(until: Callable[[], object], *, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


class Worker:
    """One worker; started again after a kill it is the same member of its group, with the same files."""

    def __init__(
        self, name: str, kafka: str, home: Path, *, command: Sequence[str] | None = None, **environment: str
    ) -> None:
        self._command = command or ("-P", "-m", "deploy.cli", "worker", name)
        self._port = free_ports(1)[0]
        self._log = home / f"{name}.log"
        self._environment: Mapping[str, str] = {
            **os.environ,
            "IPT_PULSE_KAFKA": kafka,
            "IPT_PULSE_HOME": str(home),
            "IPT_PULSE_METRICS_PORT": str(self._port),
            "IPT_PULSE_WORKER_NAME": name,
            **environment,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, *self._command],
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def wait_until_ready(self) -> None:
        wait(lambda: self._alive() and self._get("/readyz"))

    @property
    def trouble(self) -> str:
        """What /readyz says."""
        try:
            return httpx.get(f"http://127.0.0.1:{self._port}/readyz", timeout=2).text
        except httpx.TransportError:
            return ""

    def metric(self, name: str) -> float:
        found = [line for line in self._get("/metrics").splitlines() if line.startswith(name)]
        return sum(float(line.split()[-1]) for line in found)

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> int:
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(30)

    @property
    def log(self) -> str:
        return self._log.read_text()

    def _alive(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self.log
        return True

    def _get(self, path: str) -> str:
        try:
            answer = httpx.get(f"http://127.0.0.1:{self._port}{path}", timeout=2)
        except httpx.TransportError:
            return ""
        return answer.text if answer.is_success else ""


def policy_at_any_hour(folder: Path) -> Path:
    """The policy that ships, without waiting for anybody's working hours."""
    shutil.copytree(ROOT / "deploy" / "policy", folder)
    routes = folder / "routes.yaml"
    routes.write_text(routes.read_text().replace("in_working_hours: true", "in_working_hours: false"))
    return folder


@contextmanager
def running(worker: Worker) -> Iterator[Worker]:
    worker.start()
    try:
        worker.wait_until_ready()
        yield worker
    finally:
        worker.kill()


def produce(kafka: str, topic: str, records: list[tuple[bytes, bytes]]) -> None:
    producer = KafkaProducer(bootstrap_servers=kafka, acks="all")
    for key, value in records:
        producer.send(topic, key=key, value=value)
    producer.flush()
    producer.close()


def consume(kafka: str, topic: str) -> dict[bytes, bytes]:
    """The newest value of each key, up to now."""
    return dict(records(kafka, topic))


def records(kafka: str, topic: str) -> list[tuple[bytes, bytes]]:
    """Keys and values of all records, up to now; in order within each partition."""
    consumer = KafkaConsumer(bootstrap_servers=kafka)
    partitions = [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic)]
    consumer.assign(partitions)
    ends = consumer.end_offsets(partitions)
    consumer.seek_to_beginning(*partitions)
    read: list[tuple[bytes, bytes]] = []
    while any(consumer.position(one) < ends[one] for one in partitions):
        for some in consumer.poll(timeout_ms=500).values():
            read += ((record.key, record.value) for record in some)
    consumer.close()
    return read
