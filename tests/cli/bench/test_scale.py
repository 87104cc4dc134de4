from pathlib import Path

import pytest

from streams.cli.bench.scale import Scale, measure_scale, scale_summary


def scale(cost: float) -> Scale:
    return Scale(events_per_cpu_s=1, cpu_us_per_event=cost, rss_mb=1, ready_s=1, state_mb=1)


def test_the_most_patients_are_held_against_the_fewest() -> None:
    summary = scale_summary({10: scale(20.0), 100: scale(90.0), 1_000: scale(50.0)})
    assert summary["growth"] == 2.5
    assert isinstance(summary["patients"], dict)
    assert summary["patients"].keys() == {"10", "100", "1000"}


@pytest.mark.kafka
@pytest.mark.slow
def test_a_worker_with_an_empty_disk_goes_on_from_its_changelog(kafka: str, tmp_path: Path) -> None:
    lines: list[str] = []
    (measured,) = measure_scale(
        kafka, patients=[1_500], events=2_000, history=2, rounds=1, folder=tmp_path, say=lines.append
    ).values()
    assert measured.events_per_cpu_s > 0
    assert measured.rss_mb > 10
    assert measured.ready_s > 0
    assert measured.state_mb >= 1
    assert len(lines) == 1
