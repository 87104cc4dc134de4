"""What the detector says of a patient's scores; tests/core/test_course.py has which courses count."""

from streams.core.analyse import analyse
from streams.core.detect.reliable import findings
from streams.core.state import EMPTY
from tests.core.builders import POLICY, event, phq9, raw


def test_the_finding_names_its_scores_and_both_dates() -> None:
    events = [phq9(7 * week, total, id=f"q-{week}", offset=120) for week, total in enumerate([5, 5, 14, 15])]
    state = analyse("p-1", EMPTY, events, POLICY, closes=None, now=0).record.state
    [finding] = findings(state, "p-1", POLICY)
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
    assert findings(state, "p-1", POLICY) == []


def test_a_questionnaire_without_a_total_stands_between_no_two() -> None:
    incomplete = event(raw("questionnaire.v1", 17, {"instrument": "PHQ-9", "items": {"1": 0}}))
    events = [phq9(0, 5), phq9(7, 5), phq9(14, 12), incomplete, phq9(21, 12)]
    state = analyse("p-1", EMPTY, events, POLICY, closes=None, now=0).record.state
    assert len(findings(state, "p-1", POLICY)) == 1
