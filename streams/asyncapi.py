"""The AsyncAPI document: what travels on each Kafka topic, who writes it and who reads it.

`python -m streams.asyncapi` writes it to `schemas/generated/asyncapi.json`, for clinics whose own systems send to or
read from Kafka; a test fails while it is behind. The payloads are the JSON Schema files beside it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from schemas.calls import CALL
from schemas.events import EVENT_TYPES
from schemas.generate import FOLDER, MESSAGES, as_text
from schemas.set_aside import Kind
from streams.topics import (
    ACTIONS,
    ALERTS,
    AUDIT,
    EVENTS,
    GROUP_SIGNALS,
    GROUP_VIEWS,
    NOTIFICATIONS,
    POINTS,
    POPULATION,
    RECEIPTS,
    REJECTED,
    RELEASES,
    SIGNALS,
    STATE_OF_ALERTING,
    STATE_OF_ANALYSIS,
    TOPICS,
    VIEWS,
    Topic,
)

FILE: Final = FOLDER / "asyncapi.json"
JSON: Final = "application/json"
JSON_SCHEMA: Final = "application/schema+json;version=2020-12"
KAFKA_BINDING: Final = "0.5.0"
PATIENT: Final = "the patient's pseudonym"
GROUP: Final = "the therapy group's id"


@dataclass(frozen=True, slots=True)
class Process:
    """One process of the pipeline, with the topics it reads and writes."""

    name: str
    does: str
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()


PROCESSES: Final = (
    Process(
        "gateway",
        "takes events from phones and back-ends in, and tells patients' own phones how they are",
        reads=(VIEWS, RELEASES),
        writes=(EVENTS,),
    ),
    Process(
        "analysis",
        "keeps what is known of each patient and group",
        reads=(EVENTS, GROUP_SIGNALS, POPULATION, STATE_OF_ANALYSIS),
        writes=(POINTS, SIGNALS, VIEWS, REJECTED, RECEIPTS, GROUP_SIGNALS, GROUP_VIEWS, STATE_OF_ANALYSIS),
    ),
    Process(
        "alerting",
        "keeps alerts, and tells people",
        reads=(EVENTS, SIGNALS, ACTIONS, STATE_OF_ALERTING),
        writes=(ACTIONS, ALERTS, NOTIFICATIONS, POINTS, STATE_OF_ALERTING),
    ),
    Process("timeseries", "writes points to InfluxDB", reads=(POINTS,), writes=(POINTS,)),
    Process(
        "console",
        "shows it to clinicians",
        reads=(ALERTS, VIEWS, GROUP_VIEWS, RELEASES, AUDIT),
        writes=(ACTIONS, RELEASES, AUDIT),
    ),
    Process("refit", "fits what is usual over patients", reads=(STATE_OF_ANALYSIS,), writes=(POPULATION,)),
    Process("audit", "counts once more what analysis signs for", reads=(EVENTS, REJECTED, RECEIPTS)),
    Process("rejected", "lets what was set aside go back in", reads=(REJECTED,), writes=(EVENTS, REJECTED)),
)
"""All that run while the pipeline does, and the command that lets records go back in."""


@dataclass(frozen=True, slots=True)
class _Carried:
    """What records of a topic are: JSON messages of these names, or something else."""

    key: str
    messages: tuple[str, ...]


_OTHER: Final[Mapping[str, dict[str, Any]]] = {
    "points": {
        "title": "points",
        "summary": "Lines of InfluxDB's line protocol, joined by newlines; docs/points.md has the table of them.",
        "contentType": "text/plain; charset=utf-8",
        "headers": {
            "type": "object",
            "properties": {"place": {"type": "string", "description": "Whose points these are: a care team's id."}},
        },
        "payload": {"type": "string"},
    },
    "set-aside": {
        "title": "set-aside",
        "summary": "The bytes of a record as they came, whatever they are; the headers say why they were set aside.",
        "contentType": "application/octet-stream",
        "headers": {
            "type": "object",
            "required": ["kind", "field", "reason", "topic", "partition"],
            "properties": {
                "kind": {"type": "string", "enum": [kind.value for kind in Kind]},
                "field": {"type": "string", "description": "Dotted; empty: the whole."},
                "reason": {"type": "string", "description": "What was wrong there; never the value."},
                "topic": {"type": "string", "description": "Where it stood, …"},
                "partition": {"type": "string", "pattern": "^[0-9]+$"},
                "offset": {"type": "string", "pattern": "^[0-9]+$"},
            },
        },
        "payload": {},
    },
    "went-back": {
        "title": "went-back",
        "summary": "No value. A record of this partition that was set aside is in patient.events again.",
        "contentType": "application/octet-stream",
        "headers": {
            "type": "object",
            "required": ["replayed"],
            "properties": {
                "replayed": {"type": "string", "pattern": "^[0-9]+$", "description": "That record's offset."},
            },
        },
        "payload": {"type": "null"},
    },
    "state": {
        "title": "state",
        "summary": "What a worker keeps, packed by its own version of the program. Nobody else writes here.",
        "contentType": "application/x-msgpack",
        "payload": {},
    },
}
"""Messages that are no JSON."""

CARRIED: Final[Mapping[str, _Carried]] = {
    EVENTS: _Carried(PATIENT, (*EVENT_TYPES, CALL)),
    REJECTED: _Carried("as the record had it", ("set-aside", "went-back")),
    POINTS: _Carried("the patient's, group's or process' name", ("points",)),
    SIGNALS: _Carried("the patient's pseudonym, or the therapy group's id", ("alert-signal",)),
    ACTIONS: _Carried(PATIENT, ("alert-action",)),
    ALERTS: _Carried("patient and alert id, with a slash between; on the patient's partition", ("alert",)),
    NOTIFICATIONS: _Carried(PATIENT, ("notification",)),
    VIEWS: _Carried(PATIENT, ("patient-view",)),
    RELEASES: _Carried(PATIENT, ("release",)),
    GROUP_SIGNALS: _Carried(GROUP, ("member-signal",)),
    GROUP_VIEWS: _Carried(GROUP, ("group-view",)),
    POPULATION: _Carried("the same everywhere, so that one is kept", ("population",)),
    AUDIT: _Carried("the writer's id", ("audit-entry",)),
    RECEIPTS: _Carried("the partition's number", ("receipt",)),
    STATE_OF_ANALYSIS: _Carried("the patient's pseudonym, or one that no patient can have", ("state",)),
    STATE_OF_ALERTING: _Carried(PATIENT, ("state",)),
}


def document() -> dict[str, Any]:
    """The document as it ought to be, by AsyncAPI 3.0."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "ipt-pulse",
            "version": "1",
            "description": "Topics of one clinic. Keys are random pseudonyms; no name, note or label travels in the "
            "clear. Everything is delivered at least once, and every output is a function of its inputs.",
        },
        "defaultContentType": JSON,
        "channels": {topic.name: _channel(topic) for topic in TOPICS},
        "operations": dict(_operations()),
        "components": {"messages": {name: _message(name) for name in _names()}},
    }


