"""The Kafka of docker-compose.yml, running, and what every service of ours is told to sign in at it."""

from collections.abc import Iterator

import pytest

from tests.deploy.compose.broker import USER, ComposeKafka


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ComposeKafka]:
    with ComposeKafka(tmp_path_factory.mktemp("kafka")) as broker:
        yield broker


@pytest.fixture(scope="module")
def told(secured: ComposeKafka) -> dict[str, str]:
    return {
        "IPT_PULSE_KAFKA": secured.bootstrap,
        "IPT_PULSE_KAFKA_USER": USER,
        "IPT_PULSE_SECRETS_DIR": str(secured.secrets),
    }
