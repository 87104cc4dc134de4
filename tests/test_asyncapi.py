"""What the AsyncAPI document says of the topics is what the processes do with them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from schemas.generate import FOLDER
from streams.asyncapi import CARRIED, PROCESSES, document
from streams.cli.worker import WORKERS
from streams.console.feed import READ
from streams.settings import Settings
from streams.topics import ALERTS, AUDIT, EVENTS, STATE_OF_ALERTING, STATE_OF_ANALYSIS, TOPICS
from streams.transport import Desk

OWN = {STATE_OF_ANALYSIS, STATE_OF_ALERTING}
BY_NAME = {process.name: process for process in PROCESSES}


def references(part: Any) -> Iterator[str]:
    """Every `$ref` anywhere."""
    if isinstance(part, dict):
        yield from (value for name, value in part.items() if name == "$ref")
        for value in part.values():
            yield from references(value)


def test_every_topic_is_a_channel_that_somebody_writes_and_somebody_reads() -> None:
    names = [topic.name for topic in TOPICS]
    assert list(document()["channels"]) == names
    assert CARRIED.keys() == set(names)
    assert {topic for process in PROCESSES for topic in process.writes} == set(names)
    # Channels send from the ledger; `notifications` is for the clinic's own systems.
    assert {topic for process in PROCESSES for topic in process.reads} == set(names) - {"notifications"}


def test_every_reference_leads_somewhere() -> None:
    whole = document()
    found = list(references(whole))
    assert len(found) > len(TOPICS)
    for reference in found:
        if reference.startswith("./"):
            assert (FOLDER / reference).exists(), reference
            continue
        part = whole
        for step in reference.removeprefix("#/").split("/"):
            part = part[step]
        assert part


@pytest.mark.parametrize("name", WORKERS)
def test_workers_read_and_write_what_it_says(name: str, tmp_path: Path) -> None:
    app = WORKERS[name](Settings(home=tmp_path), Desk())
    assert set(app.inputs) == set(BY_NAME[name].reads) - OWN
    assert set(app.outputs) == set(BY_NAME[name].writes) - OWN
    tables = {f"{name}-{app.table.name}-changelog"} if app.table is not None else set()
    assert tables == set(BY_NAME[name].writes) & OWN == set(BY_NAME[name].reads) & OWN


def test_the_console_reads_what_it_says() -> None:
    assert BY_NAME["console"].reads == (*READ, AUDIT)


def test_retention_and_compaction_are_those_of_the_topics() -> None:
    channels = document()["channels"]
    settings = {name: channels[name]["bindings"]["kafka"]["topicConfiguration"] for name in (EVENTS, ALERTS)}
    assert settings[EVENTS]["retention.ms"] == 400 * 86_400_000
    assert settings[EVENTS]["cleanup.policy"] == ["delete"]
    assert settings[ALERTS]["cleanup.policy"] == ["compact"]
    assert "retention.ms" not in settings[ALERTS]
