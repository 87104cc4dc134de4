"""Each rule's numbers may differ by care team and by phase: what differs holds for them on their days alone.

Each story holds exactly one day on which something can be found, and two values of a number, one on either side of what
is found on that day.
"""

from dataclasses import dataclass
from functools import cache
from math import comb, inf, nextafter

import pytest

from schemas.events import AnyEvent
from streams.core.analyse import analyse
from streams.core.detect import DETECTORS, eating, ending, focus, mood, relationship, reliable, silence
from streams.core.moments import date_day
from streams.core.policy import Policy
from streams.core.state import EMPTY
from tests.core.builders import START, check_in, clinic, event, interaction, opened, raw

FIRST = date_day(START.date())


@dataclass(frozen=True, eq=False)
class Story:
    """Events, the day after the start that they are about, and by which value of which number it just is found."""

    rule: str
    part: str
    number: str
    events: tuple[AnyEvent, ...]
    day: int
    closed: bool = False
    """By the clock, since nothing is heard later."""
    found_at: float = 0
    not_at: float = 0
    phase: str = "initial"


def moods(first: int, last: int, value: float, *, times: int = 2) -> list[AnyEvent]:
    return [check_in(day + slot / 10, value) for day in range(first, last) for slot in range(1, times + 1)]


def phases(last: str) -> list[AnyEvent]:
    said = [clinic("phase", 0.01, phase="initial", starts_on=0)]
    return said if last == "initial" else [*said, clinic("phase", 30, phase=last, starts_on=30)]


def told(story: Story, policy: Policy, *care: AnyEvent) -> bool:
    events = sorted([*story.events, *care, *phases(story.phase)], key=lambda one: one.time)
    closes = FIRST + story.day if story.closed else None
    state = analyse("p-1", EMPTY, events, policy, closes=closes, now=0).record.state
    return bool(DETECTORS[story.rule].findings(state, "p-1", policy))


def set_to(story: Story, value: float, **more: object) -> Policy:
    numbers = {"version": "t", story.part: {story.number: value}}
    return Policy.model_validate(numbers | more, strict=False)


def differing(story: Story, everybodys: float, ours: float, **whose: str) -> Policy:
    """The policy with one value for everybody, and another for whom it says."""
    return set_to(story, everybodys, overrides=[whose | {story.part: {story.number: ours}}])


LINKED = {"person_id": "a", "kind": "conflict", "valence": -1, "problem_area": "grief"}
STORIES = [
    Story(mood.RULE, "mood", "threshold", (*moods(0, 40, 8, times=1), *moods(40, 42, 2)), 41, closed=True),
    Story(ending.RULE, "ending", "threshold", (*moods(0, 30, 7), *moods(30, 33, 5), check_in(33.5, 5)), 32,
          phase="termination"),
    Story(focus.RULE, "focus", "least",
          (*(event(raw("interaction.v1", 40.5 + n / 1000, LINKED)) for n in range(5)), check_in(43, 5)), 40,
          found_at=5, not_at=6),
    Story(eating.RULE, "eating", "chance",
          tuple(check_in(day + 0.5, 5, symptoms={"binge": int(60 <= day <= 62)}) for day in range(64)), 62,
          found_at=nextafter(comb(7, 3) / comb(63, 3), 1), not_at=comb(7, 3) / comb(63, 3)),
    Story(relationship.RULE, "relationship", "chance",
          (*(check_in(day + 0.9, 5) for day in range(70)), *(interaction(day + 0.5) for day in (67, 68, 69))), 69,
          found_at=nextafter(comb(14, 3) / comb(70, 3), 1), not_at=comb(14, 3) / comb(70, 3)),
    Story(silence.RULE, "silence", "chance", tuple(moods(0, 40, 5, times=1)), 42, closed=True,
          found_at=nextafter(1 / comb(31, 3), 1), not_at=1 / comb(31, 3)),
]  # fmt: skip


@cache
def sides(story: Story) -> tuple[float, float]:
    """The values by which it just is found and just is not; a threshold must be below the largest score there is."""
    if story.not_at:
        return story.found_at, story.not_at
    low, high = 1e-6, 50.0
    while nextafter(low, inf) < high:
        middle = (low + high) / 2
        seen = told(story, set_to(story, middle), opened(0, care_team="north"))
        low, high = (middle, high) if seen else (low, middle)
    return low, high


def test_every_rule_with_a_number_of_the_clinics_has_a_story() -> None:
    """A reliable change is a matter of the questionnaire's measurement error, not of a clinic's choice."""
    assert {story.rule for story in STORIES} == set(DETECTORS) - {reliable.RULE}


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.rule)
@pytest.mark.parametrize("by", [{"care_team"}, {"phase"}, {"care_team", "phase"}], ids=["team", "phase", "both"])
def test_the_number_for_a_team_or_a_phase_holds_for_its_patients(story: Story, by: set[str]) -> None:
    whose = {name: value for name, value in {"care_team": "north", "phase": story.phase}.items() if name in by}
    for found, (ours, others) in ((True, sides(story)), (False, sides(story)[::-1])):
        policy = differing(story, others, ours, **whose)
        assert told(story, policy, opened(0, care_team="north")) is found
        assert told(story, policy, opened(0, care_team="south")) is (found if by == {"phase"} else not found)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.rule)
@pytest.mark.parametrize("late", [0, 1])
def test_a_team_counts_from_the_day_on_which_it_is_named(story: Story, late: int) -> None:
    found, not_found = sides(story)
    named = opened(story.day + late + 0.01, on=0, care_team="north")
    assert told(story, differing(story, not_found, found, care_team="north"), opened(0), named) is (late == 0)


def test_a_silence_that_was_told_of_is_told_once_though_its_patient_comes_to_a_team_that_waits_longer() -> None:
    usual = [check_in(day + 0.5, 5) for day in range(40)]
    waits = {"care_team": "north", "silence": {"silent_days": 14}}
    policy = Policy.model_validate({"version": "t", "silence": {"chance": 0.05}, "overrides": [waits]}, strict=False)
    events = [opened(0), *usual, opened(43, on=0, care_team="north")]
    for days in (42, 50, 60):
        state = analyse("p-1", EMPTY, events, policy, closes=FIRST + days, now=0).record.state
        assert [found.day - FIRST for found in state.silences] == [41]
