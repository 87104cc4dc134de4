"""`ipt-pulse trail` on a real Kafka: an audit as it was written holds, and one with a line less or changed does not."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from deploy.local.kafka import KafkaBroker
from schemas.audit import AuditDeed, AuditEntry, Deed
from streams.adapters.admin import create_topics
from streams.adapters.topic import Outgoing, send
from streams.adapters.trail import Chain, written
from streams.cli.trail import app
from streams.settings import settings
from streams.topics import AUDIT

pytestmark = pytest.mark.kafka

LOOK = AuditDeed(at=datetime(2026, 11, 24, 3, tzinfo=UTC), who="u-1", deed=Deed.LOOKED, patient="p-1")


@pytest.fixture
def entries(
    broker: Callable[..., KafkaBroker], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[list[AuditEntry]]:
    """Ten entries of this machine's console, all of them confirmed; the topic is still empty."""
    running = broker()
    create_topics(running.bootstrap, 2)
    monkeypatch.setenv("IPT_PULSE_HOME", str(tmp_path))
    monkeypatch.setenv("IPT_PULSE_KAFKA", running.bootstrap)
    settings.cache_clear()
    chain = Chain(tmp_path / "trail.sqlite")
    made = [chain.add(LOOK) for _ in range(10)]
    chain.paid({entry.number for entry in made})
    yield made
    settings.cache_clear()


def put(*entries: AuditEntry) -> None:
    records = [written(entry) for entry in entries]
    send(settings().kafka, [Outgoing(AUDIT, record.key, record.value) for record in records])


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments), catch_exceptions=False)


def test_it_tells_what_was_taken_out_changed_or_cut_off(entries: list[AuditEntry], tmp_path: Path) -> None:
    writer = entries[0].writer
    put(*entries[:4], *entries[2:4])
    told = run("verify")
    assert told.exit_code == 1
    assert told.stdout == f"{writer}: number 5 is missing: the chain was cut off after the one before\n"

    put(*entries[4:])
    whole = run("verify")
    assert (whole.exit_code, whole.stdout) == (0, "")
    assert "12 entries in 1 chains: all of them hold" in whole.stderr
    kept = tmp_path / "kept.json"
    kept.write_text(run("end").stdout)
    assert json.loads(kept.read_text()) == {writer: {"number": 10, "hash": entries[-1].hash}}
    assert run("verify", "--known", str(kept)).exit_code == 0

    put(entries[6].model_copy(update={"patient": "p-2"}))
    assert run("verify").stdout == f"{writer}: number 7 is there twice, with different contents\n"
    send(settings().kafka, [Outgoing(AUDIT, b"x", b"no entry")])
    assert "this is no entry" in run("verify").stdout
