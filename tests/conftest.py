"""Real servers for the tests that are about them, each on a free loopback port and in a folder of its own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from deploy.local.kafka import KafkaBroker


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of one broker that all tests share: use topic and group names of your own."""
    with KafkaBroker(tmp_path_factory.mktemp("kafka")) as shared:
        yield shared.bootstrap


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Callable[..., KafkaBroker]]:
    """Start brokers of your own, to freeze or kill: `broker()`, with KafkaBroker's keywords."""
    with ExitStack() as running:
        started: list[KafkaBroker] = []

        def start(**options: object) -> KafkaBroker:
            one = KafkaBroker(tmp_path / f"kafka-{len(started)}", **options)  # type: ignore[arg-type]
            started.append(one)
            return running.enter_context(one)

        yield start
