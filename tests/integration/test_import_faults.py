"""Everything is killed while an import runs: the same points arrive, each once, and nobody is notified."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from deploy.local.influxd import INFLUXDB_2, find
from deploy.local.layout import Layout
from deploy.local.pipeline import pipeline_services, up
from deploy.local.services import shared_environment
from deploy.local.stack import down, status
from tests.integration.imports import bare_environment, expected_moods, import_command, processed, write_rows
from tests.integration.workers import wait

pytestmark = [pytest.mark.kafka, pytest.mark.influxdb, pytest.mark.slow]

VICTIMS = ("kafka", "gateway", "analysis", "timeseries", "influxdb")


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Layout]:
    if find(INFLUXDB_2) is None and not os.environ.get("CI"):
        pytest.skip("there is no InfluxDB here: ipt-pulse prepare --influxdb builds one")
    home = tmp_path / "stack"
    layout = up(home, influxdb=True)
    try:
        yield layout
    finally:
        down(home)


def running(stack: Layout, name: str) -> int | None:
    """The process id of a service; None while it does not run."""
    return next(one.pid for one in status(stack, pipeline_services(stack)) if one.name == name)


def has_begun(stack: Layout) -> bool:
    """Whether the gateway has taken anything yet."""
    lines = httpx.get(f"{stack.url('gateway')}/metrics").text.splitlines()
    return any(line.startswith("ipt_gateway_accepted_total") and float(line.split()[1]) > 0 for line in lines)


def kill(stack: Layout, name: str) -> None:
    """kill -9, then wait until its supervisor has started another."""
    victim = running(stack, name)
    assert victim is not None
    os.kill(victim, signal.SIGKILL)
    wait(lambda: running(stack, name) not in {None, victim})


def mood_points(stack: Layout) -> set[tuple[str, int, float]]:
    """Person, time in seconds, mood: what InfluxDB holds."""
    settings = shared_environment(stack)
    answer = httpx.get(
        f"{stack.url('influxdb')}/query",
        params={"db": settings["IPT_PULSE_INFLUX_BUCKET"], "q": "SELECT mood FROM mood GROUP BY patient", "epoch": "s"},
        headers={"Authorization": f"Token {settings['IPT_PULSE_INFLUX_TOKEN']}"},
    )
    [result] = answer.raise_for_status().json()["results"]
    series = result.get("series", ())
    return {(one["tags"]["patient"], time, round(mood, 6)) for one in series for time, mood in one["values"]}


def test_an_import_survives_the_death_of_everything(stack: Layout, tmp_path: Path) -> None:
    rows = write_rows(tmp_path / "large.csv", persons=100)
    command, environment = import_command(rows, tmp_path / "report.json"), bare_environment(stack)
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as importing:
        wait(lambda: has_begun(stack))
        for name in VICTIMS:
            kill(stack, name)
        assert importing.wait(240) == 0
    tally = processed(stack)
    assert tally.accepted == tally.analysed
    wait(lambda: mood_points(stack) == expected_moods(rows))
    assert tally.alerts
    assert all(alert.imported for alert in tally.alerts.values())
    assert tally.notified == tally.on_the_way == 0