def _channel(topic: Topic) -> dict[str, Any]:
    carried = CARRIED[topic.name]
    config: dict[str, Any] = {"cleanup.policy": [topic.config["cleanup.policy"]]}
    config |= {name: int(topic.config[name]) for name in ("retention.ms", "max.message.bytes") if name in topic.config}
    return {
        "address": topic.name,
        "description": f"{topic.carries[0].upper()}{topic.carries[1:]}. Key: {carried.key}.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in carried.messages},
        "bindings": {"kafka": {"topicConfiguration": config, "bindingVersion": KAFKA_BINDING}},
    }


def _operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for process in PROCESSES:
        for action, verb, topics in (("receive", "reads", process.reads), ("send", "writes", process.writes)):
            for topic in topics:
                yield (
                    f"{process.name}.{verb}.{topic}",
                    {
                        "action": action,
                        "channel": {"$ref": f"#/channels/{topic}"},
                        "summary": f"`{process.name}` {process.does}.",
                    },
                )


def _message(name: str) -> dict[str, Any]:
    if name in _OTHER:
        return _OTHER[name]
    schema = {"schemaFormat": JSON_SCHEMA, "schema": {"$ref": f"./{name}.schema.json"}}
    told = (MESSAGES[name].__doc__ or "").strip().partition("\n")[0]
    return {"title": name, "summary": told, "contentType": JSON, "payload": schema}


def _names() -> list[str]:
    """Every message that any topic carries, once."""
    return list(dict.fromkeys(name for topic in TOPICS for name in CARRIED[topic.name].messages))


if __name__ == "__main__":
    FILE.write_text(as_text(document()), encoding="utf-8")
