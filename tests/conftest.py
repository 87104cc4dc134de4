"""Real servers for the tests that are about them, each on a free loopback port and in a folder of its own."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import settings

from deploy.local.errors import StackError
from deploy.local.influxd import INFLUXDB_1, INFLUXDB_2, Release, ensure
from deploy.local.influxdb import InfluxDB
from deploy.local.kafka import KafkaBroker
from tests.locked_influxdb import LockedInfluxDB

settings.register_profile("no deadline", deadline=None)  # on a busy machine an example takes as long as it takes
settings.load_profile("no deadline")


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


def _influxdb(data_dir: Path, release: Release) -> InfluxDB:
    """Not started; built first where it has to be. Without a compiler the test is skipped, but never on CI."""
    try:
        return InfluxDB(data_dir, release)
    except StackError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def influxdb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InfluxDB]:
    """An InfluxDB 2.7 that all tests share (url, token, org, bucket): use measurements or buckets of your own."""
    with _influxdb(tmp_path_factory.mktemp("influxdb"), INFLUXDB_2) as shared:
        yield shared


@pytest.fixture(scope="session")
def influxdb18(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InfluxDB]:
    """An InfluxDB 1.8 that all tests share; takes any token."""
    with _influxdb(tmp_path_factory.mktemp("influxdb18"), INFLUXDB_1) as shared:
        yield shared


@pytest.fixture(scope="session")
def locked_influxdb18(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LockedInfluxDB]:
    """An InfluxDB 1.8 that all tests share and that asks for a token: use databases of your own."""
    ensure(INFLUXDB_1)
    with LockedInfluxDB(tmp_path_factory.mktemp("locked-influxdb18")) as shared:
        yield shared


@pytest.fixture
def own_influxdb(tmp_path: Path) -> Iterator[InfluxDB]:
    """An InfluxDB 2.7 of your own, to freeze, stop or kill."""
    with _influxdb(tmp_path / "influxdb", INFLUXDB_2) as one:
        yield one
