"""A clinic's Kafka, InfluxDB and home, backed up at work and brought back on fresh servers, where it goes on."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pyrage
import pytest
from kafka import KafkaConsumer, TopicPartition
from kafka.consumer.fetcher import ConsumerRecord

from deploy.local.influxd import INFLUXDB_2
from deploy.local.influxdb import InfluxDB
from deploy.local.kafka import KafkaBroker
from schemas.alerts import Alert, Notification
from schemas.events import AnyEvent
from schemas.reading import Accepted, read_event
from streams.adapters.accounts import Accounts, Role
from streams.adapters.admin import create_topics, forget_before, positions_of
from streams.adapters.influx_admin.server import Server
from streams.adapters.tokens_devices import Devices
from streams.adapters.topic import Outgoing, send
from streams.adapters.vault import Vault
from streams.cli.backup.folder import Folder
from streams.cli.backup.manifest import Manifest
from streams.topics import ALERTS, EVENTS, NOTIFICATIONS, POINTS, TOPICS, VIEWS, Topic
from tests.agents.events import event, phq9
from tests.fake_pager import FakePager
from tests.integration.test_analysis import cohort
from tests.integration.workers import ROOT, Worker, consume, policy_at_any_hour, produce, records, running, wait

pytestmark = [pytest.mark.kafka, pytest.mark.influxdb, pytest.mark.slow]

PARTITIONS, PATIENTS = 4, 3
GROUPS = ("analysis", "alerting")
EXPIRED = 7
PASSWORD = "long enough for a test"  # noqa: S105 - of an account of this test


@dataclass(frozen=True)
class Clinic:
    """Servers, and what ours are told of them."""

    kafka: str
    influxdb: InfluxDB
    home: Path
    told: dict[str, str]

    def worker(self, name: str) -> Worker:
        return Worker(name, self.kafka, self.home, **self.told)

    def cli(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        told = {
            "IPT_PULSE_KAFKA": self.kafka,
            "IPT_PULSE_HOME": str(self.home),
            "IPT_PULSE_INFLUX_URL": self.influxdb.url,
            "IPT_PULSE_INFLUX_TOKEN": self.influxdb.token,
        }
        command = [sys.executable, "-P", "-m", "deploy.cli", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=os.environ | self.told | told, capture_output=True, text=True, check=False
        )

    def caught_up(self) -> bool:
        """Whether both groups have taken up all there is."""
        positions = {
            (group, TopicPartition(topic, number)): offset
            for (group, topic, number), (offset, _) in positions_of(self.kafka, GROUPS).items()
        }
        with closing(KafkaConsumer(bootstrap_servers=self.kafka)) as consumer:
            events = [TopicPartition(EVENTS, number) for number in range(PARTITIONS)]
            ends = consumer.end_offsets([*events, *(place for _, place in positions)])
        heard = {(group, place) for group in GROUPS for place in events if ends[place] > EXPIRED}
        return heard <= positions.keys() and all(offset >= ends[place] for (_, place), offset in positions.items())


def patiently(until: Callable[[], object]) -> None:
    """Each look takes clients of its own, so not too often."""
    wait(lambda: until() or time.sleep(0.7), seconds=120)


@pytest.fixture
def pager() -> Iterator[FakePager]:
    with FakePager() as listening:
        yield listening


def clinic(folder: Path, opened: ExitStack, pager: FakePager) -> Clinic:
    broker = opened.enter_context(KafkaBroker(folder / "kafka"))
    influxdb = opened.enter_context(InfluxDB(folder / "influxdb", INFLUXDB_2))
    home = folder / "home"
    home.mkdir()
    told = {
        "IPT_PULSE_PAGER_URL": pager.url,
        "IPT_PULSE_PAGER_SECRET": "secret",
        "IPT_PULSE_POLICY": str(policy_at_any_hour(folder / "policy")),
    }
    return Clinic(broker.bootstrap, influxdb, home, told)


def test_what_was_lost_is_back_and_nobody_is_paged_twice(tmp_path: Path, pager: FakePager) -> None:
    key = pyrage.x25519.Identity.generate()
    identity = tmp_path / "key.txt"
    identity.write_text(f"# public key: {key.to_public()}\n{key}\n")
    backup = tmp_path / "backup"
    with ExitStack() as opened:
        (tmp_path / "before").mkdir()
        before = clinic(tmp_path / "before", opened, pager)
        sealed = live(before)
        with running(before.worker("alerting")), running(before.worker("analysis")):
            patiently(before.caught_up)
            patiently(lambda: len(consume(before.kafka, VIEWS)) == PATIENTS)
            wait(lambda: pager.received)
            write_points(before)
            made = before.cli("backup", str(backup), "--recipient", str(key.to_public()))
            assert made.returncode == 0, made.stderr
        paged = {one.key for one in pager.received}

        (tmp_path / "after").mkdir()
        after = clinic(tmp_path / "after", opened, pager)
        back = after.cli("restore", str(backup), "--identity", str(identity), "--expect", made.stdout.strip())
        assert back.returncode == 0, back.stderr

        for topic in TOPICS:
            compare(before, after, topic, Folder(backup, identity=identity).manifest)
        assert points(after) == points(before)
        assert opens_what_was_sealed(after, sealed)
        again = after.cli("restore", str(backup), "--identity", str(identity))
        assert again.returncode == 1
        assert "restore into an empty home" in again.stderr

        with running(after.worker("alerting")), running(after.worker("analysis")):
            produce(after.kafka, EVENTS, [(b"called", called()), (b"new", phq9(2, patient="new", time=now()))])
            patiently(lambda: {alert.patient for alert in alerts(after)} >= {"called", "new"})
            patiently(after.caught_up)
            wait(lambda: {one.key for one in pager.received} > paged)
        known = {alert.alert_id for alert in alerts(before)}
        assert {alert.alert_id for alert in alerts(after) if alert.patient != "new"} == known
        keys = [one.key for one in pager.received]
        assert len(keys) == len(set(keys)), "somebody was paged twice"
        assert {one.key for one in pager.received} - paged == pages_of("new", after)


def now() -> str:
    return datetime.now(UTC).isoformat()


def called() -> bytes:
    """Always the same event."""
    return phq9(1, patient="called", event_id="call")


def live(one: Clinic) -> bytes:
    """Weeks of a small clinic, on partitions whose first records have expired; returns an event with a sealed note."""
    create_topics(one.kafka, PARTITIONS)
    send(one.kafka, [Outgoing(EVENTS, None, b"", number) for number in range(PARTITIONS) for _ in range(EXPIRED)])
    forget_before(one.kafka, EVENTS, dict.fromkeys(range(PARTITIONS), EXPIRED))
    produce(one.kafka, EVENTS, [record for _, record in cohort(patients=2, days=84, seed=5)] + [(b"called", called())])
    Accounts(one.home / "accounts.sqlite").add("dana", Role.LEAD, PASSWORD)
    Devices(one.home).close()
    vault = Vault(one.home / "keys")
    vault.load(["called"])
    note = parsed(event("check-in.v1", {"mood": 3, "note": "a canary"}, patient="called"))
    return vault.seal(note).model_dump_json(exclude_none=True).encode()


def parsed(raw: bytes) -> AnyEvent:
    found = read_event(raw)
    assert isinstance(found, Accepted)
    return found.event


def write_points(one: Clinic) -> None:
    """What `worker timeseries` does, and beside it every kind of value that InfluxDB has."""
    lines = [line for _, value in records(one.kafka, POINTS) for line in value.decode().splitlines()]
    odd = 'odd,tag=a\\ b\\,c\\=d text="say \\"a\\\\b\\"",whole=6i,part=6,small=1e-07,yes=true 1700000000123456789'
    for some in (lines, [odd, "odd,tag=e whole=7i 1700000000123456789"]):
        answer = httpx.post(
            f"{one.influxdb.url}/api/v2/write",
            params={"org": one.influxdb.org, "bucket": one.influxdb.bucket, "precision": "ns"},
            headers={"Authorization": f"Token {one.influxdb.token}"},
            content="\n".join(some).encode(),
        )
        assert answer.is_success, answer.text


def points(one: Clinic) -> list[str]:
    """All there are, with their series and types."""
    with closing(Server(one.influxdb.url, one.influxdb.token)) as server:
        found = list(server.stream('SELECT * FROM "autogen"./.*/ GROUP BY *', one.influxdb.bucket, chunk=100_000))
        kinds = server.influxql("SHOW FIELD KEYS", one.influxdb.bucket)
    assert kinds
    return [*found, str(sorted(map(str, kinds)))]


def compare(before: Clinic, after: Clinic, topic: Topic, manifest: Manifest) -> None:
    """What workers said of themselves after the backup was made is not in it."""
    if topic.retention_days is None:
        newest = {key: value for key, value in consume(before.kafka, topic.name).items() if value}
        assert consume(after.kafka, topic.name) == newest
        return
    extents, restored = manifest.extents[topic.name], whole(after.kafka, topic.name)
    ends = {number: extent.first + extent.records for number, extent in extents.items()}
    assert restored == [one for one in whole(before.kafka, topic.name) if one[1] < ends[one[0]]]


def whole(kafka: str, topic: str) -> list[tuple[int, int, int, bytes, bytes, object]]:
    """Every record: partition, offset, time, key, value, headers."""
    with closing(KafkaConsumer(bootstrap_servers=kafka)) as consumer:
        places = [TopicPartition(topic, number) for number in sorted(consumer.partitions_for_topic(topic))]
        consumer.assign(places)
        ends = consumer.end_offsets(places)
        consumer.seek_to_beginning(*places)
        found = []
        while any(consumer.position(place) < ends[place] for place in places):
            for some in consumer.poll(timeout_ms=500).values():
                found += map(seen, some)
    return sorted(found, key=lambda one: one[:2])


def seen(one: ConsumerRecord) -> tuple[int, int, int, bytes, bytes, object]:
    return one.partition, one.offset, one.timestamp, one.key, one.value, tuple(one.headers)


def alerts(one: Clinic) -> list[Alert]:
    return [Alert.model_validate_json(value) for value in consume(one.kafka, ALERTS).values()]


def pages_of(patient: str, one: Clinic) -> set[str]:
    told = [Notification.model_validate_json(value) for _, value in records(one.kafka, NOTIFICATIONS)]
    return {found.notification_id for found in told if found.patient == patient}


def opens_what_was_sealed(one: Clinic, sealed: bytes) -> bool:
    vault = Vault(one.home / "keys")
    vault.load(["called"])
    signed_in = Accounts(one.home / "accounts.sqlite").sign_in("dana", PASSWORD, source="here", now=datetime.now(UTC))
    assert getattr(signed_in, "role", None) is Role.LEAD
    assert {path.stat().st_mode & 0o077 for path in (one.home / "keys").rglob("*") if path.is_file()} == {0}
    return vault.unseal(parsed(sealed)).data.note == "a canary"
