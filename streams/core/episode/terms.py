"""Opening, agreeing, closing, and the phases that are said to begin. Called by `advance`."""

from typing import Final

from msgspec.structs import replace

from schemas.vocabulary import Phase
from streams.core.episode.course import Agreed, Begun, Care, Course
from streams.core.episode.illegal import Illegal, outside
from streams.core.episode.steps import Happening, PhaseSet, Terms

PHASES: Final = tuple(phase.value for phase in Phase)
"""In the order in which they follow each other."""


def agree(course: Course, happening: Happening, step: Terms) -> Course | Illegal:
    """Open an episode, change what was agreed, or close it; the newest terms stand."""
    care = course.episodes.get(step.episode)
    if care is None:
        agreed = (Agreed(happening.day, step.areas),) if step.areas else ()
        changed: Care | Illegal = Care(step, happening.time, agreed)
    else:
        changed = _renew(care, happening, step)
    if isinstance(changed, Illegal):
        return changed
    return replace(course, episodes=course.episodes | {step.episode: changed})


def begin(care: Care, happening: Happening, step: PhaseSet) -> Care | Illegal:
    """Let a phase begin on a day; phases begin one after the other."""
    wrong = outside(care, step.starts)
    if wrong is not None:
        return wrong
    rank = PHASES.index(step.phase)
    for phase, begun in care.phases.items():
        if PHASES.index(phase) < rank and begun.day >= step.starts:
            return Illegal(f"the {phase} phase comes before it, and begins later")
        if PHASES.index(phase) > rank and begun.day <= step.starts:
            return Illegal(f"the {phase} phase comes after it, and began before")
    known = care.phases.get(step.phase)
    if known is not None and known.day == step.starts:
        return care
    return replace(care, phases=care.phases | {step.phase: Begun(step.starts, happening.time)})


def _renew(care: Care, happening: Happening, step: Terms) -> Care | Illegal:
    held = [known.now.on for known in care.sessions.values() if known.now.status == "held"]
    if held and min(held) < step.opened:
        return Illegal("a session was held before the episode opened")
    if held and step.closed is not None and max(held) > step.closed:
        return Illegal("a session was held after the episode closed")
    if any(begun.day < step.opened for begun in care.phases.values()):
        return Illegal("a phase began before the episode opened")
    bounds = (step.opened, step.sessions, step.initial, step.termination)
    known = care.terms
    same = bounds == (known.opened, known.sessions, known.initial, known.termination)
    last = care.agreed[-1].areas if care.agreed else ()
    agreed = care.agreed
    if step.areas != last:
        agreed = (*agreed, Agreed(happening.day, step.areas))
    return replace(care, terms=step, planned=care.planned if same else happening.time, agreed=agreed)
