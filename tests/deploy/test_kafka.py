from collections.abc import Callable
from pathlib import Path

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient, NewTopic

from deploy.local.errors import StackError
from deploy.local.kafka import KafkaBroker, is_ready
from deploy.local.ports import free_ports

pytestmark = pytest.mark.kafka


def make_topic(bootstrap: str, name: str) -> None:
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    admin.create_topics([NewTopic(name=name, num_partitions=1, replication_factor=1)])
    admin.close()


def send(bootstrap: str, topic: str, *values: bytes) -> None:
    producer = KafkaProducer(bootstrap_servers=bootstrap, acks="all")
    for value in values:
        producer.send(topic, value=value).get(timeout=30)
    producer.close()


def read(bootstrap: str, topic: str) -> list[bytes]:
    consumer = KafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    partition = TopicPartition(topic, 0)
    consumer.assign([partition])
    end = consumer.end_offsets([partition])[partition]
    consumer.seek_to_beginning(partition)
    values: list[bytes] = []
    while consumer.position(partition) < end:
        values += [record.value for records in consumer.poll(timeout_ms=1_000).values() for record in records]
    consumer.close()
    return values


def test_what_is_sent_is_read(kafka: str) -> None:
    make_topic(kafka, "deploy-roundtrip")
    send(kafka, "deploy-roundtrip", b"one", b"two")
    assert read(kafka, "deploy-roundtrip") == [b"one", b"two"]


def test_a_kill_and_a_restart_keep_data_and_address(broker: Callable[..., KafkaBroker]) -> None:
    one = broker()
    make_topic(one.bootstrap, "kept")
    send(one.bootstrap, "kept", b"before")
    one.kill()
    assert not is_ready(one.bootstrap)
    one.start()
    send(one.bootstrap, "kept", b"after")
    assert read(one.bootstrap, "kept") == [b"before", b"after"]


def test_a_frozen_broker_goes_on_where_it_was(broker: Callable[..., KafkaBroker]) -> None:
    one = broker()
    one.pause()
    assert not is_ready(one.bootstrap)
    one.resume()
    make_topic(one.bootstrap, "thawed")
    send(one.bootstrap, "thawed", b"here")
    assert read(one.bootstrap, "thawed") == [b"here"]


def test_a_taken_port_is_named(kafka: str, tmp_path: Path) -> None:
    port = int(kafka.rpartition(":")[2])
    with pytest.raises(StackError, match=f"Port {port}, where Kafka should listen, is taken"):
        KafkaBroker(tmp_path, port=port).start()


def test_a_broker_that_cannot_start_shows_the_end_of_its_log(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="Kafka could not format"):
        KafkaBroker(tmp_path, port=free_ports(1)[0], settings={"process.roles": "nonsense"}).start()
