"""`group.deterioration`: did several members worsen in the week after a session of their group?

A member who was there has worsened when mood of the six days after lies lower than the 28 before let expect, by the Z
of the mood comparison, or when a questionnaire first shows a reliable deterioration in those days. So many members, not
such a share of them, make a finding: members are heard of one after the other, and one more never takes it back.

Each is judged by the numbers for the care team they were with on the day of the session. Nothing is found in groups
below `SMALLEST` members, since the alert would tell others than the leader of single ones.
"""

from collections.abc import Collection
from datetime import date
from typing import Final

from pydantic import JsonValue

from schemas.alerts import GROUP_RULES, Finding, Severity
from schemas.groups import Attendance, MemberSignal, MoodSums
from streams.core.detect.fall import LEAST_AFTER, LEAST_BEFORE, Usual, fall
from streams.core.ids import hashed_id
from streams.core.policy import GroupPolicy, Policy

RULE: Final = f"{GROUP_RULES}deterioration"
SEVERITY: Final = Severity.WARNING
SMALLEST: Final = 4
"""Members below which nobody but the leader is shown anything of a group."""


def findings(group: str, members: Collection[MemberSignal], policy: Policy) -> dict[date, Finding]:
    """By its day, each session of the group after which several members worsened."""
    days = sorted({row.on for member in members for row in member.sessions if row.judged_at is not None})
    found = {day: _after(day, group, members, policy) for day in days}
    return {day: finding for day, finding in found.items() if finding is not None}


def session_id(group: str, on: date) -> str:
    """The id of the alert about a session of the group."""
    return hashed_id(group, RULE, on.isoformat())


def worsened(row: Attendance, policy: Policy) -> bool | None:
    """Whether the member did in the week after this session; None where it cannot be told, or not yet."""
    if row.judged_at is None:
        return None
    change = _change(row)
    if change is None:
        return row.score_worse or None
    before, after = change
    z, _ = fall(after.n, after.total, before.n, before.total, before.squares, Usual.of(policy.mood))
    return row.score_worse or z >= _numbers(row, policy).threshold


def belonging(members: Collection[MemberSignal], on: date) -> list[MemberSignal]:
    """Those who belong to the group on a day."""
    return [member for member in members if any(span.covers(on) for span in member.spans)]


def told_by(member: MemberSignal, on: date, policy: Policy) -> Attendance | None:
    """Their session on a day by which it can be told whether they worsened; of several one after which they did."""
    rows = [row for row in member.sessions if row.on == on and worsened(row, policy) is not None]
    return max(rows, key=lambda row: worsened(row, policy) or False, default=None)


def _after(on: date, group: str, members: Collection[MemberSignal], policy: Policy) -> Finding | None:
    here = belonging(members, on)
    if len(here) < SMALLEST:
        return None
    judged = [row for member in here if (row := told_by(member, on, policy)) is not None]
    worse = sorted(row.judged_at for row in judged if row.judged_at is not None and worsened(row, policy))
    # Of several teams' numbers the smallest, so that one more member never takes a finding back.
    least = min((_numbers(row, policy).least for row in judged), default=policy.group.least)
    if len(worse) < least:
        return None
    return Finding(
        alert_id=session_id(group, on),
        patient=group,
        rule=RULE,
        severity=SEVERITY,
        raised_at=worse[least - 1],
        since=on,
        evidence={
            "group": group,
            "session": on.isoformat(),
            "worse": len(worse),
            "members": len(here),
            **_of_enough(judged),
        },
    )


def _numbers(row: Attendance, policy: Policy) -> GroupPolicy:
    """Those for the care team that the member was with on the day of the session."""
    return policy.on(row.care_team or "", None).group


def _of_enough(judged: Collection[Attendance]) -> dict[str, JsonValue]:
    """How many could be judged, and how far their mood went; nothing that would tell of fewer than `SMALLEST`."""
    changes = [after.mean - before.mean for row in judged if (known := _change(row)) for before, after in (known,)]
    told: dict[str, JsonValue] = {"judged": len(judged)} if len(judged) >= SMALLEST else {}
    if len(changes) >= SMALLEST:
        told["change"] = round(sum(changes) / len(changes), 2)
    return told


def _change(row: Attendance) -> tuple[MoodSums, MoodSums] | None:
    """Mood before and after, where there are reports enough to compare."""
    if row.before is None or row.after is None or row.before.n < LEAST_BEFORE or row.after.n < LEAST_AFTER:
        return None
    return row.before, row.after
