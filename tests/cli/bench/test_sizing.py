import json
from dataclasses import replace
from pathlib import Path

import pytest

from streams.cli.bench.sizing import EVENTS_A_DAY, PARTITIONS_A_WORKER, Measured, read_measured, size
from streams.errors import Misconfigured

MEASURED = Measured(
    event_s=0.0001,
    view_s=0.0059,
    post_s=0.0005,
    state_bytes=4_000,
    worker_gb=0.5,
    patients_a_worker=1_000_000,
    recovered_a_second=50_000,
)


def test_what_a_million_patients_need() -> None:
    needed = size(1_000_000, MEASURED)
    assert needed.events_per_s == round(1_000_000 * EVENTS_A_DAY / 86_400, 1) == 105.3
    assert needed.events_per_s_at_peak == 632
    assert needed.analysis_workers == 7  # 632 events of 6 ms at 60 % of a core: 6.3
    assert needed.partitions == 7 * PARTITIONS_A_WORKER
    assert needed.gateway_cores == 1  # 0.53
    assert needed.memory_gb == 3.5
    assert needed.state_gb == 4
    assert needed.kafka_gb == 3_506  # 3 copies of 1,165 GB of events and of the changelog
    assert needed.recovery_s == 3


def test_the_smallest_clinic_needs_one_of_everything() -> None:
    needed = size(1, MEASURED)
    assert (needed.gateway_cores, needed.analysis_workers) == (1, 1)


def test_no_worker_gets_more_patients_than_were_measured() -> None:
    fast = replace(MEASURED, event_s=1e-9, view_s=1e-9)
    assert size(1_000_000, fast).analysis_workers == 1
    assert size(1_000_001, fast).analysis_workers == 2


def test_the_figures_are_those_that_the_benchmarks_print(tmp_path: Path) -> None:
    few = {"cpu_us_per_event": 80.0, "rss_mb": 200, "ready_s": 3.0}
    printed = {
        "core": {"view": {"us": 5_900}, "state_bytes": {"mean": 4_000}},
        "gateway": {"single": {"events_per_cpu_s": 2_000}},
        "scale": {"patients": {"10000": few, "1010000": {"cpu_us_per_event": 100.0, "rss_mb": 500, "ready_s": 23.0}}},
    }
    for name, figures in printed.items():
        (tmp_path / name).write_text(f"a line for people\n{json.dumps(figures)}\n")
    files = [tmp_path / name for name in printed]
    assert read_measured(*files) == replace(MEASURED, patients_a_worker=1_010_000)
    with pytest.raises(Misconfigured):
        read_measured(files[0], files[0], files[2])
