"""What the contenders know before they start: made once for each way of keeping it, and handed out by hard links.

So a hundred thousand patients with months of history cost a run no time, whichever contender it is.
"""

import os
import shutil
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import rocksdict

from streams.agents.keys import rows
from streams.cli.bench.course import Course, patient_key
from streams.core import packed
from streams.transport.outbox import hashed
from streams.transport.rocks import StateOptions

Rows = Iterable[tuple[bytes, bytes]]
AT_ONCE = 1_000


def make_seed(write: str, folder: Path, records: Sequence[packed.Rows], partitions: int) -> None:
    """Write the packed records of all patients by the function named `write`, one folder a partition."""
    patients: defaultdict[int, list[int]] = defaultdict(list)
    for patient in range(len(records)):
        patients[hashed(patient_key(patient)) % partitions].append(patient)
    for partition, theirs in patients.items():
        target = folder / str(partition)
        target.mkdir(parents=True)
        resolve_name(write)(
            target, (row for patient in theirs for row in rows(patient_key(patient), *records[patient]).items())
        )


def write_rows(folder: Path, all_rows: Rows) -> None:
    """Records by patient, as Faust tables keep them and a loop of one's own may."""
    database = open_rows(folder)
    left = iter(all_rows)
    while some := list(islice(left, AT_ONCE)):
        batch = rocksdict.WriteBatch(raw_mode=True)
        for key, record in some:
            batch.put(key, record)
        database.write(batch)
    database.flush()
    database.close()


def open_rows(folder: Path, options: StateOptions | None = None) -> Any:
    """One partition's database, as our worker opens it; with `options` that several share, as its partitions do."""
    return (options or StateOptions()).open(folder)


def take_seed(course: Course, folder: Path, name: str) -> None:
    """Put every partition's part of the course's seed into `folder`, where Faust looks for the table `name`."""
    for partition in range(course.partitions):
        take_partition(course, partition, folder / f"{name}-{partition}.db")


def take_partition(course: Course, partition: int, target: Path) -> None:
    """Put one partition's part of the course's seed into `target`; nothing where the course has none."""
    source = Path(course.seed) / str(partition)
    if course.seed and source.exists():
        shutil.copytree(source, target, copy_function=_link, dirs_exist_ok=True)


def _link(source: str, target: str) -> None:
    """Data files of RocksDB never change; its small ones do."""
    if source.endswith(".sst"):
        os.link(source, target)
    else:
        shutil.copy2(source, target)
