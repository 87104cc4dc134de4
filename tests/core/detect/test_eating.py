"""When binges, purges or restriction are above a patient's own habit, and how often chance alone says so."""

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from schemas.alerts import Finding
from schemas.events import AnyEvent
from streams.core.analyse import analyse
from streams.core.detect.eating import RULE, findings
from streams.core.state import EMPTY
from tests.core.builders import POLICY, START, check_in

Day = Mapping[str, int] | None


def said(days: Sequence[Day]) -> list[AnyEvent]:
    """A check-in a day; None says nothing of symptoms. One more day closes the last."""
    told = [
        check_in(day + 0.5, 5, symptoms=None if of_day is None else dict(of_day), id=f"c-{day}", offset=120)
        for day, of_day in enumerate(days)
    ]
    return [*told, check_in(len(days) + 0.5, 5)]


def found(days: Sequence[Day]) -> list[Finding]:
    signals = analyse("p-1", EMPTY, said(days), POLICY, closes=None, now=0).signals
    return [signal for signal in signals if signal.rule == RULE]


def day_of(finding: Finding) -> int:
    """The local day that the finding closes, counted from the start."""
    return (finding.raised_at.date() - START.date()).days - 1


ONCE_A_WEEK: list[Day] = [{"binge": int(day % 7 == 0)} for day in range(56)]


def test_a_steady_habit_however_heavy_is_no_finding() -> None:
    assert found(ONCE_A_WEEK * 2) == []
    assert found([{"binge": 4, "purge": 4}] * 100) == []


def test_above_the_habit_is_known_at_the_close_of_the_day_with_what_it_rests_on() -> None:
    [finding] = found([*ONCE_A_WEEK, *[{"binge": 1}] * 7])
    assert (finding.rule, finding.severity, day_of(finding)) == (RULE, "high", 61)
    assert str(finding.since) == "2026-07-27"
    assert finding.raised_at.isoformat() == "2026-08-02T00:00:00+02:00"
    assert finding.evidence == {
        "binge": {"recent": {"count": 6, "days": 7}, "before": {"count": 8, "days": 55}},
        "until": "2026-08-01",
        "events": ["c-56", "c-57", "c-58", "c-59", "c-60", "c-61"],
    }


def test_the_running_day_is_not_judged() -> None:
    events = said([*ONCE_A_WEEK, *[{"binge": 1}] * 6])[:-1]
    state = analyse("p-1", EMPTY, events, POLICY, closes=None, now=0).record.state
    assert findings(state, "p-1", POLICY) == []
    closed = analyse("p-1", EMPTY, events, POLICY, closes=state.days[-1].day, now=0).record.state
    assert len(findings(closed, "p-1", POLICY)) == 1


@pytest.mark.parametrize(("days", "known"), [(13, False), (14, True)])
def test_two_weeks_of_habit_are_needed(days: int, known: bool) -> None:
    assert bool(found([*[{"purge": 0}] * days, *[{"purge": 2}] * 7])) == known


def test_days_that_say_nothing_are_not_zero() -> None:
    weekly: list[Day] = [{"binge": 1} if day % 7 == 0 else None for day in range(120)]
    assert found([*weekly, *[{"binge": 1}] * 7]) == []


def test_two_are_too_few() -> None:
    assert found([*[{"binge": 0}] * 56, {"binge": 1}, {"binge": 1}]) == []
    assert len(found([*[{"binge": 0}] * 56, {"binge": 1}, {"binge": 1}, {"binge": 1}])) == 1


def test_a_spell_is_told_once_and_the_next_one_again() -> None:
    spell: list[Day] = [{"restrict": 1}] * 10
    quiet: list[Day] = [{"restrict": 0}] * 60
    assert [day_of(finding) for finding in found([*quiet, *spell, *quiet, *spell])] == [62, 132]


def test_symptoms_that_rise_together_are_one_finding() -> None:
    [finding] = found([*[{"binge": 0, "purge": 0, "restrict": 1}] * 56, *[{"binge": 1, "purge": 1, "restrict": 1}] * 5])
    assert finding.evidence.keys() == {"binge", "purge", "until", "events"}


@pytest.mark.slow
@pytest.mark.parametrize("mean", [0.1, 0.5, 2.0])
@pytest.mark.parametrize("clustered", [False, True])
def test_chance_alone_raises_less_than_one_in_two_patient_years(mean: float, clustered: bool) -> None:
    """Days of one symptom with a steady mean, said on four of five; clustered: variance of 1.7 to 5 times the mean."""
    random = np.random.default_rng(7)
    years, false = 30, 0
    for _ in range(years):
        means = random.gamma(0.7, mean / 0.7, 365) if clustered else np.full(365, mean)
        days = [{"binge": min(99, int(count))} if random.random() < 0.8 else None for count in random.poisson(means)]
        false += len(found(days))
    assert false / years <= 0.5
