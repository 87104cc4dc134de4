"""Points reach a real InfluxDB, whatever happens to it on the way, or wait on disk until there is one."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from deploy.local.influxdb import InfluxDB
from deploy.local.kafka import KafkaBroker
from streams.adapters.admin import create_topics
from streams.topics import POINTS
from tests.integration.workers import ROOT, Worker, produce, running, wait

pytestmark = [pytest.mark.kafka, pytest.mark.influxdb, pytest.mark.slow]

START = 1_700_000_000_000_000_000


@pytest.fixture
def own_kafka(tmp_path: Path) -> Iterator[str]:
    with KafkaBroker(tmp_path / "kafka") as broker:
        create_topics(broker.bootstrap, 4)
        yield broker.bootstrap


def records(count: int, first: int = 0) -> list[tuple[bytes, bytes]]:
    """`count` records of two points each."""
    return [
        (
            f"p{number % 50}".encode(),
            f"mood,patient=p{number % 50} v={number} {START + 2 * number}\n"
            f"mood,patient=p{number % 50} v={number}.5 {START + 2 * number + 1}".encode(),
        )
        for number in range(first, first + count)
    ]


def stored(influxdb: InfluxDB) -> list[float]:
    answer = httpx.get(
        f"{influxdb.url}/query",
        params={"db": influxdb.bucket, "q": "SELECT v FROM mood"},
        headers={"Authorization": f"Token {influxdb.token}"},
        timeout=30,
    )
    [result] = answer.json()["results"]
    return [row[1] for series in result.get("series", ()) for row in series["values"]]


def told(influxdb: InfluxDB) -> dict[str, str]:
    return {"IPT_PULSE_INFLUX_URL": influxdb.url, "IPT_PULSE_INFLUX_TOKEN": influxdb.token}


def expected(count: int) -> list[float]:
    return [number / 2 for number in range(2 * count)]


def test_while_influxdb_is_down_points_wait_and_then_all_arrive(
    own_kafka: str, own_influxdb: InfluxDB, tmp_path: Path
) -> None:
    worker = Worker("timeseries", own_kafka, tmp_path, **told(own_influxdb))
    with running(worker):
        produce(own_kafka, POINTS, records(200))
        wait(lambda: stored(own_influxdb) == expected(200))
        own_influxdb.kill()
        produce(own_kafka, POINTS, records(4_000, 200))
        wait(lambda: worker.metric("ipt_points_waiting"))
        worker.kill()
        worker.start()
        wait(lambda: worker.metric("ipt_points_waiting"))
        wait(lambda: "not ready: InfluxDB has taken no points" in worker.trouble)
        own_influxdb.start()
        wait(lambda: len(stored(own_influxdb)) >= 8_400)
        assert stored(own_influxdb) == expected(4_200)
        wait(lambda: worker.trouble == "ready\n")
        assert worker.stop() == 0


def test_without_influxdb_points_wait_on_disk_until_they_are_loaded(
    own_kafka: str, influxdb18: InfluxDB, tmp_path: Path
) -> None:
    worker = Worker("timeseries", own_kafka, tmp_path)
    with running(worker):
        produce(own_kafka, POINTS, records(500))
        wait(lambda: worker.metric("ipt_points_written_total") >= 1_000)
        worker.kill()
        worker.start()
        worker.wait_until_ready()
        produce(own_kafka, POINTS, records(500, 500))
        wait(lambda: worker.metric("ipt_points_written_total") >= 1_000)
        assert worker.stop() == 0
    subprocess.run(
        [sys.executable, "-P", "-m", "deploy.cli", "load-points"],
        cwd=ROOT,
        env={**os.environ, "IPT_PULSE_HOME": str(tmp_path), **told(influxdb18)},
        check=True,
    )
    assert stored(influxdb18) == expected(1_000)
    assert list((tmp_path / "points").glob("*.lp")) == []
