"""Which courses of totals are a reliable deterioration, and when that is first known."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.questionnaires import INSTRUMENTS
from streams.core.analyse import analyse
from streams.core.detect.reliable import Deterioration, deteriorations, findings
from streams.core.moments import DAY
from streams.core.state import EMPTY, ScoreEntry
from tests.core.builders import POLICY, event, phq9, raw

PHQ9 = INSTRUMENTS["PHQ-9"]


def walk(totals: Sequence[float], instrument: str = "PHQ-9") -> list[Deterioration]:
    course = [
        ScoreEntry(week * 7 * DAY, bytes([week]), b"", 0, instrument, round(total * 100), 0, f"q-{week}")
        for week, total in enumerate(totals)
    ]
    return list(deteriorations(course, INSTRUMENTS[instrument]))


def known_at(totals: Sequence[float], instrument: str = "PHQ-9") -> list[int]:
    """At which scores, counted from 0, a deterioration became known."""
    return [int(seen.scores[-1].event_id[2:]) for seen in walk(totals, instrument)]


@pytest.mark.parametrize("totals", [[], [20], [5, 25], [5, 5], [5, 5, 11], [5, 5, 10, 10, 10]])
def test_too_few_or_too_small_is_nothing(totals: list[int]) -> None:
    assert walk(totals) == []


def test_two_in_a_row_against_the_mean_of_the_first_two() -> None:
    [seen] = walk([4, 8, 12, 12])
    assert (seen.baseline, [score.event_id for score in seen.scores]) == (6, ["q-2", "q-3"])
    assert walk([4, 9, 12, 12]) == []


def test_the_second_of_the_first_two_is_baseline_and_confirms_nothing() -> None:
    assert known_at([2, 14, 14, 14]) == [3]


def test_one_high_score_between_low_ones_is_nothing() -> None:
    assert known_at([5, 5, 12, 5, 12, 5, 12]) == []


@pytest.mark.parametrize(("instrument", "change"), [("PHQ-9", 6), ("GAD-7", 4), ("EDE-QS", 7)])
def test_the_change_that_counts_is_the_instruments_own(instrument: str, change: int) -> None:
    assert known_at([2, 2, 2 + change, 2 + change], instrument) == [3]
    assert known_at([2, 2, 1.99 + change, 1.99 + change], instrument) == []


def test_it_is_told_once_while_it_lasts_and_again_when_it_comes_back() -> None:
    assert known_at([5, 5, 12, 12, 13, 14, 12]) == [3]
    assert known_at([5, 5, 12, 12, 5, 12, 12]) == [3, 6]


def test_a_relapse_after_a_confirmed_improvement_is_seen() -> None:
    assert known_at([16, 16, 6, 6, 14, 14]) == [5]
    [seen] = walk([16, 16, 6, 8, 14, 14])
    assert seen.baseline == 7


def test_an_improvement_that_was_not_confirmed_moves_no_baseline() -> None:
    assert known_at([16, 16, 6, 16, 17, 18]) == []


def test_an_improvement_confirms_once_and_the_next_needs_two_scores_of_its_own() -> None:
    [seen] = walk([18, 18, 12, 12, 6, 12, 18, 18])
    assert seen.baseline == 12
    [seen] = walk([18, 18, 12, 12, 6, 6, 12, 12])
    assert seen.baseline == 6


def test_a_reliable_step_into_the_severe_band_needs_no_second_score() -> None:
    [seen] = walk([10, 12, 20])
    assert (seen.into_severe, seen.scores[0].event_id, len(seen.scores)) == (True, "q-2", 1)
    assert known_at([10, 12, 19]) == []
    assert known_at([10, 12, 19.99]) == []


def test_a_step_into_the_severe_band_within_measurement_error_is_nothing_yet() -> None:
    assert known_at([17, 18, 20]) == []


def test_who_was_severe_already_steps_nowhere() -> None:
    assert known_at([10, 20, 21]) == []
    assert known_at([10, 20, 21, 21]) == [3]


def test_a_severe_step_that_holds_is_told_once() -> None:
    assert known_at([10, 12, 21, 22, 23]) == [2]


def test_gad_7_is_severe_from_15_and_ede_qs_knows_no_severe_band() -> None:
    assert known_at([8, 8, 15], "GAD-7") == [2]
    assert known_at([8, 8, 14], "GAD-7") == []
    assert known_at([8, 8, 36], "EDE-QS") == []


@settings(deadline=None)
@given(st.lists(st.integers(0, 27), max_size=12), st.integers(0, 27))
def test_what_was_known_stays_known_when_another_score_comes(totals: list[int], next_total: int) -> None:
    assert walk([*totals, next_total])[: len(walk(totals))] == walk(totals)


@settings(deadline=None)
@given(st.integers(0, 27), st.integers(1, 30))
def test_a_constant_course_is_nothing(total: int, length: int) -> None:
    assert walk([total] * length) == []


def test_the_finding_names_its_scores_and_both_dates() -> None:
    events = [phq9(7 * week, total, id=f"q-{week}", offset=120) for week, total in enumerate([5, 5, 14, 15])]
    state = analyse("p-1", EMPTY, events, POLICY, closes=None, now=0).record.state
    [finding] = findings(state, "p-1")
    assert (str(finding.since), finding.raised_at) == ("2026-06-15", events[3].time)
    assert finding.severity == "high"
    assert finding.evidence == {
        "instrument": "PHQ-9",
        "baseline": 5,
        "totals": [14, 15],
        "into_severe": False,
        "events": ["q-2", "q-3"],
    }


def test_instruments_do_not_mix() -> None:
    high = {str(item): 3 for item in range(1, 8)}
    mixed = [phq9(0, 5), phq9(7, 5), phq9(14, 12)]
    gad = [event(raw("questionnaire.v1", 21, {"instrument": "GAD-7", "items": high}))]
    state = analyse("p-1", EMPTY, [*mixed, *gad], POLICY, closes=None, now=0).record.state
    assert findings(state, "p-1") == []


def test_a_questionnaire_without_a_total_stands_between_no_two() -> None:
    incomplete = event(raw("questionnaire.v1", 17, {"instrument": "PHQ-9", "items": {"1": 0}}))
    events = [phq9(0, 5), phq9(7, 5), phq9(14, 12), incomplete, phq9(21, 12)]
    state = analyse("p-1", EMPTY, events, POLICY, closes=None, now=0).record.state
    assert len(findings(state, "p-1")) == 1
    assert PHQ9.reliable_change == 6
