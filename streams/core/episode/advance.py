"""Walk the steps of care in their order: each counts, or is set aside with the reason why it can not follow what was.

Whether a step is legal depends on the steps before it alone, so a late one can make others legal again or not any more,
and once nothing earlier can arrive the answer stands for good. Called by `fold` for what passed the horizon, and on
reading for what is still open.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from msgspec.structs import replace

from streams.core.episode import goals, sessions, terms
from streams.core.episode.course import Course, Tries
from streams.core.episode.illegal import Illegal
from streams.core.episode.steps import (
    AnyStep,
    ClinicStep,
    GoalStep,
    Happening,
    Joined,
    PhaseSet,
    SessionStep,
    StrategyStep,
    Terms,
    Tried,
    in_order,
)

STEPS_MOST: Final = 4_000
"""Steps that count for one patient, ten a week for seven years: no sender shall make a record that nothing takes."""
TRIED_MOST: Final = 200
"""Pairs of strategy and person that tries are counted for."""


class Refused(NamedTuple):
    """A step that does not count, and why."""

    happening: Happening
    reason: str


def advance(course: Course, happenings: Iterable[Happening]) -> tuple[Course, list[Refused]]:
    """What `course` becomes by `happenings`, and which of them do not count."""
    refused = []
    for happening in sorted(happenings, key=in_order):
        outcome = _take(course, happening, happening.step)
        if isinstance(outcome, Illegal):
            refused.append(Refused(happening, outcome.reason))
        else:
            course = outcome
    return course, refused


def _take(course: Course, happening: Happening, step: AnyStep) -> Course | Illegal:
    if isinstance(step, Tried):
        return _try(course, step)
    if course.steps >= STEPS_MOST:
        return Illegal(f"{STEPS_MOST:,} steps are kept of this patient's care already")
    changed = _follow(course, happening, step)
    return changed if isinstance(changed, Illegal) else replace(changed, steps=course.steps + 1)


def _follow(course: Course, happening: Happening, step: ClinicStep) -> Course | Illegal:
    match step:
        case Terms():
            return terms.agree(course, happening, step)
        case Joined():
            return sessions.join(course, step)
    care = course.episodes.get(step.episode)
    if care is None:
        return Illegal("there is no such episode yet")
    match step:
        case PhaseSet():
            changed = terms.begin(care, happening, step)
        case GoalStep():
            changed = goals.goal(care, happening, step)
        case StrategyStep():
            changed = goals.strategy(care, happening, step)
        case SessionStep():
            changed = sessions.session(care, happening, step, course)
    if isinstance(changed, Illegal):
        return changed
    return replace(course, episodes=course.episodes | {step.episode: changed})


def _try(course: Course, step: Tried) -> Course:
    """Count a try; the phone may know of a strategy before the clinic has sent it."""
    with_whom = course.tried.get(step.strategy, {})
    if step.person not in with_whom and sum(map(len, course.tried.values())) >= TRIED_MOST:
        return course
    known = with_whom.get(step.person, Tries())
    told = step.helped is not None
    tries = Tries(known.times + 1, known.rated + told, known.helped + (step.helped or 0))
    return replace(course, tried=course.tried | {step.strategy: with_whom | {step.person: tries}})
