import socket
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.cli import app
from deploy.local.doctor import Finding, examine
from deploy.local.keeper import Supervisor
from deploy.local.layout import Layout, plan
from deploy.local.services import HOME_MARK, Service
from deploy.local.stack import down


def about(findings: list[Finding], name: str) -> Finding:
    return next(one for one in findings if one.about == name)


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, arguments, env={"COLUMNS": "200"})
    return result.exit_code, result.stdout


@pytest.fixture
def supervised(tmp_path: Path, kafka: str) -> Iterator[Layout]:
    """A stack whose Kafka is there, and whose own services are not."""
    chosen = plan(tmp_path, None)
    layout = replace(chosen, ports={**chosen.ports, "kafka": int(kafka.rpartition(":")[2])})
    layout.save()
    sleeper = Service("kafka", (sys.executable, "-c", "import time; time.sleep(600)"), lambda: True, kafka)
    supervisor = Supervisor(layout.home)
    supervisor.launch([sleeper], {HOME_MARK: str(layout.home)})
    supervisor.start("kafka")
    yield layout
    down(layout.home)


def test_before_the_first_start_nothing_is_broken(tmp_path: Path) -> None:
    findings = examine(tmp_path / "home")
    assert [one for one in findings if one.is_broken] == []
    assert about(findings, "Services").found.startswith("not started")
    assert not (tmp_path / "home").exists()
    assert run("doctor", "--home", str(tmp_path / "home"))[0] == 0


def test_a_home_that_cannot_be_written_is_broken(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    finding = about(examine(tmp_path / "file" / "home"), "Home")
    assert finding.is_broken
    assert "--home" in finding.todo
    code, told = run("doctor", "--home", str(tmp_path / "file" / "home"))
    assert code == 1
    assert "broken" in told


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    layout = plan(tmp_path, None)
    layout.save()
    assert not about(examine(tmp_path), "Ports").todo
    with socket.create_server(("127.0.0.1", layout.ports["gateway"])):
        finding = about(examine(tmp_path), "Ports")
    assert finding.is_broken
    assert f"{layout.ports['gateway']} (gateway)" in finding.found


@pytest.mark.kafka
def test_a_running_broker_says_its_release_and_what_is_not_up_is_named(supervised: Layout) -> None:
    findings = examine(supervised.home)
    assert about(findings, "Broker").found == f"{supervised.kafka} answers, Kafka 4.1"
    assert "gateway stopped" in about(findings, "Services").found
    assert about(findings, "Services").is_broken


@pytest.mark.kafka
def test_status_shows_each_process_and_fails_unless_all_are_up(supervised: Layout) -> None:
    code, told = run("status", "--home", str(supervised.home))
    assert code == 1
    rows = {line.split()[0]: line.split()[1] for line in told.splitlines() if line}
    assert rows["kafka"] == "up"
    assert rows["gateway"] == "stopped"


def test_status_and_down_where_nothing_was_ever_started(tmp_path: Path) -> None:
    code, told = run("status", "--home", str(tmp_path))
    assert code == 1
    assert "ipt-pulse up" in told
    code, told = run("down", "--home", str(tmp_path))
    assert code == 0
    assert "Nothing was up" in told


def test_the_home_can_be_named_in_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IPT_PULSE_HOME", str(tmp_path / "named"))
    assert str(tmp_path / "named") in run("status")[1]
