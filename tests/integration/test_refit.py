"""`ipt-pulse refit` on a real Kafka: it reads what analysis keeps, and a running worker goes by the new version."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from deploy.local.kafka import KafkaBroker
from schemas.alerts import AlertSignal
from streams.adapters.admin import create_topics
from streams.adapters.policy import read_policy
from streams.agents.keys import is_patient
from streams.topics import EVENTS, POPULATION, SIGNALS, STATE_OF_ANALYSIS
from tests.core.builders import check_in
from tests.integration.workers import ROOT, Worker, consume, produce, running, wait

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

PARTITIONS = 4
PATIENTS = [f"p-{number}" for number in range(8)]
DAYS = 40


@pytest.fixture
def own_kafka(tmp_path: Path) -> Iterator[str]:
    with KafkaBroker(tmp_path / "kafka") as broker:
        create_topics(broker.bootstrap, PARTITIONS)
        yield broker.bootstrap


def refit(kafka: str, home: Path, *options: str) -> dict[str, object]:
    told = {"IPT_PULSE_KAFKA": kafka, "IPT_PULSE_HOME": str(home)}
    command = [sys.executable, "-P", "-m", "deploy.cli", "refit", *options]
    ended = subprocess.run(command, cwd=ROOT, env=os.environ | told, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    summary: dict[str, object] = orjson.loads(ended.stdout.splitlines()[-1])
    return summary


def send(kafka: str, patients: list[str], moods: list[tuple[float, float]]) -> None:
    events = [check_in(day, mood, subject=patient) for patient in patients for day, mood in moods]
    produce(kafka, EVENTS, [(event.subject.encode(), event.to_json()) for event in events])


STEADY = [(day + hour, 6.0 + (day % 3 - 1)) for day in range(DAYS) for hour in (0.4, 0.6)]
FALLEN = [(day + hour, 3.0) for day in range(DAYS, DAYS + 8) for hour in (0.4, 0.6)]


def versions(kafka: str) -> dict[str, str]:
    """Under which version each patient's newest finding was made."""
    signals = map(AlertSignal.model_validate_json, consume(kafka, SIGNALS).values())
    return {signal.patient: signal.policy_version for signal in signals}


@pytest.mark.timeout(600)  # three starts of a process on a busy machine
def test_a_running_worker_takes_up_each_version_and_keeps_it_over_a_restart(own_kafka: str, tmp_path: Path) -> None:
    worker = Worker("analysis", own_kafka, tmp_path)
    taken = f'ipt_worker_records_total{{topic="{POPULATION}"}}'
    with running(worker):
        assert refit(own_kafka, tmp_path, "--dry-run") | {"version": ""} == {
            "version": "", "patients": 0, "links": 0, "published": 0,
        }  # fmt: skip
        send(own_kafka, PATIENTS, STEADY)
        wait(lambda: sum(map(is_patient, consume(own_kafka, STATE_OF_ANALYSIS))) == len(PATIENTS))
        wait(lambda: worker.metric('ipt_worker_records_total{topic="patient.events"}') == len(PATIENTS) * len(STEADY))

        send(own_kafka, PATIENTS[:1], FALLEN)
        wait(lambda: set(versions(own_kafka)) == {PATIENTS[0]})
        first = refit(own_kafka, tmp_path)
        assert (first["patients"], first["published"]) == (len(PATIENTS), PARTITIONS)
        wait(lambda: worker.metric(taken) == PARTITIONS)
        send(own_kafka, PATIENTS[1:2], FALLEN)
        wait(lambda: set(versions(own_kafka)) == set(PATIENTS[:2]))

        second = refit(own_kafka, tmp_path)
        assert second["version"] != first["version"]
        wait(lambda: worker.metric(taken) == 2 * PARTITIONS)
        worker.kill()
        worker.start()
        worker.wait_until_ready()
        send(own_kafka, PATIENTS[2:3], FALLEN)
        wait(lambda: set(versions(own_kafka)) == set(PATIENTS[:3]))
    found = versions(own_kafka)
    policy = read_policy().version
    assert [found[patient] for patient in PATIENTS[:3]] == [
        policy,
        f"{policy}+{first['version']}",
        f"{policy}+{second['version']}",
    ]
