import json

import pytest

from streams.cli.bench.course import Result, check_ins
from streams.cli.bench.throughput import compare, noop_ratio, summary
from streams.errors import Misconfigured


def run(events: int, cpu_s: float) -> Result:
    return Result(events=events, cpu_s=cpu_s, wall_s=2 * cpu_s, rss_mb=100.4)


def test_medians_of_the_rounds_are_compared_by_cpu() -> None:
    measured = summary(
        {
            "ours-noop": [run(400, 1.0), run(100, 1.0), run(300, 1.0)],
            "ours-full": [run(100, 2.0)],
            "stock-faust-noop": [run(10, 2.0), run(10, 1.0)],
        }
    )
    assert measured["contenders"]["ours-noop"] == {"events_per_cpu_s": 300, "events_per_s": 150, "rss_mb": 100}
    assert measured["ratios"] == {"stock-faust-noop": 6.25}
    assert noop_ratio(measured) == 37.5


def test_without_the_full_job_there_is_nothing_to_compare() -> None:
    measured = summary({"ours-noop": [run(400, 1.0)]})
    assert measured["ratios"] == {}
    assert noop_ratio(measured) is None


def test_a_contender_nobody_knows_is_said_before_anything_runs() -> None:
    with pytest.raises(Misconfigured, match="no such contender: x"):
        compare("nowhere:1", against=["x"], events=1, patients=1, history=0, rounds=1, say=print)


def test_patients_take_turns_and_every_event_is_another() -> None:
    made = list(check_ins("t", events=7, patients=3))
    assert [output.key for output in made[:4]] == [b"p-00000000", b"p-00000001", b"p-00000002", b"p-00000000"]
    events = [json.loads(output.value or b"") for output in made]
    assert len({event["id"] for event in events}) == 7
    assert all(event["subject"].encode() == output.key for event, output in zip(events, made, strict=True))
    assert 250 < len(made[0].value or b"") < 300


@pytest.mark.kafka
@pytest.mark.slow
def test_a_round_on_a_real_broker(kafka: str) -> None:
    lines: list[str] = []
    measured = compare(kafka, against=[], events=3_000, patients=50, history=0, rounds=1, say=lines.append)
    assert measured["contenders"].keys() == {"ours-noop", "ours-full"}
    assert all(one["events_per_cpu_s"] > 0 for one in measured["contenders"].values())
    assert len(lines) == 2
