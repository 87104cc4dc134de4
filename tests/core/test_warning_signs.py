"""What is shown of how mood swings; and that nothing is ever raised on it."""

import ast
from collections.abc import Sequence
from pathlib import Path
from statistics import correlation, variance

import pytest

import streams.core
from streams.core.analyse import analyse
from streams.core.days import DayTotal
from streams.core.links import LinkPopulation
from streams.core.moments import date_day
from streams.core.state import EMPTY
from streams.core.view import view
from streams.core.warning_signs import BEFORE, LEAST_DAYS, RECENT, warning_signs
from tests.core.builders import POLICY, START, check_in

CORE = Path(streams.core.__file__).parent


def totals(means: Sequence[float | None]) -> list[DayTotal]:
    """A day each, one report on it; None is a day without."""
    told = [(day, round(mean * 100)) for day, mean in enumerate(means) if mean is not None]
    return [DayTotal(day, 1, mood, mood * mood, 0) for day, mood in told]


QUIET = [5.0, 5.5] * (BEFORE // 2)
SWINGING = [2.0, 2.5, 8.0, 8.5] * (RECENT // 4)


def test_both_windows_are_told_with_their_days() -> None:
    signs = warning_signs(totals(QUIET + SWINGING), BEFORE + RECENT - 1)
    assert signs is not None
    assert (signs.recent.days, signs.before.days) == (RECENT, BEFORE)
    assert signs.recent.variance == pytest.approx(variance(SWINGING), abs=1e-3)
    assert signs.before.variance == pytest.approx(variance(QUIET), abs=1e-3)
    assert signs.before.autocorrelation == pytest.approx(-1)
    assert signs.recent.autocorrelation == pytest.approx(correlation(SWINGING[:-1], SWINGING[1:]), abs=1e-3)


def test_days_without_a_report_are_neither_swings_nor_neighbours() -> None:
    gappy: list[float | None] = [None if day % 4 == 3 else mean for day, mean in enumerate(SWINGING)]
    signs = warning_signs(totals(QUIET + gappy), BEFORE + RECENT - 1)
    assert signs is not None
    pairs = [(gappy[day], gappy[day + 1]) for day in range(RECENT - 1) if day % 4 < 2]
    assert signs.recent.days == sum(mean is not None for mean in gappy)
    assert signs.recent.autocorrelation == pytest.approx(correlation(*zip(*pairs, strict=True)), abs=1e-3)  # type: ignore[arg-type]


@pytest.mark.parametrize(("days", "shown"), [(LEAST_DAYS, True), (LEAST_DAYS - 1, False)])
def test_a_window_with_too_few_days_shows_nothing(days: int, shown: bool) -> None:
    means = [*QUIET, *SWINGING[:days], *[None] * (RECENT - days)]
    assert (warning_signs(totals(means), BEFORE + RECENT - 1) is not None) == shown


def test_a_mood_that_never_moves_has_no_kinship() -> None:
    signs = warning_signs(totals([5.0] * (BEFORE + RECENT)), BEFORE + RECENT - 1)
    assert signs is not None
    assert (signs.recent.variance, signs.recent.autocorrelation) == (0.0, None)


def test_the_view_shows_days_that_are_over_and_nothing_is_raised_on_them() -> None:
    moods = [*QUIET, *SWINGING, 0.0]
    events = [check_in(day + 0.5, mood) for day, mood in enumerate(moods)]
    analysis = analyse("p-1", EMPTY, events, POLICY, closes=None, now=0)
    shown = view(analysis.record.state, "p-1", LinkPopulation(), POLICY).warning_signs
    assert shown is not None
    assert date_day(shown.recent.last) == date_day(START.date()) + BEFORE + RECENT - 1
    assert shown == warning_signs(totals_on(moods[:-1]), date_day(shown.recent.last))
    assert analysis.signals == []


def totals_on(means: Sequence[float]) -> list[DayTotal]:
    first = date_day(START.date())
    return [DayTotal(first + day.day, day.n, day.total, day.squares, 0) for day in totals(means)]


def test_no_rule_reads_them() -> None:
    readers = {file.relative_to(CORE).as_posix() for file in CORE.rglob("*.py") if "warning_signs" in _imports(file)}
    assert readers == {"view.py"}


def _imports(file: Path) -> set[str]:
    """The last parts of the names of all modules and names that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom):
            found |= {node.module.rsplit(".", 1)[-1] if node.module else "", *(name.name for name in node.names)}
        elif isinstance(node, ast.Import):
            found |= {name.name.rsplit(".", 1)[-1] for name in node.names}
    return found
