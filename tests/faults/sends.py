"""Sends that fail for good: too large for the topic, or refused by it; outputs and changelog."""

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import cycle, islice

from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient

from streams.topics import EVENTS, POINTS, STATE_OF_ANALYSIS
from streams.transport.halt import EXIT_CODE
from tests.faults.cohort import Event, cohort
from tests.faults.fault import Case, Fault, Verdict
from tests.faults.reader import compare_analysis, lines, read
from tests.faults.sender import send_all
from tests.faults.stack import Stack
from tests.faults.truth import identity_in, points_by_event, truth_of

EACH = 200


@dataclass(frozen=True)
class Failure:
    """Settings that make every send to a topic fail for good, and what mends it."""

    what: str
    broken: Mapping[str, str]
    mended: Mapping[str, str]


FAILURES = (
    Failure("too large", {"max.message.bytes": "100"}, {"max.message.bytes": "16777216"}),
    Failure(
        "refused",  # by its own clock, every record is older than its arrival
        {"message.timestamp.type": "CreateTime", "message.timestamp.before.max.ms": "0"},
        {"message.timestamp.type": "LogAppendTime"},
    ),
)
TOPICS = (POINTS, STATE_OF_ANALYSIS)


def run(case: Case, *, sends: int) -> Verdict:
    failures = list(islice(cycle((topic, failure) for failure in FAILURES for topic in TOPICS), sends))
    sent = cohort(EACH * (len(failures) + 1), patients=40, seed=case.seed)
    parts = [sent[first : first + EACH] for first in range(0, len(sent), EACH)]
    with Stack(case.folder) as stack:
        truth = truth_of(sent, stack.policy, stack.plan)
        verdict = Verdict({"failed sends": len(failures)})
        worker = stack.process("analysis")
        worker.start()
        send_all(stack.kafka, parts[0])
        stack.settle("analysis")
        exits, codes, past = [], [], 0
        for (topic, failure), some in zip(failures, parts[1:], strict=True):
            _set(stack, topic, failure.broken)
            begun = time.monotonic()
            send_all(stack.kafka, some)
            codes.append(worker.exit_code())
            exits.append(time.monotonic() - begun)
            past += _committed_past(stack, sent)
            case.say(f"{topic} {failure.what}: exit {codes[-1]} after {exits[-1]:.2f} s")
            _set(stack, topic, failure.mended)
            worker.start()
            stack.settle("analysis")
        verdict.count("workers that stopped", codes.count(EXIT_CODE), expected=len(failures))
        verdict.count("events committed without what they caused", past)
        verdict.seconds("from send to exit, longest", max(exits), below=1)
        compare_analysis(verdict, stack.kafka, truth)
    return verdict


def _set(stack: Stack, topic: str, settings: Mapping[str, str]) -> None:
    with closing(KafkaAdminClient(bootstrap_servers=stack.kafka)) as admin:
        admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, dict(settings))])


def _committed_past(stack: Stack, sent: Sequence[Event]) -> int:
    """Events before the committed offsets whose points are not there."""
    needed, there = points_by_event(sent), lines(stack.kafka)
    by_partition: dict[int, dict[int, str]] = defaultdict(dict)
    for one in read(stack.kafka, EVENTS):
        by_partition[one.partition][one.offset] = identity_in(one.value or b"")
    return sum(
        not needed.get(event, frozenset()) <= there
        for tp, (_, committed) in stack.progress("analysis").items()
        for offset, event in by_partition[tp.partition].items()
        if offset < committed
    )


FAULT = Fault(
    name="sends",
    title="a failed or oversized send",
    must_hold="the worker stops, nothing is committed past it; exit ≤ 1 s",
    run=run,
    full={"sends": 12},
    short={"sends": 2},
)
