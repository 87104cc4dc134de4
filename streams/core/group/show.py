"""The view of a group, with all of it: member trends against the group, attendance, cohesion, practice, what worsened.

Called by `gather`. Who may see which part of it is `reader`'s to say.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from schemas.groups import GroupSessionView, GroupView, MemberSignal, MemberView, MemberWeekView, WeekView
from schemas.vocabulary import SessionStatus, Skill
from streams.core.group.detect import told_by, worsened
from streams.core.policy import Policy

SHOWN: Final = 60
"""Sessions that are shown, the newest."""
Means = Mapping[date, Mapping[str, float]]
"""Mood in points by week, then patient."""


def show(group: str, members: Collection[MemberSignal], policy: Policy) -> GroupView:
    """The group as `members` tell of it; of those who belonged to it only by mistake there is nothing."""
    real = [member for member in members if member.spans]
    means = _means(real)
    days = sorted({row.on for member in real for row in member.sessions})[-SHOWN:]
    return GroupView(
        group=group,
        weeks=tuple(
            WeekView(week=week, members=len(of_all), mean=_mean(list(of_all.values())))
            for week, of_all in sorted(means.items())
        ),
        sessions=tuple(_session(day, real, policy) for day in days),
        members=tuple(_member(member, means) for member in real),
    )


def _session(on: date, members: Collection[MemberSignal], policy: Policy) -> GroupSessionView:
    rows = [[row for row in member.sessions if row.on == on] for member in members]
    held = [[row for row in of_one if row.status is SessionStatus.HELD] for of_one in rows]
    there = [of_one for of_one in held if of_one]
    judged = [row for member in members if (row := told_by(member, on, policy)) is not None]
    cohesion = [row.cohesion for of_one in there for row in of_one[:1] if row.cohesion is not None]
    return GroupSessionView(
        on=on,
        held=len(there),
        missed=sum(bool(of_one) for of_one in rows) - len(there),
        cohesion=_mean(cohesion) if cohesion else None,
        rated=len(cohesion),
        skills=_counted(skill for of_one in there for skill in {skill for row in of_one for skill in row.skills}),
        judged=len(judged),
        worse=sum(worsened(row, policy) is True for row in judged),
    )


def _member(member: MemberSignal, means: Means) -> MemberView:
    held = [row for row in member.sessions if row.status is SessionStatus.HELD]
    return MemberView(
        patient=member.patient,
        spans=member.spans,
        held=len(held),
        missed=len(member.sessions) - len(held),
        weeks=tuple(_week(week.week, week.n, member.patient, means) for week in member.weeks),
        cohesion=tuple(row.cohesion for row in held if row.cohesion is not None),
        skills=_counted(skill for row in held for skill in row.skills),
    )


def _week(week: date, n: int, patient: str, means: Means) -> MemberWeekView:
    ours = means[week][patient]
    others = [mean for other, mean in means[week].items() if other != patient]
    against = round(ours - sum(others) / len(others), 2) if others else None
    return MemberWeekView(week=week, n=n, mean=round(ours, 2), against=against)


def _means(members: Collection[MemberSignal]) -> Means:
    means: dict[date, dict[str, float]] = {}
    for member in members:
        for week in member.weeks:
            means.setdefault(week.week, {})[member.patient] = week.total / week.n / 100
    return means


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 2)


def _counted(skills: Iterable[Skill]) -> dict[Skill, int]:
    counts = Counter(skills)
    return {skill: counts[skill] for skill in Skill if counts[skill]}
