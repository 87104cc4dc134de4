from datetime import date

import pytest

from schemas.alerts import Finding, Severity
from schemas.events import AnyEvent
from streams.core.analyse import analyse
from streams.core.detect.ending import LONGEST, findings
from streams.core.state import EMPTY
from tests.core.builders import POLICY, check_in, clinic, opened, phq9


def ending(day: float = 30, *, told: float | None = None) -> AnyEvent:
    return clinic("phase", day if told is None else told, phase="termination", starts_on=int(day))


def begun() -> list[AnyEvent]:
    """An episode whose initial phase was said, so that there is something to end."""
    return [opened(0), clinic("phase", 0, phase="initial", starts_on=0)]


def found(*events: AnyEvent) -> list[Finding]:
    ordered = sorted(events, key=lambda event: event.time)
    state = analyse("p-1", EMPTY, ordered, POLICY, closes=None, now=0).record.state
    return findings(state, "p-1", POLICY)


def moods(first: int, last: int, mood: float) -> list[AnyEvent]:
    return [check_in(day + slot, mood + (slot - 0.5)) for day in range(first, last) for slot in (0.3, 0.7)]


@pytest.mark.parametrize(("total", "reacts"), [(13, False), (14, True)])
def test_a_reliable_rise_of_symptoms_after_the_mean_of_the_last_two(total: int, reacts: bool) -> None:
    """A PHQ-9 changes reliably from 6 points on: 8 is the mean of 9 and 7."""
    events = [*begun(), phq9(1, 20), phq9(10, 9), phq9(20, 7), ending(30), phq9(32, total)]
    assert bool(found(*events)) is reacts


def test_one_score_before_the_ending_is_enough_and_none_is_not() -> None:
    assert len(found(*begun(), phq9(10, 5), ending(30), phq9(32, 11))) == 1
    assert found(*begun(), ending(30), phq9(32, 5), phq9(39, 20)) == []


def test_the_finding_says_what_rose_since_the_phase_began() -> None:
    [finding] = found(*begun(), phq9(10, 5), ending(30), phq9(32, 11), phq9(39, 20))
    assert (finding.rule, finding.severity, finding.since) == ("ending.reaction", Severity.INFO, date(2026, 7, 1))
    assert finding.raised_at == phq9(32, 11).time
    assert finding.evidence == {"instrument": "PHQ-9", "baseline": 5.0, "totals": [11.0]}


def test_only_the_termination_phase_counts_from_its_first_to_its_last_day() -> None:
    rise = [*begun(), phq9(10, 5), phq9(35, 20)]
    assert found(*rise) == []
    assert found(*rise, clinic("phase", 30, phase="middle", starts_on=30)) == []
    assert len(found(*rise, ending(35))) == 1
    assert found(*rise, ending(36)) == []
    assert len(found(*rise, ending(30), clinic("phase", 31, phase="maintenance", starts_on=36))) == 1
    assert found(*rise, ending(30), clinic("phase", 31, phase="maintenance", starts_on=35)) == []


def test_a_fall_of_mood_is_found_at_the_close_of_the_first_day_that_shows_it() -> None:
    events = [*begun(), *moods(0, 30, 7), ending(30), *moods(30, 45, 4)]
    [finding] = found(*events)
    assert finding.evidence["before"] == {"n": 56, "mean": 7.0}
    assert finding.evidence["recent"] == {"n": 6, "mean": 4.0}
    assert finding.evidence["until"] == "2026-07-03"
    assert finding.raised_at.isoformat() == "2026-07-04T00:00:00+00:00"


def test_steady_or_rising_mood_is_no_reaction() -> None:
    for mood in (7, 9):
        assert found(*begun(), *moods(0, 30, 7), ending(30), *moods(30, 45, mood)) == []


@pytest.mark.parametrize(("reports", "reacts"), [(4, False), (5, True)])
def test_it_takes_five_reports_in_the_phase(reports: int, reacts: bool) -> None:
    """All on its first day, and one on the next, which is not over."""
    first = [check_in(30 + n / 10, 0) for n in range(reports)]
    assert bool(found(*begun(), *moods(0, 30, 9), ending(30), *first, check_in(31.5, 0))) is reacts


@pytest.mark.parametrize(("before", "reacts"), [(7, False), (8, True)])
def test_it_takes_eight_reports_before_it(before: int, reacts: bool) -> None:
    past = [check_in(29 + n / 10, 9) for n in range(before)]
    assert bool(found(*begun(), *past, ending(30), *moods(30, 45, 1))) is reacts


def test_a_phase_that_never_ends_is_looked_at_for_two_months() -> None:
    steady = [*begun(), *moods(0, 30, 7), ending(30), *moods(30, 30 + LONGEST, 7)]
    assert found(*steady, *moods(30 + LONGEST, 130, 1)) == []


def test_it_is_known_when_the_phase_was_told_of_and_not_before() -> None:
    [finding] = found(*begun(), phq9(10, 5), phq9(32, 11), ending(30, told=50))
    assert finding.raised_at == ending(30, told=50).time
    assert found(*begun(), phq9(10, 5), phq9(32, 11), ending(30, told=121)) == []


def test_symptoms_and_mood_are_two_findings() -> None:
    events = [*begun(), phq9(10, 5), *moods(0, 30, 7), ending(30), *moods(30, 45, 4), phq9(40, 20)]
    assert len({finding.alert_id for finding in found(*events)}) == 2
