"""What every detector keeps to, whatever it looks for. One that is listed is tested; it needs a story in `STORIES`."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from random import Random

import orjson
import pytest

from schemas.alerts import Finding
from schemas.events import AnyEvent
from streams.core.analyse import analyse
from streams.core.detect import DETECTORS
from streams.core.state import EMPTY, State
from tests.core.builders import POLICY, check_in, clinic, event, heartbeat, interaction, opened, phq9, prompt, raw

Story = Callable[[float, int], list[AnyEvent]]
"""Events from a day on that end in a finding; the larger the second argument, 1 or 2, the worse they are."""


def moods(first: float, days: int, mood: float, **said: object) -> list[AnyEvent]:
    return [check_in(first + day + slot, mood, **said) for day in range(days) for slot in (0.4, 0.8)]


def falls(start: float, worse: int) -> list[AnyEvent]:
    return [*moods(start, 40, 8), *moods(start + 40, 10, 6 - 2 * worse)]


def totals_rise(start: float, worse: int) -> list[AnyEvent]:
    scores = [6, 6, 6, 12 + 2 * worse, 12 + 2 * worse]
    return [phq9(start + 3 * week, total) for week, total in enumerate(scores)]


def reacts_to_the_ending(start: float, worse: int) -> list[AnyEvent]:
    initial = clinic("phase", start, phase="initial", starts_on=int(start))
    ending = clinic("phase", start + 10, phase="termination", starts_on=int(start) + 10)
    return [opened(start, on=int(start)), initial, phq9(start + 2, 4), ending, phq9(start + 12, 8 + 4 * worse)]


def drifts(start: float, worse: int) -> list[AnyEvent]:
    data = {"person_id": "a", "kind": "conversation", "valence": 1, "problem_area": "grief"}
    outside = [event(raw("interaction.v1", start + 5 + n / 10, data)) for n in range(9 * worse)]
    return [opened(start, on=int(start)), *outside, check_in(start + 25, 6)]


def binges(start: float, worse: int) -> list[AnyEvent]:
    habit = [check_in(start + day + 0.5, 6, symptoms={"binge": int(day % 7 == 0)}) for day in range(56)]
    spell = [check_in(start + day + 0.5, 6, symptoms={"binge": 2 * worse}) for day in range(56, 62)]
    return [*habit, *spell, check_in(start + 64, 6)]


def quarrels(start: float, worse: int) -> list[AnyEvent]:
    spell = [interaction(start + 60 + n / 2) for n in range(8 * worse)]
    return [*(event for event in moods(start, 60, 6)), *spell]


def goes_offline(start: float, worse: int) -> list[AnyEvent]:
    heard = [*range(40), 44 + 2 * worse]
    return [event for day in heard for event in a_heard_day(start + day)]


def a_heard_day(day: float) -> list[AnyEvent]:
    return [
        *(heartbeat(day + (7 + 12 * n) / 24) for n in range(2)),
        *(prompt(day + (9 + 3 * n) / 24) for n in range(5)),
        *(check_in(day + (9.1 + 3 * n) / 24, 6) for n in range(3)),
    ]


STORIES: dict[str, Story] = {
    "deterioration.mood": falls,
    "deterioration.reliable": totals_rise,
    "ending.reaction": reacts_to_the_ending,
    "focus.drift": drifts,
    "symptoms.eating": binges,
    "relationship.worsening": quarrels,
    "silence": goes_offline,
}

PRIVATE = {"note", "label", "items", "answers"}


def state_after(events: Sequence[AnyEvent]) -> State:
    """As it is when all has been heard; of the newest day only what needs no close."""
    return analyse("p-1", EMPTY, events, POLICY, closes=None, now=0).record.state


def found(rule: str, events: Sequence[AnyEvent], patient: str = "p-1") -> list[Finding]:
    return DETECTORS[rule].findings(state_after(events), patient, POLICY)


def test_each_detector_has_a_story() -> None:
    assert set(STORIES) == set(DETECTORS)


@pytest.mark.parametrize("rule", list(DETECTORS))
def test_it_finds_what_it_is_for_and_still_does_when_things_are_worse(rule: str) -> None:
    for worse in (1, 2):
        findings = found(rule, STORIES[rule](0, worse))
        assert findings
        assert {finding.rule for finding in findings} == {rule}


@pytest.mark.parametrize("rule", list(DETECTORS))
def test_neither_order_nor_repeats_of_the_open_days_leave_a_trace(rule: str) -> None:
    events = STORIES[rule](0, 2)
    newest = max(event.time for event in events)
    settled = [event for event in events if event.time < newest - timedelta(days=13)]
    rest = [event for event in events if event not in settled] * 2
    for seed in range(3):
        Random(seed).shuffle(rest)  # noqa: S311 - no secret
        assert found(rule, [*settled, *rest]) == found(rule, events)


@pytest.mark.parametrize("rule", list(DETECTORS))
def test_to_ask_again_gives_the_same(rule: str) -> None:
    state = state_after(STORIES[rule](0, 1))
    assert DETECTORS[rule].findings(state, "p-1", POLICY) == DETECTORS[rule].findings(state, "p-1", POLICY)


@pytest.mark.parametrize("rule", list(DETECTORS))
def test_a_story_told_28_days_later_is_found_28_days_later(rule: str) -> None:
    early, late = (found(rule, STORIES[rule](start, 1)) for start in (0, 28))
    assert [finding.raised_at + timedelta(days=28) for finding in early] == [finding.raised_at for finding in late]
    assert [finding.since + timedelta(days=28) for finding in early] == [finding.since for finding in late]


@pytest.mark.parametrize("rule", list(DETECTORS))
@pytest.mark.parametrize("mood", [0, 5, 10])
def test_a_life_in_which_nothing_changes_alarms_nobody(rule: str, mood: float) -> None:
    events = [opened(0), *moods(0.1, 100, mood, symptoms={"binge": 1, "purge": 0, "restrict": 2})]
    events += [phq9(7 * week + 0.5, 12) for week in range(14)]
    events += [interaction(7 * week + 0.6, kind="conversation", valence=1) for week in range(14)]
    assert found(rule, sorted(events, key=lambda event: event.time)) == []


@pytest.mark.parametrize("rule", list(DETECTORS))
def test_nobody_has_findings_before_anything_was_heard(rule: str) -> None:
    assert DETECTORS[rule].findings(State(), "p-1", POLICY) == []


@pytest.mark.parametrize("rule", list(DETECTORS))
def test_a_finding_explains_itself_and_tells_nothing_private(rule: str) -> None:
    for finding in found(rule, STORIES[rule](0, 1)):
        assert finding.evidence
        assert not PRIVATE & set(finding.evidence)
        assert orjson.loads(orjson.dumps(finding.evidence)) == finding.evidence
        assert finding.since <= finding.raised_at.date()


@pytest.mark.parametrize("rule", list(DETECTORS))
def test_two_patients_never_share_an_alert_and_two_findings_neither(rule: str) -> None:
    ours, others = (found(rule, STORIES[rule](0, 2), patient) for patient in ("p-1", "p-2"))
    ids = [finding.alert_id for finding in (*ours, *others)]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("rule", list(DETECTORS))
def test_findings_change_only_where_what_they_read_does(rule: str) -> None:
    detector, before = DETECTORS[rule], State()
    record = EMPTY
    for heard in sorted(STORIES[rule](0, 2), key=lambda event: event.time):
        record = analyse("p-1", record, [heard], POLICY, closes=None, now=0).record
        if detector.reads(before) == detector.reads(record.state):
            assert detector.findings(before, "p-1", POLICY) == detector.findings(record.state, "p-1", POLICY)
        before = record.state
