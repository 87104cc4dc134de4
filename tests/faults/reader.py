"""Somebody who is not ours reads the topics back, and says what is missing and what is there that nobody expected."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from kafka import KafkaConsumer, TopicPartition

from schemas.alerts import Notification
from streams.core.series.measurements import OF_EVENTS
from streams.topics import ALERTS, EVENTS, NOTIFICATIONS, POINTS, STATE_OF_ANALYSIS
from tests.faults.changelog import states_in
from tests.faults.fault import Verdict
from tests.faults.truth import Truth, alert_id, identity_in, state_bytes


@dataclass(frozen=True)
class Read:
    """One record as an independent client reads it; `timestamp` in seconds since 1970."""

    partition: int
    offset: int
    timestamp: float
    key: bytes | None
    value: bytes | None
    headers: dict[str, str]


def read(bootstrap: str, topic: str) -> Iterator[Read]:
    """Every record up to now, in order within each partition."""
    # Checksums in pure Python would take longer than all the rest.
    consumer = KafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False, check_crcs=False)
    try:
        tps = [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic) or ()]
        consumer.assign(tps)
        ends = consumer.end_offsets(tps)
        consumer.seek_to_beginning(*tps)
        while any(consumer.position(tp) < ends[tp] for tp in tps):
            for records in consumer.poll(timeout_ms=500).values():
                for one in records:
                    headers = {name: value.decode() for name, value in one.headers}
                    yield Read(one.partition, one.offset, one.timestamp / 1000, one.key, one.value, headers)
    finally:
        consumer.close()


def values(bootstrap: str, topic: str) -> Iterator[bytes]:
    return (one.value for one in read(bootstrap, topic) if one.value is not None)


def newest(bootstrap: str, topic: str) -> dict[bytes, bytes]:
    """The newest value of each key: what a compacted topic means."""
    return {one.key: one.value for one in read(bootstrap, topic) if one.key is not None and one.value is not None}


def lines(bootstrap: str) -> set[str]:
    return {line for value in values(bootstrap, POINTS) for line in value.decode().split("\n") if of_event(line)}


def of_event(line: str) -> bool:
    """Whether a point tells of a single event; of the others there are as many as views were told."""
    return line.split(",", 1)[0] in OF_EVENTS


def states(bootstrap: str, prefix: str = "") -> set[object]:
    """Each patient's state, as the changelog has it."""
    return packed_states(newest(bootstrap, STATE_OF_ANALYSIS), prefix)


def packed_states(rows: Mapping[bytes, bytes], prefix: str = "") -> set[object]:
    """The states of the patients whose names begin so, to be compared with a truth's."""
    return {(patient, state_bytes(state)) for patient, state in states_in(rows, prefix)}


def compare_analysis(verdict: Verdict, bootstrap: str, truth: Truth) -> None:
    """Events, points and states of all patients are the truth."""
    _compare(verdict, "events", set(map(identity_in, values(bootstrap, EVENTS))), truth.events)
    _compare(verdict, "points", lines(bootstrap), truth.points)
    _compare(verdict, "states", states(bootstrap), set(truth.states.items()))


def compare_alerting(verdict: Verdict, bootstrap: str, truth: Truth, paged: Collection[str]) -> None:
    """Alerts, notifications and pages are the truth; a page that came again under its key is one page."""
    made = {Notification.model_validate_json(value).notification_id for value in values(bootstrap, NOTIFICATIONS)}
    _compare(verdict, "alerts", set(map(alert_id, newest(bootstrap, ALERTS).values())), truth.alerts)
    _compare(verdict, "notifications", made, truth.notifications.keys())
    _compare(verdict, "pages", set(paged), truth.pages)


def _compare(verdict: Verdict, what: str, found: Collection[object], expected: Collection[object]) -> None:
    compare_sets(verdict, what, set(found), set(expected))


def compare_sets(verdict: Verdict, what: str, found: set[object], expected: set[object]) -> None:
    """Count what is missing as lost, and what nobody expected as doubled; a repeat under its id is neither."""
    lost, more = expected - found, found - expected
    verdict.note(what, verdict.figures.get(what, 0) + len(expected))
    verdict.figures["lost"] = verdict.figures.get("lost", 0) + len(lost)
    verdict.figures["doubled"] = verdict.figures.get("doubled", 0) + len(more)
    if lost:
        verdict.broken.append(f"{len(lost):,} {what} lost, such as {str(min(lost, key=str))[:200]}")
    if more:
        verdict.broken.append(f"{len(more):,} {what} that nobody expected, such as {str(min(more, key=str))[:200]}")
