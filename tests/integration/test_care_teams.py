"""From an event to what a team's token reads, on real servers: each team finds its own patients and nobody else's."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from deploy.local.influxdb import InfluxDB
from deploy.local.kafka import KafkaBroker
from streams.adapters.admin import create_topics
from streams.adapters.care_teams import FILE
from streams.adapters.influx_admin.server import Server
from streams.adapters.influx_tokens import known_token, reader_file, writer_file
from streams.adapters.places import OPERATIONS, bucket_of, places
from streams.errors import Misconfigured
from streams.topics import EVENTS
from tests.core.builders import check_in, opened, phq9
from tests.integration.workers import ROOT, Worker, produce, running, wait

pytestmark = [pytest.mark.kafka, pytest.mark.influxdb, pytest.mark.slow]

BASE = "teams"
PLACES = places(("north", "south"))
OWN = {"p-north": "north", "p-south": "south", "p-nobody": ""}


@pytest.fixture
def own_kafka(tmp_path: Path) -> Iterator[str]:
    with KafkaBroker(tmp_path / "kafka") as broker:
        create_topics(broker.bootstrap, 2)
        yield broker.bootstrap


def seen(reader: Server, measurement: str) -> set[str]:
    """The patients that a token finds, in whichever bucket."""
    found = set()
    for place in PLACES:
        try:
            asked = f'SELECT * FROM "{measurement}" GROUP BY "patient"'  # noqa: S608 -- of constants
            rows = reader.influxql(asked, bucket_of(BASE, place))
        except Misconfigured:
            continue
        found |= {row["patient"] for row in rows}
    return found


def test_each_team_reads_what_its_own_patients_said(own_kafka: str, influxdb: InfluxDB, tmp_path: Path) -> None:
    policy = tmp_path / "policy"
    shutil.copytree(ROOT / "deploy" / "policy", policy)
    (policy / FILE).write_text("teams: [{id: north, name: North}, {id: south, name: South}]")
    told = {
        "IPT_PULSE_HOME": str(tmp_path),
        "IPT_PULSE_POLICY": str(policy),
        "IPT_PULSE_PARTITIONS": "2",
        "IPT_PULSE_INFLUX_URL": influxdb.url,
        "IPT_PULSE_INFLUX_BUCKET": BASE,
        "IPT_PULSE_INFLUX_ADMIN_TOKEN": influxdb.token,
    }
    setup = [sys.executable, "-P", "-m", "deploy.cli", "influx", "setup"]
    subprocess.run(setup, cwd=ROOT, env={**os.environ, **told}, check=True)
    told["IPT_PULSE_INFLUX_TOKEN"] = known_token(writer_file(tmp_path / "keys")) or ""
    names = ("analysis", "alerting", "timeseries")
    workers = [Worker(name, own_kafka, tmp_path, **told) for name in names]
    with running(workers[0]), running(workers[1]), running(workers[2]):
        events = [
            event.model_copy(update={"subject": patient})
            for patient, team in OWN.items()
            for event in (
                opened(0, id=f"open-{patient}", **({"care_team": team} if team else {})),
                check_in(1, 6, id=f"said-{patient}"),
                phq9(2, 12, 2, id=f"asked-{patient}"),
            )
        ]
        produce(own_kafka, EVENTS, [(event.subject.encode(), event.to_json()) for event in events])
        readers = {
            place: Server(influxdb.url, known_token(reader_file(tmp_path / "keys", bucket_of(BASE, place))) or "")
            for place in PLACES
        }
        for measurement in ("mood", "questionnaire", "standing", "alert"):
            for patient, place in OWN.items():
                wait(partial(_finds, readers[place], measurement, {patient}))
        assert [worker.stop() for worker in workers] == [0, 0, 0]
    assert seen(readers[OPERATIONS], "mood") == seen(readers[OPERATIONS], "alert") == set()
    for reader in readers.values():
        reader.close()


def _finds(reader: Server, measurement: str, patients: set[str]) -> bool:
    return seen(reader, measurement) == patients
