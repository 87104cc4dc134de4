"""Every kind of process signs in at the Kafka of docker-compose.yml with the same settings; nobody else gets in."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError

from deploy.local.ports import free_ports
from schemas.alerts import ActionKind, Alert
from streams.adapters.topic import read_topic
from streams.console.actions import Actions, clinician_action
from streams.console.changes import Changes
from streams.console.store import Store
from streams.settings import settings
from streams.topics import ALERTS
from tests.agents.events import phq9
from tests.deploy.compose.broker import PASSWORD, ComposeKafka
from tests.deploy.compose.processes import ROOT, cli
from tests.integration.workers import Worker, running, wait

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

WEBS = ("gateway", "console")


@pytest.fixture
def in_here(topics: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This process has the settings too."""
    for name, value in topics.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


def test_who_does_not_know_the_password_gets_nothing_and_is_told(topics: dict[str, str]) -> None:
    refused = cli("topics", "list", **topics, IPT_PULSE_KAFKA_PASSWORD="a-guess-of-somebody-else")  # noqa: S106
    assert refused.returncode == 1
    assert "is its password right?" in refused.stderr
    assert "guess" not in refused.stderr
    assert PASSWORD not in refused.stderr


def test_who_brings_no_name_gets_nothing(secured: ComposeKafka) -> None:
    with pytest.raises(KafkaError):
        KafkaAdminClient(bootstrap_servers=secured.bootstrap, bootstrap_timeout_ms=1_000)


@pytest.mark.usefixtures("in_here")
def test_an_answer_to_item_9_goes_all_the_way(topics: dict[str, str], secured: ComposeKafka, tmp_path: Path) -> None:
    ports = dict(zip(WEBS, free_ports(len(WEBS)), strict=True))
    home = tmp_path / "home"
    home.mkdir()
    with ExitStack() as opened:
        # Two of one service, as `--scale` makes them: the same settings, the same volume.
        for worker in (scaled(secured, home, topics) for _ in range(2)):
            opened.enter_context(running(worker))
        auditor = Worker("audit", secured.bootstrap, home, command=("-P", "-m", "deploy.cli", "audit"), **topics)
        opened.enter_context(running(auditor))
        for name in WEBS:
            opened.enter_context(web(name, ports[name], home, topics))
        for port in ports.values():
            wait(lambda port=port: ready(port))

        event = tmp_path / "event.ndjson"
        event.write_bytes(phq9(1, patient="scram-1", time=datetime.now(UTC).isoformat()) + b"\n")
        sent = cli("send", str(event), **topics, IPT_PULSE_HOME=str(home), IPT_PULSE_GATEWAY_PORT=str(ports["gateway"]))
        assert "1 accepted" in sent.stderr
        wait(alerts)
        assert sorted(path.name for path in (home / "workers").iterdir() if path.is_dir()) == [
            "alerting-1",
            "alerting-2",
        ]
    assert alerts()[0].patient == "scram-1"


def scaled(secured: ComposeKafka, home: Path, topics: dict[str, str]) -> Worker:
    return Worker("alerting", secured.bootstrap, home, **topics | {"IPT_PULSE_WORKER_NAME": "alerting-{slot}"})


class web:  # noqa: N801 - used as a context manager
    """The gateway or the console as a process."""

    def __init__(self, name: str, port: int, home: Path, topics: dict[str, str]) -> None:
        self._command = [sys.executable, "-P", "-m", "deploy.cli", name]
        self._told = topics | {"IPT_PULSE_HOME": str(home), f"IPT_PULSE_{name.upper()}_PORT": str(port)}

    def __enter__(self) -> None:
        self._process = subprocess.Popen(self._command, cwd=ROOT, env=os.environ | self._told)

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(30)


def ready(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=2).is_success
    except httpx.TransportError:
        return False


def alerts() -> list[Alert]:
    found = read_topic(settings().kafka, ALERTS)
    return [Alert.model_validate_json(record.value) for records in found for record in records]


@pytest.mark.usefixtures("in_here")
async def test_the_console_sends_what_clinicians_do(tmp_path: Path) -> None:
    store = Store(tmp_path / "store.sqlite")
    actions = Actions(settings().kafka, store, Changes())
    action = clinician_action("a-1", "scram-1", ActionKind.ACKNOWLEDGE, by="dana", at=datetime.now(UTC), seen_version=1)
    producer = await actions._connected()
    sent = await producer.send_and_wait("alert.actions", action.model_dump_json().encode(), key=b"scram-1")
    assert sent.topic == "alert.actions"
    await producer.stop()
    store.close()
