"""Which phase of therapy a day lies in.

Where `phase.v1` says when a phase begins, that stands. The others follow from the sessions held: the initial phase
begins with the episode and has as many sessions as the episode or the policy says (1-3 or 1-4, by manual:
alpfmedical.info; iptuk.net), and termination has the last sessions of the planned dose.
"""

from collections.abc import Iterator
from typing import NamedTuple

from schemas.vocabulary import Phase
from streams.core.episode.course import Begun, Care, Course, Session
from streams.core.episode.steps import PHASES
from streams.core.moments import Day, Micros
from streams.core.policy import PhasePolicy


class PhaseSpan(NamedTuple):
    """A phase from its first to its last day; None while it lasts."""

    phase: Phase
    first: Day
    last: Day | None
    known: Micros
    """When all that it follows from had been said."""
    said: bool
    """By `phase.v1`; otherwise it follows from the sessions."""


def spans(care: Care, policy: PhasePolicy) -> list[PhaseSpan]:
    """The phases of an episode, each up to the day before the next."""
    starts = list(_starts(care, policy))
    ends = [start.first - 1 for start in starts[1:]] + [care.terms.closed]
    return [start._replace(last=end) for start, end in zip(starts, ends, strict=True)]


def phase_on(course: Course, day: Day, policy: PhasePolicy) -> Phase | None:
    """The phase that `day` lies in; None outside of any episode."""
    care = course.care_on(day)
    if care is None:
        return None
    return next((span.phase for span in reversed(spans(care, policy)) if span.first <= day), None)


def held(care: Care) -> list[tuple[int, Session]]:
    """The sessions held in the order of their days, each with its number: its own, or its place among them."""
    sessions = sorted(
        (known for known in care.sessions.values() if known.now.status == "held"),
        key=lambda known: (known.now.on, known.now.session),
    )
    return [(known.now.number or place, known) for place, known in enumerate(sessions, 1)]


def _starts(care: Care, policy: PhasePolicy) -> Iterator[PhaseSpan]:
    """Said or following, in order; one that follows gives way to any that was said and to those before it."""
    follows = _following(care, policy)
    newest = care.terms.opened - 1
    for rank, name in enumerate(PHASES):
        said = care.phases.get(name)
        begun = said or follows.get(name)
        if begun is None:
            continue
        later = [care.phases[other].day for other in PHASES[rank + 1 :] if other in care.phases]
        if said is None and (begun.day <= newest or any(other <= begun.day for other in later)):
            continue
        newest = begun.day
        yield PhaseSpan(Phase(name), begun.day, None, begun.known, said is not None)


def _following(care: Care, policy: PhasePolicy) -> dict[str, Begun]:
    """The phases that begin by the numbers of sessions."""
    terms = care.terms
    starts = {Phase.INITIAL.value: Begun(terms.opened, care.planned)}
    firsts = {Phase.MIDDLE.value: (terms.initial or policy.initial_sessions) + 1}
    if terms.sessions is not None:
        firsts[Phase.TERMINATION.value] = terms.sessions - (terms.termination or policy.termination_sessions) + 1
    sessions = held(care)
    for phase, number in firsts.items():
        reached = next((known for place, known in sessions if place >= number), None)
        if reached is not None:
            starts[phase] = Begun(reached.now.on, max(reached.known, care.planned))
    return starts
