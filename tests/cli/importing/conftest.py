"""A small made-up CSV of the shape that experience-sampling studies publish, with their oddities."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from streams.cli.importing.mapping import Mapping, read_mapping

MAPPING = """\
name: made-up
person: {column: who, prefix: t-}
time:
  day: {column: day, period: part, starts: {0: 2020-01-06, 1: 2020-03-02}}
  beep: {column: beep, from: "07:30", block_minutes: 90, count: 10}
zone: Europe/Amsterdam
missing: ["NA", ""]
answered: [glad, sad]
ranges: {glad: [1, 7], sad: [1, 7], worry: [1, 7], event: [-3, 3], p1: [0, 3], p9: [0, 3]}
check_in:
  mood: [{column: glad}, {column: sad, reversed: true}]
  affects: {cheerful: glad, sad: sad, worried: worry}
interactions:
  - {valence: event, kind: other, person_id: unspecified, minutes_before: 45}
questionnaires:
  - {instrument: PHQ-9, items: {"1": p1, "9": p9}}
"""

ROWS = """\
who,part,day,beep,glad,sad,worry,event,p1,p9
a,0,1,1,4,2,3,2,NA,NA
a,0,1,2,NA,NA,NA,NA,NA,NA
a,0,1,3,7,1,1,-4,NA,NA
a,0,1,NA,5,5,5,1,NA,NA
a,0,2,1,6,NA,2,1,NA,NA
a,0,1,NA,NA,NA,6,NA,NA,NA
a,1,1,1,1,7,7,-3,0,2
b,0,1,1,4,4,9,NA,NA,NA
b,0,1,1,4,4,9,NA,NA,NA
b,0,1,2,2,2,x,0,NA,NA
b,0,1,2,3,2,1,NA,NA,NA
"""


@pytest.fixture
def mapping_file(tmp_path: Path) -> Path:
    file = tmp_path / "made-up.yaml"
    file.write_text(MAPPING)
    return file


@pytest.fixture
def mapping(mapping_file: Path) -> Mapping:
    return read_mapping(mapping_file)


@pytest.fixture
def csv_file(tmp_path: Path) -> Path:
    file = tmp_path / "reports.csv"
    file.write_text(ROWS)
    return file


@pytest.fixture
def cells() -> dict[str, str]:
    """A row in which everything was answered."""
    return {
        "who": "a",
        "part": "0",
        "day": "1",
        "beep": "1",
        "glad": "4",
        "sad": "2",
        "worry": "3",
        "event": "2",
        "p1": "1",
        "p9": "0",
    }


@pytest.fixture
def newest() -> datetime:
    return datetime(2021, 1, 1, tzinfo=UTC)
