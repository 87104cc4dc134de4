from pathlib import Path

import pytest

from streams.agents.keys import rows
from streams.cli.bench.course import Course, patient_key
from streams.cli.bench.seeds import AT_ONCE, make_seed, open_rows, take_partition, take_seed, write_rows
from streams.core.packed import Rows
from streams.transport.outbox import hashed

ROWS = "streams.cli.bench.seeds:write_rows"


def course(seed: str) -> Course:
    return Course(bootstrap="", topic="t", partitions=2, events=1, group="g", seed=seed)


def test_every_patient_is_on_the_partition_that_their_events_come_on(tmp_path: Path) -> None:
    records = [Rows(b"%d" % number, b"body of %d" % number) for number in range(20)]
    make_seed(ROWS, tmp_path / "seed", records, partitions=2)
    take_seed(course(str(tmp_path / "seed")), tmp_path / "tables", "state")
    found = {
        key: (partition, value)
        for partition in range(2)
        for key, value in open_rows(tmp_path / "tables" / f"state-{partition}.db").items()
    }
    expected = {}
    for number, record in enumerate(records):
        patient = patient_key(number)
        expected |= {key: (hashed(patient) % 2, row) for key, row in rows(patient, *record).items()}
    assert found == expected


def test_more_rows_than_one_write_takes_are_all_there(tmp_path: Path) -> None:
    write_rows(tmp_path / "seed" / "0", ((b"%d" % number, b"x") for number in range(AT_ONCE + 1)))
    assert len(dict(open_rows(tmp_path / "seed" / "0").items())) == AT_ONCE + 1


def test_what_a_run_writes_does_not_reach_the_seed(tmp_path: Path) -> None:
    write_rows(tmp_path / "seed" / "0", [(b"key", b"before")])
    for run in ("one", "two"):
        take_partition(course(str(tmp_path / "seed")), 0, tmp_path / run)
        rows = open_rows(tmp_path / run)
        assert rows.get(b"key") == b"before"
        rows.put(b"key", b"after")
        rows.flush()
        rows.close()


@pytest.mark.parametrize("seed", ["", "elsewhere"])
def test_without_a_seed_there_is_nothing_to_take(tmp_path: Path, seed: str) -> None:
    take_partition(course(seed and str(tmp_path / seed)), 0, tmp_path / "target")
    assert not (tmp_path / "target").exists()
