"""Trials for the tests that are about real workers on a real broker."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.transport.harness import Trial


@pytest.fixture
def trial_on(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[[str], Trial]]:
    """Make a trial on a broker of your own."""
    name = re.sub(r"\W+", "-", request.node.name.removeprefix("test_"))[:80]
    with ExitStack() as stack:

        def make(bootstrap: str) -> Trial:
            trial = Trial(bootstrap, name, tmp_path)
            stack.callback(trial.close)
            return trial

        yield make


@pytest.fixture
def trial(kafka: str, trial_on: Callable[[str], Trial]) -> Trial:
    return trial_on(kafka)
