"""The part of a group's view that somebody may see.

The leader sees all of it. Anybody else sees no member, nothing at all of a group that has fewer than four members
today, and no figure that fewer than four members stand behind: otherwise it would speak of single ones.
"""

from datetime import date

from schemas.groups import GroupSessionView, GroupView
from streams.core.group.detect import SMALLEST


def for_reader(view: GroupView, *, leads: bool, today: date) -> GroupView | None:
    """What to show of `view`, or None where there is nothing to show.

    Args:
        view: the whole of it.
        leads: whether the reader is this group's leader.
        today: the reader's day: who has left by then is no member.
    """
    if leads:
        return view
    if sum(any(span.covers(today) for span in member.spans) for member in view.members) < SMALLEST:
        return None
    return GroupView(
        group=view.group,
        weeks=tuple(week for week in view.weeks if week.members >= SMALLEST),
        sessions=tuple(_covered(session) for session in view.sessions if session.held + session.missed >= SMALLEST),
        members=(),
    )


def _covered(session: GroupSessionView) -> GroupSessionView:
    """Without the figures that too few stand behind."""
    hidden: dict[str, None] = {}
    if (session.rated or 0) < SMALLEST:
        hidden |= {"cohesion": None, "rated": None}
    if (session.judged or 0) < SMALLEST:
        hidden |= {"judged": None, "worse": None}
    if session.held < SMALLEST:
        hidden |= {"skills": None}
    return session.model_copy(update=hidden)
