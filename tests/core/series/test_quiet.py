from datetime import date

from streams.core.moments import date_day
from streams.core.series.quiet import DAYS, quiet_points
from streams.core.series.stamp import noon
from streams.core.state import Silence, State

TODAY = date_day(date(2026, 6, 30))


def silence(day: int) -> Silence:
    return Silence(day, 0, day - 3, "offline", (3, 0, 0, 0), (28, 20, 0, 28), 0.001, ())


def test_the_newest_judged_days_are_told_silent_or_not() -> None:
    lines = quiet_points("p-1", State(silence_judged=TODAY, silences=(silence(TODAY - 1), silence(TODAY - DAYS))))
    assert len(lines) == DAYS
    assert lines[-1] == f'silence,patient=p-1 silent=0i,kind="" {noon(date(2026, 6, 30))}'
    assert lines[-2] == f'silence,patient=p-1 silent=1i,kind="offline" {noon(date(2026, 6, 29))}'
    assert sum("silent=1i" in line for line in lines) == 1


def test_a_silence_that_is_taken_back_is_overwritten() -> None:
    before = quiet_points("p-1", State(silence_judged=TODAY, silences=(silence(TODAY),)))
    after = quiet_points("p-1", State(silence_judged=TODAY))
    assert [line.rsplit(" ", 1)[1] for line in before] == [line.rsplit(" ", 1)[1] for line in after]
    assert "silent=1i" in before[-1]
    assert "silent=0i" in after[-1]


def test_nothing_is_told_before_any_day_was_judged() -> None:
    assert quiet_points("p-1", State()) == []
