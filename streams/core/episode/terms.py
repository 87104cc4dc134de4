"""Opening, agreeing, closing, and the phases that are said to begin. Called by `advance`."""

from collections.abc import Iterator

from msgspec.structs import replace

from schemas.vocabulary import Phase
from streams.core.episode.course import Agreed, Assigned, Begun, Care, Course
from streams.core.episode.illegal import Illegal, outside
from streams.core.episode.steps import PHASES, Happening, PhaseSet, Terms
from streams.core.moments import Day


def agree(course: Course, happening: Happening, step: Terms) -> Course | Illegal:
    """Open an episode, change what was agreed, or close it; the newest terms stand."""
    care = course.episodes.get(step.episode)
    if care is None:
        changed: Care | Illegal = _agreed(Care(step, happening.time), happening, step)
    else:
        changed = _renew(care, happening, step)
    if isinstance(changed, Illegal):
        return changed
    return replace(course, episodes=course.episodes | {step.episode: changed})


def begin(care: Care, happening: Happening, step: PhaseSet) -> Care | Illegal:
    """Let a phase begin on a day; phases begin one after the other, each on a later day."""
    wrong = outside(care, step.starts) or _out_of_turn(care, step) or _nothing_to_end(care, step)
    if wrong is not None:
        return wrong
    known = care.phases.get(step.phase)
    if known is not None and known.day == step.starts:
        return care
    return replace(care, phases=care.phases | {step.phase: Begun(step.starts, happening.time)})


def _out_of_turn(care: Care, step: PhaseSet) -> Illegal | None:
    """The initial phase begins with the episode where nothing else is said."""
    rank = PHASES.index(step.phase)
    firsts = {Phase.INITIAL.value: care.terms.opened} | {name: begun.day for name, begun in care.phases.items()}
    for phase, first in firsts.items():
        if PHASES.index(phase) < rank and first >= step.starts:
            return Illegal(f"the {phase} phase comes before it, and does not begin on an earlier day")
    for phase, begun in care.phases.items():
        if PHASES.index(phase) > rank and begun.day <= step.starts:
            return Illegal(f"the {phase} phase comes after it, and began before")
    return None


def _nothing_to_end(care: Care, step: PhaseSet) -> Illegal | None:
    """Whether no therapy is known of that termination or maintenance could follow.

    A phase that was said is known to be earlier by now; who tells of no phase tells of sessions.
    """
    if step.phase in {Phase.INITIAL.value, Phase.MIDDLE.value}:
        return None
    said = any(PHASES.index(phase) < PHASES.index(step.phase) for phase in care.phases)
    if said or any(day < step.starts for day in _held(care)):
        return None
    return Illegal("no phase was said to begin before it, and no session was held")


def _renew(care: Care, happening: Happening, step: Terms) -> Care | Illegal:
    care = replace(care, phases=_phases_that_came(care, happening, step))
    wrong = next(_left_outside(care, step), None)
    if wrong is not None:
        return wrong
    bounds = (step.opened, step.sessions, step.initial, step.termination)
    known = care.terms
    same = bounds == (known.opened, known.sessions, known.initial, known.termination)
    renewed = replace(care, terms=step, planned=care.planned if same else happening.time)
    return _agreed(renewed, happening, step)


def _agreed(care: Care, happening: Happening, step: Terms) -> Care:
    """With the problem areas and the care team, where they are others than before."""
    areas = care.agreed[-1].areas if care.agreed else ()
    if step.areas != areas:
        care = replace(care, agreed=(*care.agreed, Agreed(happening.day, step.areas)))
    team = care.teams[-1].team if care.teams else ""
    if step.team != team:
        care = replace(care, teams=(*care.teams, Assigned(happening.day, step.team)))
    return care


def _phases_that_came(care: Care, happening: Happening, step: Terms) -> dict[str, Begun]:
    """Without those that were planned for a day which the closing leaves out before it has come."""
    closed = step.closed
    if closed is None:
        return care.phases
    return {name: begun for name, begun in care.phases.items() if begun.day <= max(closed, happening.day)}


def _left_outside(care: Care, step: Terms) -> Iterator[Illegal]:
    """Why what counts already cannot lie between the opening and the closing of `step`."""
    for what, days in _what_counts(care).items():
        if days and min(days) < step.opened:
            yield Illegal(f"{what} before the episode opened")
        if days and step.closed is not None and max(days) > step.closed:
            yield Illegal(f"{what} after the episode closed")
    if any(begun.day == step.opened and phase != Phase.INITIAL.value for phase, begun in care.phases.items()):
        yield Illegal("a later phase began on the day the episode opened")


def _what_counts(care: Care) -> dict[str, list[Day]]:
    return {
        "a session was held": _held(care),
        "a phase began": [begun.day for begun in care.phases.values()],
        "a goal was set": [goal.set_on for goal in care.goals.values()],
        "a strategy was set": [strategy.set_on for strategy in care.strategies.values()],
    }


def _held(care: Care) -> list[Day]:
    return [known.now.on for known in care.sessions.values() if known.now.status == "held"]
