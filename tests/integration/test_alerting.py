"""Safety events on a real Kafka reach a pager that is as unreliable as a real one: none lost, one page each."""

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.kafka import KafkaBroker
from schemas.alerts import Alert, AlertStatus
from streams.adapters.admin import create_topics
from streams.core.ids import hashed_id
from streams.topics import ALERTS, EVENTS
from tests.agents.events import crisis, event, phq9
from tests.fake_pager import FakePager, faulty
from tests.integration.workers import Worker, consume, produce, running, wait

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

PARTITIONS = 4
HEARD = {"instrument": "PHQ-9", "field": "data", "reason": "an answer is outside 0 to 3"}


@pytest.fixture(scope="module")
def own_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A broker whose topics nobody else writes to: the workers' names for them are fixed."""
    with KafkaBroker(tmp_path_factory.mktemp("kafka")) as broker:
        create_topics(broker.bootstrap, PARTITIONS)
        yield broker.bootstrap


@pytest.fixture
def pager() -> Iterator[FakePager]:
    with FakePager() as listening:
        yield listening


@pytest.fixture
def worker(own_kafka: str, tmp_path: Path, pager: FakePager) -> Worker:
    return Worker(
        "alerting",
        own_kafka,
        tmp_path,
        IPT_PULSE_PAGER_URL=pager.url,
        IPT_PULSE_PAGER_SECRET="secret-canary",  # noqa: S106 -- of a pager of ours
    )


def first_page(patient: str, rule: str, event_id: str = "e1") -> str:
    return hashed_id(hashed_id(patient, rule, "app/1", event_id), "0", "on_call")


def alerts(kafka: str, patients: set[str]) -> dict[str, Alert]:
    found = map(Alert.model_validate_json, consume(kafka, ALERTS).values())
    return {alert.patient: alert for alert in found if alert.patient in patients}


def test_a_safety_event_pages_once_and_history_pages_nobody(own_kafka: str, worker: Worker, pager: FakePager) -> None:
    with running(worker):
        produce(
            own_kafka,
            EVENTS,
            [
                (b"once-1", crisis(patient="once-1", data={"note": "note-canary"})),
                (b"once-1", crisis(patient="once-1", receivedat="2026-03-02T10:00:00Z")),
                (b"once-2", crisis(patient="once-2", history=True)),
                (b"once-3", event("check-in.v1", {"mood": 1}, patient="once-3")),
                (b"once-4", phq9(1, patient="once-4")),
                (b"once-5", event("call.v1", HEARD, patient="once-5")),
                (b"once-5", phq9(1, patient="once-5").replace(b'"9":1', b'"1":7,"9":1')),
                (b"once-5", phq9(1, patient="once-5")),
            ],
        )
        patients = {"once-1", "once-2", "once-4", "once-5"}
        expected = {first_page(patient, "safety.item9") for patient in ("once-4", "once-5")}
        expected.add(first_page("once-1", "safety.contact"))
        wait(lambda: pager.paged.keys() >= expected)
        wait(
            lambda: (
                {patient: alert.status for patient, alert in alerts(own_kafka, patients).items()}
                == dict.fromkeys(patients, AlertStatus.NOTIFIED) | {"once-2": AlertStatus.RAISED}
            )
        )
        assert worker.stop() == 0
    assert [one.key for one in pager.received if one.key in expected] == [one.key for one in pager.received]
    assert len(pager.received) == 3
    for canary in ("once-1", "note-canary", "secret-canary", "safety", "crisis"):
        assert canary not in str(pager.received)
        assert canary not in worker.log


@pytest.mark.timeout(600)  # five starts of a worker on a busy machine
@pytest.mark.parametrize("seed", [1])
def test_kills_and_a_faulty_pager_lose_nothing_and_page_nobody_twice(
    seed: int, own_kafka: str, worker: Worker, pager: FakePager
) -> None:
    chance = random.Random(seed)  # noqa: S311 -- moments to kill at, not secrets
    pager.answer = faulty(0.3, seed)
    patients = [f"killed-{number}" for number in range(400)]
    expected = {first_page(patient, "safety.contact") for patient in patients}
    try:
        worker.start()
        for group in range(5):
            some = patients[group * 80 : (group + 1) * 80]
            produce(own_kafka, EVENTS, [(one.encode(), crisis(patient=one)) for one in some])
            worker.wait_until_ready()
            time.sleep(chance.uniform(0, 0.4))
            worker.kill()
            worker.start()
        wait(lambda: expected <= pager.paged.keys(), seconds=120)
        wait(
            lambda: {alert.status for alert in alerts(own_kafka, set(patients)).values()} == {AlertStatus.NOTIFIED},
            seconds=120,
        )
    finally:
        worker.kill()
    assert {one.key for one in pager.received} == expected
    assert len(alerts(own_kafka, set(patients))) == len(patients)
