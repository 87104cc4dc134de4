"""What the tests of the simulation look at."""

from datetime import UTC, datetime

from streams.simulate.mint import Timed
from streams.simulate.truth import Truth

END = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAYS = 84
Made = list[tuple[list[Timed], Truth]]
