"""Sessions, and the groups that they are held with. Called by `advance`."""

from msgspec.structs import replace

from streams.core.episode.course import Care, Course, Session
from streams.core.episode.illegal import Illegal, outside
from streams.core.episode.steps import Happening, Joined, SessionStep

GROUPS_MOST = 20
"""Groups of one patient that count, since each is told of all that the patient reports."""


def session(care: Care, happening: Happening, step: SessionStep, course: Course) -> Care | Illegal:
    """Note what became of a session; held and missed correct each other, the rest cannot follow held."""
    known = care.sessions.get(step.session)
    wrong = (
        outside(care, step.on) or _too_early(happening, step) or _not_after(known, step) or _number_taken(care, step)
    )
    if wrong is not None:
        return wrong
    if step.group and not course.member_of(step.group, step.on):
        return Illegal("the patient was not in that group on that day")
    moved = 0 if known is None else known.moved
    same = known is not None and (known.now.status, known.now.on, known.now.number) == (
        step.status,
        step.on,
        step.number,
    )
    since = known.known if known is not None and same else happening.time
    changed = Session(step, moved + (step.status == "moved" and not same), since)
    return replace(care, sessions=care.sessions | {step.session: changed})


def join(course: Course, step: Joined) -> Course | Illegal:
    """Join or leave a group; the newest event for a group and its first day stands."""
    others = tuple(known for known in course.groups if (known.group, known.joined) != (step.group, step.joined))
    if len({known.group for known in others} | {step.group}) > GROUPS_MOST:
        return Illegal(f"the patient belongs to {GROUPS_MOST} groups already")
    for known in others:
        if known.group == step.group and _overlap(known, step):
            return Illegal("the patient belongs to that group in those days already")
    return replace(course, groups=(*others, step))


def _too_early(happening: Happening, step: SessionStep) -> Illegal | None:
    if step.status in {"held", "missed"} and step.on > happening.day:
        return Illegal(f"a session cannot be {step.status} on a day that has not come")
    return None


def _not_after(known: Session | None, step: SessionStep) -> Illegal | None:
    if known is not None and known.now.status == "held" and step.status not in {"held", "missed"}:
        return Illegal("the session was held already")
    return None


def _number_taken(care: Care, step: SessionStep) -> Illegal | None:
    if step.status != "held" or step.number is None:
        return None
    taken = any(
        other.now.status == "held" and other.now.number == step.number and name != step.session
        for name, other in care.sessions.items()
    )
    return Illegal("another session was held under that number") if taken else None


def _overlap(one: Joined, other: Joined) -> bool:
    return (one.left is None or other.joined <= one.left) and (other.left is None or one.joined <= other.left)
