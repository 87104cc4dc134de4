import pytest
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient

from streams.adapters.admin import create_topics, describe_topics
from streams.errors import Misconfigured, Unavailable
from streams.topics import Topic

ONE = Topic("admin.one", "for this test", 7)
TWO = Topic("admin.two", "for this test", None)


@pytest.mark.kafka
def test_topics_are_made_once(kafka: str) -> None:
    assert sorted(create_topics(kafka, 3, topics=(ONE, TWO))) == ["admin.one", "admin.two"]
    assert create_topics(kafka, 3, topics=(ONE, TWO)) == []
    assert describe_topics(kafka)["admin.one"] == 3


@pytest.mark.kafka
def test_only_missing_topics_are_made(kafka: str) -> None:
    early, late = Topic("admin.early", "", 1), Topic("admin.late", "", 1)
    create_topics(kafka, 2, topics=(early,))
    assert create_topics(kafka, 2, topics=(early, late)) == ["admin.late"]


@pytest.mark.kafka
def test_settings_of_a_topic_that_is_there_are_brought_up_to_date(kafka: str) -> None:

    create_topics(kafka, 1, topics=(Topic("admin.kept", "", 1),))
    create_topics(kafka, 1, topics=(Topic("admin.kept", "", 30),))
    admin = KafkaAdminClient(bootstrap_servers=kafka)
    found = admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, "admin.kept")])
    admin.close()
    assert found["topic"]["admin.kept"]["retention.ms"]["value"] == str(30 * 24 * 60 * 60 * 1000)


@pytest.mark.kafka
def test_another_number_of_partitions_is_refused(kafka: str) -> None:
    topic = Topic("admin.counted", "", 1)
    create_topics(kafka, 2, topics=(topic,))
    with pytest.raises(Misconfigured, match=r"admin\.counted has 2"):
        create_topics(kafka, 4, topics=(topic,))
    assert describe_topics(kafka)["admin.counted"] == 2


def test_no_broker_is_unavailable() -> None:
    with pytest.raises(Unavailable, match="did not answer"):
        create_topics("127.0.0.1:9", 1, wait_s=0.5)
