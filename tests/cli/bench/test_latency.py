"""The questionnaires that are timed page what the benchmark waits for, and nothing else of theirs does."""

from schemas.events import AnyEvent
from schemas.reading import Accepted, read_event
from streams.cli.bench import latency
from streams.cli.bench.latency import item9, worse, worse_past
from streams.core.analyse import analyse
from streams.core.policy import Policy
from streams.core.safety import safety_finding
from streams.core.state import EMPTY


def read(raw: bytes) -> AnyEvent:
    outcome = read_event(raw)
    assert isinstance(outcome, Accepted)
    return outcome.event


def test_the_safety_item_pages_by_itself() -> None:
    probe = item9("run", 3)
    finding = safety_finding(read(probe.event))
    assert finding is not None
    assert finding.alert_id == probe.alert_id


def test_a_past_raises_nothing_and_the_score_that_confirms_it_raises_the_alert() -> None:
    probe = worse("run", 3)
    record, raised = EMPTY, []
    for event in map(read, [*worse_past("run", 3), probe.event]):
        assert safety_finding(event) is None
        result = analyse(event.subject, record, [event], Policy(version="test"), closes=None, now=0)
        record = result.record
        raised.append([signal.alert_id for signal in result.signals])
    assert raised == [[], [], [], [probe.alert_id]]


def test_every_probe_is_another_patient_s() -> None:
    probes = [kind(run, number) for kind in (item9, worse) for run in ("a", "b") for number in range(2)]
    assert len({read(probe.event).subject for probe in probes}) == len({probe.alert_id for probe in probes}) == 8


def test_what_did_not_come_is_missing_and_counts_in_no_figure() -> None:
    posted = {"item9": {"a": 1.0, "b": 2.0}, "worse": {"c": 3.0}}
    took = latency._took({"a": 1.5, "b": 2.25}, posted)
    assert took == {"item9": [0.5, 0.25], "worse": [None]}
    assert latency._figures(took["item9"]) == {
        "sent": 2,
        "came": 2,
        "p50_ms": 250.0,
        "p95_ms": 500.0,
        "p99_ms": 500.0,
        "p100_ms": 500.0,
    }
    assert latency._figures(took["worse"]) == {"sent": 1, "came": 0}
