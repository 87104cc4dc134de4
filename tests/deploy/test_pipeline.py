"""The whole pipeline, as `ipt-pulse up` starts it."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from typer.testing import CliRunner

from deploy.cli import app
from deploy.local.doctor import examine
from deploy.local.influxd import INFLUXDB_2, cached
from deploy.local.layout import load
from deploy.local.pipeline import choose_influxd, pipeline_services, up
from deploy.local.stack import down, status
from streams.adapters.admin import describe_topics
from streams.topics import TOPICS
from tests.adapters.switch import Switch, switch

WATCHED = ["analysis", "alerting", "timeseries", "console", "gateway", "refit", "auditor"]
"""Those that a dead man's switch hears."""
SERVICES = ["kafka", *WATCHED, "phone"]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "home"
    down(tmp_path / "home")


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Iterator[Switch]:
    """A dead man's switch that every process of a stack is to be heard by, each by its name."""
    with switch() as receiver:
        monkeypatch.setenv("IPT_PULSE_HEARTBEAT_URL", f"{receiver.url}/{{component}}")
        monkeypatch.setenv("IPT_PULSE_HEARTBEAT_EVERY_S", "0.5")
        yield receiver


def freeze_all(heard: Switch, pids: list[int]) -> None:
    """Each of ours is heard while it is well, and no more once it is frozen."""
    deadline = time.monotonic() + 60
    while heard.heard.keys() != set(WATCHED):
        assert time.monotonic() < deadline, heard.heard
        time.sleep(0.1)
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    time.sleep(0.5)  # what was on its way
    heard.silent()
    time.sleep(2.0)
    assert heard.silent() == set(WATCHED)
    for pid in pids:
        os.kill(pid, signal.SIGCONT)


@pytest.mark.kafka
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_up_starts_everything_and_down_leaves_nothing(home: Path, heard: Switch) -> None:
    told: list[str] = []
    layout = up(home, influxdb=False, report=told.append)
    found = status(layout, pipeline_services(layout))
    assert {one.name: one.state for one in found} == dict.fromkeys(SERVICES, "up")
    assert sorted(line.split(":")[0] for line in told if " ready after " in line) == sorted(SERVICES)
    assert {topic.name for topic in TOPICS} <= describe_topics(layout.kafka).keys()
    assert [one for one in examine(home) if one.is_broken] == []
    assert CliRunner().invoke(app, ["status", "--home", str(home)]).exit_code == 0

    freeze_all(heard, [one.pid for one in found if one.pid and one.name in WATCHED])
    assert CliRunner().invoke(app, ["down", "--home", str(home)]).exit_code == 0
    pids = {one.pid for one in found}
    assert pids.isdisjoint(psutil.pids())
    assert load(home) == layout
    assert (home / "kafka" / "log").exists()


def test_influxdb_is_run_when_it_is_found_unless_it_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", "")
    assert choose_influxd(None) is None
    program = cached(INFLUXDB_2)
    program.parent.mkdir(parents=True)
    program.touch()
    chosen = choose_influxd(None)
    assert chosen is not None
    assert chosen.program == program
    assert choose_influxd(True) == chosen
    assert choose_influxd(False) is None
