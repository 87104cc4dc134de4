import json
import subprocess
import sys

import pytest

from streams.cli.bench.stopwatch import Stopwatch

RUN = """
from streams.cli.bench.stopwatch import Stopwatch
watch = Stopwatch(5)
watch.begin()
watch.begin()
watch.count(4)
print("not yet", end="")
watch.count(3)
print("never said")
"""


def test_the_process_ends_with_the_last_event_and_its_last_line_is_the_result() -> None:
    done = subprocess.run([sys.executable, "-c", RUN], capture_output=True, text=True, check=True)
    said, result = done.stdout.splitlines()
    assert said == "not yet"
    measured = json.loads(result)
    assert measured["events"] == 7
    assert measured["cpu_s"] > 0
    assert measured["wall_s"] > 0
    assert measured["ready_s"] > 0
    assert measured["rss_mb"] > 1


def test_the_last_one_is_told() -> None:
    watch = Stopwatch(2)
    assert not watch.passed(1)
    assert watch.passed(1)


def test_it_has_to_begin_before_it_ends() -> None:
    with pytest.raises(RuntimeError):
        Stopwatch(1).finish()
