import subprocess
import sys
from pathlib import Path

import pytest

from streams.adapters.slot import take_slot
from streams.errors import Misconfigured

HOLD = """
import sys
from pathlib import Path
from streams.adapters.slot import take_slot
slot = take_slot("analysis-{slot}", Path(sys.argv[1]))
print(slot.name, flush=True)
sys.stdin.read()
"""


def hold(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_four_processes_have_four_names_and_a_killed_one_is_replaced(tmp_path: Path) -> None:
    four = [hold(tmp_path) for _ in range(4)]
    try:
        names = {said(one): one for one in four}
        assert sorted(names) == ["analysis-1", "analysis-2", "analysis-3", "analysis-4"]
        names["analysis-3"].kill()
        names["analysis-3"].wait()
        assert take_slot("analysis-{slot}", tmp_path).name == "analysis-3"
    finally:
        for one in four:
            one.kill()
            one.wait()


def test_a_slot_that_was_given_up_is_free(tmp_path: Path) -> None:
    first = take_slot("a-{slot}", tmp_path)
    assert take_slot("a-{slot}", tmp_path).name == "a-2"
    del first
    assert take_slot("a-{slot}", tmp_path).name == "a-1"


def test_a_name_without_a_number_stays(tmp_path: Path) -> None:
    assert [take_slot("analysis", tmp_path).name for _ in range(2)] == ["analysis", "analysis"]


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Misconfigured, match="cannot take a slot"):
        take_slot("a-{slot}", tmp_path / "file" / "below")
