"""The auditor beside real workers: silent through kills, rebalances and replays; loud when one event is forgotten."""

from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from deploy.local.kafka import KafkaBroker
from streams.adapters.admin import create_topics
from streams.topics import EVENTS
from tests.core.builders import raw
from tests.integration.workers import Worker, produce, running
from tests.integration.workers import wait as wait_for

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

PARTITIONS = 4
wait = partial(wait_for, seconds=180.0)
"""Five starts of a process, on a machine that may be busy."""

FORGETFUL = (str(Path(__file__).with_name("forgetful.py")),)
AUDIT = ("-P", "-m", "deploy.cli", "audit")


@pytest.fixture
def own_kafka(tmp_path: Path) -> Iterator[str]:
    with KafkaBroker(tmp_path / "kafka") as broker:
        create_topics(broker.bootstrap, PARTITIONS)
        yield broker.bootstrap


def events(first: int, count: int, word: str = "told") -> list[tuple[bytes, bytes]]:
    """Check-ins of eight patients, and one record in forty that cannot be read."""
    made = []
    for n in range(first, first + count):
        patient = f"p-{n % 8}"
        value = raw("check-in.v1", 10 + n / 500, {"mood": n % 11}, subject=patient, id=f"{word}-{n}")
        made.append((patient.encode(), b"{" if n % 40 == 39 else value))
    return made


def settled(auditor: Worker) -> float:
    return auditor.metric("ipt_audit_settled_total")


@pytest.mark.timeout(900)
def test_it_is_silent_through_kills_and_rebalances_and_loud_about_one_that_is_forgotten(
    own_kafka: str, tmp_path: Path
) -> None:
    first, second = (Worker("analysis", own_kafka, tmp_path, IPT_PULSE_WORKER_NAME=name) for name in ("a", "b"))
    auditor = Worker("auditor", own_kafka, tmp_path, command=AUDIT)
    with ExitStack() as stack:
        stack.enter_context(running(auditor))
        produce(own_kafka, EVENTS, events(0, 800))
        wait(lambda: auditor.metric("ipt_audit_waiting") == 800)
        stack.enter_context(running(first))
        stack.callback(second.kill)
        wait(lambda: settled(auditor) == 800)
        second.start()  # a rebalance, while events keep coming
        produce(own_kafka, EVENTS, events(800, 400))
        second.wait_until_ready()
        first.kill()
        produce(own_kafka, EVENTS, events(400, 800))  # half of them copies
        wait(lambda: settled(auditor) == 2_000)
        auditor.kill()
        produce(own_kafka, EVENTS, events(1_600, 100))
        auditor.start()  # goes on where it was, or some seconds before
        wait(lambda: auditor.metric("ipt_audit_waiting") == 0 and auditor.trouble == "ready\n")
        assert auditor.metric("ipt_audit_missing") == 0
        assert "neither" not in auditor.log
        assert second.stop() == 0

        with running(Worker("analysis", own_kafka, tmp_path, command=FORGETFUL)):
            produce(own_kafka, EVENTS, [*events(2_000, 30), *events(2_030, 1, "forgotten"), *events(2_031, 30)])
            wait(lambda: "1 accepted events are neither analysed nor set aside" in auditor.trouble)
            assert auditor.metric("ipt_audit_missing") == 1
        assert '"partition"' in auditor.log or "partition=" in auditor.log
