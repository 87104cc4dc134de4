"""One cohort for all: making it takes some seconds."""

import pytest

from streams.simulate.cohort import cohort
from tests.simulate.samples import DAYS, END, Made


@pytest.fixture(scope="session")
def made() -> Made:
    return list(cohort(96, DAYS, END, 3))
