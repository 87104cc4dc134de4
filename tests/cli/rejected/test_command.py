"""The commands on a real Kafka: what was set aside is listed, repaired, and goes back in once."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from deploy.local.kafka import KafkaBroker
from schemas.set_aside import Kind, Tag, Why
from streams.adapters.admin import create_topics
from streams.adapters.topic import Outgoing, read_topic, send
from streams.cli import app
from streams.topics import EVENTS, REJECTED
from tests.core.builders import raw


def run(*arguments: str, status: int = 0) -> Result:
    result = CliRunner().invoke(app, ["rejected", *arguments], env={"COLUMNS": "200"})
    assert result.exit_code == status, result.output
    assert "canary" not in result.output
    return result


def set_aside(bootstrap: str) -> None:
    """Ten check-ins that a patch can repair, one that nothing can, and a note in plain."""
    why = Why(Kind.UNREADABLE, "data.mood", "not a number")
    bad = [(f"p-{n}".encode(), raw("check-in.v1", n, {"mood": "5"}, subject=f"p-{n}"), n % 2) for n in range(10)]
    bad += [(b"p-1", b"canary {", 1), (b"p-1", raw("check-in.v1", 1, {"mood": 5, "note": "canary"}), 1)]
    tagged = enumerate(bad)
    headers = [Tag(why, EVENTS, partition, n).headers() for n, (_, _, partition) in tagged]
    send(
        bootstrap,
        [Outgoing(REJECTED, *one[:2], partition=one[2], headers=h) for one, h in zip(bad, headers, strict=True)],
    )


def listed(*arguments: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run("list", "--json", *arguments).stdout.splitlines()]


def events(bootstrap: str) -> list[tuple[bytes, float]]:
    found = [record for records in read_topic(bootstrap, EVENTS) for record in records]
    return sorted((record.key, json.loads(record.value)["data"]["mood"]) for record in found)


@pytest.mark.kafka
def test_what_was_set_aside_is_told_repaired_and_goes_back_in_once(
    broker: Callable[..., KafkaBroker], tmp_path: Path
) -> None:
    bootstrap = broker().bootstrap
    kafka = ("--kafka", bootstrap)
    assert "there is no topic" in run("list", *kafka, status=1).stderr
    create_topics(bootstrap, 2)
    assert run("list", *kafka).stdout == "nothing was rejected\n"

    set_aside(bootstrap)
    told = listed(*kafka)
    assert len(told) == 12
    [third] = listed(*kafka, "--patient", "p-3")
    del third["time"]
    assert third == {
        "at": "1/1",
        "patient": "p-3",
        "topic": EVENTS,
        "partition": 1,
        "offset": 3,
        "kind": "unreadable",
        "field": "data.mood",
        "reason": "not a number",
        "size": len(raw("check-in.v1", 3, {"mood": "5"}, subject="p-3")),
        "replayed": None,
    }
    assert len(run("list", *kafka, "--limit", "5").stdout.splitlines()) == 6
    assert [one["at"] for one in listed(*kafka, "--at", "1/1", "--reason", "NUMBER")] == ["1/1"]

    patch = tmp_path / "patch.json"
    patch.write_text('{"data": {"mood": 7}}')
    dry = run("replay", *kafka, "--patch", str(patch)).stdout.splitlines()
    assert dry[0] == "1 stay: cannot be repaired: it is no JSON"
    assert json.loads(dry[-1]) == {"would be replayed": 10, "stay": 2}
    assert events(bootstrap) == []

    applied = run("replay", *kafka, "--patch", str(patch), "--apply").stdout.splitlines()
    assert json.loads(applied[-1]) == {"replayed": 10, "stay": 2}
    assert events(bootstrap) == [(f"p-{n}".encode(), 7) for n in range(10)]
    assert sum(one["replayed"] is not None for one in listed(*kafka)) == 10
    again = run("replay", *kafka, "--patch", str(patch), "--apply").stdout.splitlines()
    assert json.loads(again[-1]) == {"replayed": 0, "stay": 2}
    assert len(events(bootstrap)) == 10

    file = tmp_path / "edit.ndjson"
    written = json.loads(run("list", *kafka, "--out", str(file)).stdout)
    assert written == {"written": 1, "without their plain text": 1, "cannot be edited": 1}
    assert "canary" not in file.read_text()
    edited = run("replay", *kafka, "--edited", str(file), "--apply").stdout.splitlines()
    assert json.loads(edited[-1]) == {"replayed": 1, "stay": 0}
    assert len(events(bootstrap)) == 11


def test_two_repairs_at_once_are_one_too_many(tmp_path: Path) -> None:
    file = tmp_path / "both"
    file.write_text("{}")
    assert "choose one" in run("replay", "--patch", str(file), "--edited", str(file), status=1).stderr


def test_without_kafka_it_says_so() -> None:
    assert "does not answer" in run("list", "--kafka", "127.0.0.1:9", status=1).stderr
