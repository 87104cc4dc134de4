"""What may be shown of a therapy group to those who do not lead it, as points. Called by the analysis agent.

A dashboard cannot tell who leads a group, so nothing of it is there that fewer than four members stand behind. What is
shown follows from the group's own days: on the newest of them it is decided whether it has four members.
"""

from datetime import date

from schemas.groups import GroupSessionView, GroupView
from streams.core.group import for_reader
from streams.core.line import Field, line
from streams.core.series.stamp import noon


def group_points(view: GroupView) -> list[str]:
    """The lines for `view`; none of a group that is too small."""
    days = [*(week.week for week in view.weeks), *(session.on for session in view.sessions)]
    shown = for_reader(view, leads=False, today=max(days, default=date.min))
    if shown is None:
        return []
    weeks = [
        line(
            "group_week",
            {"group": view.group},
            {"id": view.group, "members": week.members, "mood": float(week.mean)},
            noon(week.week),
        )
        for week in shown.weeks
    ]
    return [*weeks, *(_session(view.group, session) for session in shown.sessions)]


def _session(group: str, session: GroupSessionView) -> str:
    fields: dict[str, Field] = {"held": session.held, "missed": session.missed}
    if session.cohesion is not None:
        fields["cohesion"] = float(session.cohesion)
    if session.judged is not None and session.worse is not None:
        fields |= {"judged": session.judged, "worse": session.worse}
    return line("group_session", {"group": group}, fields, noon(session.on))
