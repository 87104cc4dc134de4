"""What must hold under faults does, as far as no other test shows it: short runs of what `make faults` does."""

import os
from pathlib import Path

import pytest

from tests.faults import FAULTS
from tests.faults.fault import Case, Fault

ROOT = Path(__file__).parents[2]


@pytest.mark.kafka
@pytest.mark.influxdb
@pytest.mark.slow
@pytest.mark.timeout(900)  # several processes at once, on a machine that may be busy
@pytest.mark.parametrize("fault", [one for one in FAULTS if not one.kept_by], ids=lambda one: one.name)
def test_what_must_hold_does(fault: Fault, tmp_path: Path) -> None:
    if (why := fault.missing()) and not os.environ.get("CI"):
        pytest.skip(why)
    verdict = fault.run(Case(tmp_path, seed=1), **fault.short)
    assert not verdict.broken


def test_whoever_is_named_keeps_the_others() -> None:
    assert all((ROOT / one.kept_by).exists() for one in FAULTS if one.kept_by)
