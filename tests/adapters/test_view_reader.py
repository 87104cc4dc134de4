from collections.abc import Callable

import pytest
from kafka import KafkaProducer

from deploy.local.kafka import KafkaBroker
from deploy.local.ports import free_ports
from streams.adapters.admin import create_topics
from streams.adapters.view_reader import read_views
from streams.errors import Unavailable
from streams.topics import TOPICS, VIEWS
from tests.console.samples import view


@pytest.mark.kafka
def test_the_newest_view_of_each_patient_is_read_and_an_erased_one_is_not(broker: Callable[..., KafkaBroker]) -> None:
    kafka = broker().bootstrap
    create_topics(kafka, 2)
    producer = KafkaProducer(bootstrap_servers=kafka, acks="all")
    older, newer, erased = view("p-1"), view("p-1").model_copy(update={"scores": ()}), view("p-2")
    for value in (older, newer, erased):
        producer.send(VIEWS, key=value.patient.encode(), value=value.model_dump_json().encode())
    producer.send(VIEWS, key=b"p-2", value=None)
    producer.send(VIEWS, key=b"p-3", value=b"{unreadable")
    producer.close()
    assert list(read_views(kafka)) == [newer]


@pytest.mark.kafka
def test_without_the_topic_it_says_so(broker: Callable[..., KafkaBroker]) -> None:
    kafka = broker().bootstrap
    create_topics(kafka, 2, topics=[topic for topic in TOPICS if topic.name != VIEWS])
    with pytest.raises(Unavailable, match="no topic"):
        list(read_views(kafka))


def test_without_kafka_it_says_so() -> None:
    with pytest.raises(Unavailable, match="does not answer"):
        list(read_views(f"127.0.0.1:{free_ports(1)[0]}"))
