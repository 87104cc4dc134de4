import re
from pathlib import Path

import pytest

from streams.cli.importing.mapping import read_mapping

BLOCKS = re.findall(r"```yaml\n(.*?)```", Path("docs/importing.md").read_text(), re.DOTALL)


@pytest.fixture
def whole() -> str:
    return next(block for block in BLOCKS if block.startswith("name:"))


def test_the_documented_mapping_is_valid(tmp_path: Path, whole: str) -> None:
    file = tmp_path / "my-study.yaml"
    file.write_text(whole)
    assert read_mapping(file).columns == {"participant", "answered_at", "cheerful", "sad", "event", "phq_1", "phq_9"}


def test_so_is_the_other_way_to_tell_time(tmp_path: Path, whole: str) -> None:
    counted = next(block for block in BLOCKS if block.startswith("time:"))
    start, end = whole.index("time:"), whole.index("zone:")
    file = tmp_path / "my-study.yaml"
    file.write_text(whole[:start] + counted + whole[end:])
    assert {"day", "phase", "beep"} <= read_mapping(file).columns
