"""The whole demo, small and fast, as `make demo` runs it: it ends by itself, adds up, and leaves nothing running."""

import json
import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from deploy.local.services import HOME_MARK

pytestmark = [pytest.mark.kafka, pytest.mark.slow]


def left_over(home: Path) -> list[int]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(HOME_MARK) == str(home):
                found.append(process.pid)
        except psutil.Error:
            continue
    return found


@pytest.mark.timeout(600)
def test_the_demo_runs_once_and_ends(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    options = ["--once", "--patients", "12", "--seconds-per-day", "1.5", "--no-influxdb", "--home", str(home)]
    done = subprocess.run(
        [sys.executable, "-P", "-m", "deploy.cli", "demo", *options],
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
        env={name: value for name, value in os.environ.items() if not name.startswith("IPT_PULSE_")},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    summary = json.loads(lines[-1])
    assert summary.keys() == {"accepted", "rejected", "analysed", "points", "alerts", "notified"}
    assert summary["accepted"] == summary["analysed"] > 0
    assert summary["rejected"] == 4  # one event of a faulty phone, three records of a faulty back-end
    assert summary["alerts"]["safety.item9"] >= 1
    assert summary["alerts"]["deterioration.mood"] >= 1
    assert summary["notified"] >= summary["alerts"]["safety.item9"]
    assert any("pager" in line and "signature valid" in line for line in lines)
    assert any("Console: http://127.0.0.1:" in line and "password" in line for line in lines)
    assert left_over(home) == []
