"""`worker analysis` on a real Kafka: what it makes of a cohort is what `rehearse` makes of it; poison stops nothing."""

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from kafka import KafkaConsumer, TopicPartition

from deploy.local.kafka import KafkaBroker
from schemas.alerts import AlertSignal
from streams.adapters.admin import create_topics
from streams.core.policy import Policy
from streams.core.rehearse import Rehearsal, rehearse
from streams.core.series.measurements import OF_EVENTS
from streams.topics import EVENTS, POINTS, REJECTED, SIGNALS
from tests.core.builders import raw
from tests.integration.workers import Worker, produce, running, wait

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

PARTITIONS = 4
START = datetime(2026, 5, 4, tzinfo=UTC)
Record = tuple[bytes, bytes]


@pytest.fixture
def own_kafka(tmp_path: Path) -> Iterator[str]:
    with KafkaBroker(tmp_path / "kafka") as broker:
        create_topics(broker.bootstrap, PARTITIONS)
        yield broker.bootstrap


def read_all(kafka: str, topic: str) -> list[tuple[bytes, bytes, dict[str, str]]]:
    """Every record up to now: key, value, headers."""
    consumer = KafkaConsumer(bootstrap_servers=kafka)
    partitions = [TopicPartition(topic, number) for number in range(PARTITIONS)]
    consumer.assign(partitions)
    ends = consumer.end_offsets(partitions)
    consumer.seek_to_beginning(*partitions)
    found = []
    while any(consumer.position(one) < ends[one] for one in partitions):
        for records in consumer.poll(timeout_ms=500).values():
            for record in records:
                headers = {name: value.decode() for name, value in record.headers}
                found.append((record.key, record.value, headers))
    consumer.close()
    return found


