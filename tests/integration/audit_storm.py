"""Minutes of kills, joins and broker faults beside an auditor; the last line is one JSON object.

python -m tests.integration.audit_storm SECONDS
"""
# ruff: noqa: T201, S311 -- what it prints is what it is for; made-up moments to kill at

import json
import random
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

from kafka import KafkaProducer

from deploy.local.kafka import KafkaBroker
from streams.adapters.admin import create_topics
from streams.topics import EVENTS
from tests.core.builders import raw
from tests.integration.test_audit import AUDIT, FORGETFUL, PARTITIONS
from tests.integration.workers import Worker, produce, wait

RATE = 450
BROKER_FAULT_EVERY_S = 45.0
FROZEN_S = 8.0
"""Longer than a session."""
NAMES = ("a", "b", "c")


class Sender(threading.Thread):
    """Sends check-ins of 300 patients until it is told to stop: one in twenty a copy, one in fifty unreadable."""

    def __init__(self, kafka: str) -> None:
        super().__init__()
        self.sent = 0
        self.over = threading.Event()
        self._kafka = kafka

    def run(self) -> None:
        producer = KafkaProducer(bootstrap_servers=self._kafka, acks="all", linger_ms=5, retries=1000)
        begun = time.monotonic()
        while not self.over.is_set():
            n, patient = self.sent, f"p-{self.sent % 300}"
            one = raw("check-in.v1", 10 + n / 20_000, {"mood": n % 11}, subject=patient, id=str(n if n % 20 else n - 7))
            producer.send(EVENTS, key=patient.encode(), value=b"{" if n % 50 == 49 else one)
            self.sent += 1
            time.sleep(max(0.0, begun + self.sent / RATE - time.monotonic()))
        producer.close()


def storm(broker: KafkaBroker, workers: list[Worker], auditor: Worker, seconds: float) -> dict[str, int]:
    """Kill and stop what works, for so long; returns how often."""
    chance, counts = random.Random(7), {"workers": 0, "brokers": 0, "auditors": 0}
    end, next_broker = time.monotonic() + seconds, time.monotonic() + BROKER_FAULT_EVERY_S
    while time.monotonic() < end:
        time.sleep(chance.uniform(3.0, 8.0))
        victim = chance.choice(workers)
        if victim.is_running:
            counts["workers"] += 1
            victim.kill() if chance.random() < 0.7 else victim.stop()
        for one in workers:
            if not one.is_running and chance.random() < 0.7:
                one.start()
        if chance.random() < 0.1:
            counts["auditors"] += 1
            auditor.kill()
            auditor.start()
        if time.monotonic() > next_broker:
            next_broker += BROKER_FAULT_EVERY_S
            counts["brokers"] += 1
            fault(broker, freeze=counts["brokers"] % 2 == 1)
    return counts


def fault(broker: KafkaBroker, *, freeze: bool) -> None:
    """Freeze the broker beyond a session, or kill it and start it again."""
    if freeze:
        broker.pause()
        time.sleep(FROZEN_S)
        broker.resume()
    else:
        broker.kill()
        broker.start()


def main(seconds: float) -> None:
    """Storm, let everything settle, and then forget one event on purpose."""
    with tempfile.TemporaryDirectory() as folder, KafkaBroker(Path(folder) / "kafka") as broker:
        home, kafka = Path(folder), broker.bootstrap
        create_topics(kafka, PARTITIONS)
        workers = [Worker("analysis", kafka, home, IPT_PULSE_WORKER_NAME=name) for name in NAMES]
        auditor, sender = Worker("auditor", kafka, home, command=AUDIT), Sender(kafka)
        try:
            auditor.start()
            workers[0].start()
            sender.start()
            counts = storm(broker, workers, auditor, seconds)
            sender.over.set()
            sender.join()
            wait(lambda: settled(workers, auditor), seconds=300.0)
            shouts = auditor.log.count("neither analysed")
            for one in workers:
                one.kill()
            found = {"sent": sender.sent, "killed_or_stopped": counts, "false_shouts": shouts}
            print(json.dumps(found | {"shouted_after_s": round(forget(kafka, home, auditor), 1)}))
        finally:
            sender.over.set()
            for one in (*workers, auditor):
                one.kill()


def settled(workers: list[Worker], auditor: Worker) -> bool:
    """Whether all is accounted for; whoever has exited is started again, as a supervisor would."""
    for one in workers:
        if not one.is_running:
            one.start()
    return auditor.trouble == "ready\n" and auditor.metric("ipt_audit_waiting") == 0


def forget(kafka: str, home: Path, auditor: Worker) -> float:
    """Seconds until the auditor shouts about one event that a worker forgets."""
    forgetful = Worker("analysis", kafka, home, command=FORGETFUL)
    try:
        forgetful.start()
        forgetful.wait_until_ready()
        begun = time.monotonic()
        ids = ["a", "forgotten", "b"]
        produce(kafka, EVENTS, [(b"p-1", raw("check-in.v1", 30, {"mood": 5}, subject="p-1", id=name)) for name in ids])
        wait(lambda: "neither analysed" in auditor.trouble)
        return time.monotonic() - begun
    finally:
        forgetful.kill()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main(float(sys.argv[1]))
