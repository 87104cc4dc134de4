"""The Kafka of docker-compose.yml, running, and what every service of ours is told to sign in at it."""

from collections.abc import Iterator

import pytest

from streams.topics import TOPICS
from tests.deploy.compose.broker import USER, ComposeKafka
from tests.deploy.compose.processes import cli


@pytest.fixture(scope="session")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ComposeKafka]:
    with ComposeKafka(tmp_path_factory.mktemp("kafka")) as broker:
        yield broker


@pytest.fixture(scope="session")
def told(secured: ComposeKafka) -> dict[str, str]:
    return {
        "IPT_PULSE_KAFKA": secured.bootstrap,
        "IPT_PULSE_KAFKA_USER": USER,
        "IPT_PULSE_SECRETS_DIR": str(secured.secrets),
    }


@pytest.fixture(scope="session")
def topics(told: dict[str, str]) -> dict[str, str]:
    """What is told, once the topics are made."""
    made = cli("topics", "create", **told)
    assert made.stdout.startswith(f"{len(TOPICS)} made"), made.stderr
    return told