def cohort(patients: int, days: int, seed: int) -> list[tuple[datetime, Record]]:
    """Check-ins, conflicts and weekly PHQ-9s; every second patient's mood drops on day 59."""
    chance = random.Random(seed)  # noqa: S311 - a made-up cohort
    events: list[tuple[datetime, Record]] = []
    for patient in range(patients):
        name = f"p-{seed}-{patient}"
        zone = timezone(timedelta(hours=chance.choice([-5, 0, 1, 9])))
        swing = 0.0
        for day in range(days):
            low = 3 * (patient % 2 == 0 and day >= 59)
            for hour in (9, 12, 15, 18, 21):
                swing = 0.4 * swing + chance.gauss(0, 1.2)
                if chance.random() < 0.6:
                    mood = max(0, min(10, round(6 + swing - low)))
                    events.append(made(name, "check-in.v1", zone, (day, hour), {"mood": mood}))
            if chance.random() < 0.3:
                met = {"person_id": chance.choice("ab"), "kind": "conflict", "valence": -2}
                events.append(made(name, "interaction.v1", zone, (day, 14), met))
            if day % 7 == 0:
                items = {str(item): min(3, 1 + low // 2) for item in range(1, 9)} | {"9": 0}
                events.append(made(name, "questionnaire.v1", zone, (day, 20), {"instrument": "PHQ-9", "items": items}))
    return sorted(events)


def made(
    patient: str, kind: str, zone: timezone, at: tuple[int, int], data: dict[str, object]
) -> tuple[datetime, Record]:
    day, hour = at
    time = datetime(START.year, START.month, START.day, hour, tzinfo=zone) + timedelta(days=day)
    event = {
        "specversion": "1.0",
        "id": f"{kind}-{day}-{hour}",
        "source": "app/1",
        "type": kind,
        "subject": patient,
        "time": time.isoformat(),
        "data": data,
    }
    return time, (patient.encode(), json.dumps(event).encode())


def rehearsed(records: list[Record]) -> Rehearsal:
    return rehearse((value for _, value in records), Policy(version="1"))


def points(kafka: str) -> set[str]:
    """Those of single events; views and workers tell more, which depends on when they did."""
    lines = {line for _, value, _ in read_all(kafka, POINTS) for line in value.decode().split("\n")}
    return {line for line in lines if line.split(",", 1)[0] in OF_EVENTS}


def signals(kafka: str) -> list[AlertSignal]:
    return [AlertSignal.model_validate_json(value) for _, value, _ in read_all(kafka, SIGNALS)]


def test_a_cohort_in_time_gives_what_rehearse_gives_though_the_worker_is_killed(own_kafka: str, tmp_path: Path) -> None:
    records = [record for _, record in cohort(patients=4, days=84, seed=1)]
    expected = rehearsed(records)
    assert {alert.rule for alert in expected.alerts} == {"deterioration.mood", "deterioration.reliable"}
    worker = Worker("analysis", own_kafka, tmp_path)
    with running(worker):
        produce(own_kafka, EVENTS, records[: len(records) // 2])
        wait(lambda: points(own_kafka))
        worker.kill()
        produce(own_kafka, EVENTS, records[len(records) // 2 :])
        worker.start()
        worker.wait_until_ready()
        wait(lambda: points(own_kafka) >= set(expected.points))
        assert points(own_kafka) == set(expected.points)
        raised = {(signal.alert_id, signal.change) for signal in signals(own_kafka)}
        assert raised == {(alert.alert_id, "raised") for alert in expected.alerts}
        assert worker.stop() == 0


def test_a_cohort_up_to_ten_days_late_gives_the_same_findings_and_raises_none_twice(
    own_kafka: str, tmp_path: Path
) -> None:
    chance = random.Random(2)  # noqa: S311 - a made-up delay
    in_time = cohort(patients=4, days=84, seed=2)
    delayed = sorted((time + timedelta(days=chance.uniform(0, 10)), record) for time, record in in_time)
    records = [record for _, record in delayed for _ in range(1 + (chance.random() < 0.1))]
    expected = rehearsed([record for _, record in in_time])
    with running(Worker("analysis", own_kafka, tmp_path)):
        produce(own_kafka, EVENTS, records)
        wait(lambda: points(own_kafka) >= set(expected.points))
        assert points(own_kafka) == set(expected.points)
        heard = signals(own_kafka)
    raised = [signal.alert_id for signal in heard if signal.change == "raised"]
    assert len(raised) == len(set(raised))
    last = {signal.alert_id: signal for signal in heard}
    standing = [signal for signal in last.values() if signal.change != "revised"]
    for alert in expected.alerts:
        overlapping = [
            signal
            for signal in standing
            if (signal.patient, signal.rule, signal.raised_at) == (alert.patient, alert.rule, alert.raised_at)
            and signal.since == alert.since
        ]
        assert len(overlapping) == 1, alert
    assert len(standing) == len(expected.alerts)


POISON: list[tuple[bytes | None, bytes | None, str]] = [
    (b"p-1", b"{broken", ""),
    (b"p-1", b"\xff\xfe\x00", ""),
    (b"p-1", b"null", ""),
    (b"p-1", None, ""),
    (b"p-1", b"[1, 2]", ""),
    (b"\xff\x00\xfe", raw("check-in.v1", 1, {"mood": 5}), "subject"),
    (None, raw("check-in.v1", 1, {"mood": 5}), "subject"),
    (b"p-2", raw("check-in.v1", 1, {"mood": 5}), "subject"),
    (b"p-1", raw("check-in.v9", 1, {"mood": 5}), "type"),
    (b"p-1", raw("check-in.v1", 1, {"mood": "5"}), "data.mood"),
    (b"p-1", raw("check-in.v1", 1, {"mood": None}), "data.mood"),
    (b"p-1", raw("check-in.v1", 1, {"mood": 10.5}), "data.mood"),
    (b"p-1", raw("check-in.v1", 1, {"mood": 5}, time="2026-06-02T10:00:00"), "time"),
    (b"p-1", raw("check-in.v1", 1, {"mood": 5}, time="2199-06-02T10:00:00Z"), "time"),
    (b"p-1", raw("check-in.v1", 1, {"mood": 5, "note": "canary in plain"}), "data.note"),
    (b"p-1", raw("questionnaire.v1", 1, {"instrument": "PHQ-9", "items": {"1": 4}}), "data"),
    (b"p-1", raw("check-in.v1", 1, {"mood": 5, "affects": {"x" * 900_000: 1}}), "data.affects"),
]


def test_poison_is_set_aside_with_field_and_reason_and_its_neighbours_are_analysed(
    own_kafka: str, tmp_path: Path
) -> None:
    good = [(b"p-1", raw("check-in.v1", 2 + number / 24, {"mood": 5})) for number in range(len(POISON) + 1)]
    mixed: list[tuple[bytes | None, bytes | None]] = [good[0]]
    for (key, value, _), neighbour in zip(POISON, good[1:], strict=True):
        mixed += [(key, value), neighbour]
    with running(Worker("analysis", own_kafka, tmp_path)) as worker:
        produce(own_kafka, EVENTS, mixed)  # type: ignore[arg-type]
        wait(lambda: len(points(own_kafka)) >= len(good))
        wait(lambda: len(read_all(own_kafka, REJECTED)) >= len(POISON))
        rejected = read_all(own_kafka, REJECTED)
        log = worker.log
    assert len(points(own_kafka)) == len(good)
    found = sorted((headers["field"], headers["reason"] != "") for _, _, headers in rejected)
    assert [why for _, why in found] == [True] * len(POISON)
    assert [field.split(".*")[0].removesuffix(".") for field, _ in found] == sorted(field for *_, field in POISON)
    assert "canary" not in log
